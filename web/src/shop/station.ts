// The work center that this device stands at: chosen once, kept on the device, whoever logs in.
const REMEMBER = 'kaiwu.station'

export interface Station { code: string; name: string }

export function myStation(): Station | undefined {
  try {
    const s = JSON.parse(localStorage.getItem(REMEMBER) ?? '') as Station
    return typeof s.code === 'string' ? s : undefined
  } catch {
    return undefined
  }
}
export const keepStation = (s: Station | undefined): void => (s ? localStorage.setItem(REMEMBER, JSON.stringify(s)) : localStorage.removeItem(REMEMBER))
