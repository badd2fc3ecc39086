import type { ReactNode } from 'react'

const PATHS = {
  back: <path d="M15 5l-7 7 7 7" />,
  scan: <><path d="M4 8V5a1 1 0 011-1h3M16 4h3a1 1 0 011 1v3M20 16v3a1 1 0 01-1 1h-3M8 20H5a1 1 0 01-1-1v-3" /><path d="M4 12h16" /></>,
  camera: <><path d="M4 8h3l2-3h6l2 3h3a1 1 0 011 1v9a1 1 0 01-1 1H4a1 1 0 01-1-1V9a1 1 0 011-1z" /><circle cx="12" cy="13" r="3.5" /></>,
  keyboard: <><rect x="3" y="6" width="18" height="12" rx="2" /><path d="M7 10h.01M11 10h.01M15 10h.01M8 14h8" /></>,
  erase: <><path d="M21 6H9l-6 6 6 6h12a1 1 0 001-1V7a1 1 0 00-1-1z" /><path d="M12 9.5l5 5M17 9.5l-5 5" /></>,
  check: <path d="M5 12.5l4.5 4.5L19 7.5" />,
  close: <path d="M6 6l12 12M18 6L6 18" />,
  play: <path d="M8 5l11 7-11 7z" />,
  pause: <path d="M8 5v14M16 5v14" />,
  report: <><path d="M6 3h9l4 4v13a1 1 0 01-1 1H6a1 1 0 01-1-1V4a1 1 0 011-1z" /><path d="M9 13l2 2 4-4" /></>,
  issue: <><path d="M12 3v11M8 10l4 4 4-4" /><path d="M4 16v3a2 2 0 002 2h12a2 2 0 002-2v-3" /></>,
  receive: <><path d="M3 8l9-5 9 5v8l-9 5-9-5z" /><path d="M3 8l9 5 9-5M12 13v8" /></>,
  inspect: <><circle cx="11" cy="11" r="6" /><path d="M20 20l-4.5-4.5M8.5 11l2 2 3-3.5" /></>,
  ship: <><path d="M2 6h12v10H2zM14 10h4l3 3v3h-7z" /><circle cx="6.5" cy="17.5" r="2" /><circle cx="17" cy="17.5" r="2" /></>,
  box: <><path d="M4 8h16v11a1 1 0 01-1 1H5a1 1 0 01-1-1zM3 4h18v4H3zM10 12h4" /></>,
  move: <path d="M4 8h14l-4-4M20 16H6l4 4" />,
  list: <path d="M8 6h12M8 12h12M8 18h12M4 6h.01M4 12h.01M4 18h.01" />,
  print: <><path d="M7 8V3h10v5M7 17H4v-7a2 2 0 012-2h12a2 2 0 012 2v7h-3" /><path d="M7 14h10v7H7z" /></>,
  tool: <path d="M14.5 6.5a4 4 0 015-4L17 5l.5 2 2 .5L22 5a4 4 0 01-5.3 4.8L8 18.5a2.1 2.1 0 01-3-3l8.7-8.7z" />,
  user: <><circle cx="12" cy="8" r="4" /><path d="M4 21c1-4 4-6 8-6s7 2 8 6" /></>,
  out: <><path d="M14 4h4a1 1 0 011 1v14a1 1 0 01-1 1h-4" /><path d="M4 12h11M11 8l4 4-4 4" /></>,
  undo: <path d="M8 5L4 9l4 4M4 9h10a6 6 0 010 12h-3" />,
  alert: <><path d="M12 4l9 16H3z" /><path d="M12 10v4M12 17h.01" /></>,
  cloud: <path d="M7 18a4 4 0 01-.5-8A6 6 0 0118 11a3.5 3.5 0 010 7z" />,
  more: <path d="M12 5h.01M12 12h.01M12 19h.01" />,
  search: <><circle cx="11" cy="11" r="6.5" /><path d="M20 20l-4.2-4.2" /></>,
  order: <><rect x="5" y="4" width="14" height="17" rx="1.5" /><path d="M9 3h6v3H9zM9 11h6M9 15h4" /></>,
} satisfies Record<string, ReactNode>
export type ShopIcon = keyof typeof PATHS

export function Glyph({ name, size = 28 }: { name: ShopIcon; size?: number }) {
  return <svg className="kw-glyph" width={size} height={size} viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="2" strokeLinecap="round" strokeLinejoin="round" aria-hidden="true">{PATHS[name]}</svg>
}
