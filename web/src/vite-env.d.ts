/// <reference types="vite/client" />
declare module 'virtual:menu/*' {
  const menus: Record<string, Record<string, string>>
  export default menus
}
