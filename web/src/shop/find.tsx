import { lazy, Suspense, useCallback, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { call } from '@/api/client'
import { messageOf } from '@/api/errors'
import type { Hit } from '@/api/search'
import type { Answer } from '@/api/types'
import { askWho, Sheet, toast } from '@/kit/shop'
import { statusCodes } from '@/kit/status'
import { useWedge } from '@/kit/scan/useWedge'
import { readCode } from '@/kit/code'
import { at, hitPath, labelPath } from './code'
import { withLine } from './texts'
import './start.css'

// the search ends with the bare code of a status
const CODES = new Set(statusCodes())
const Unknown = lazy(() => withLine(import('./Unknown')))

export type Resolved = Answer<'get', '/api/v1/scan'>
interface Found { hit: Hit; path: string }
type Meant = { path: string } | { badge: string } | { several: Found[] } | { unknown: Resolved }

export const resolve = (code: string, order?: string, op?: string | number): Promise<Resolved> =>
  call<Resolved>('GET', '/api/v1/scan', { query: { code, order, op: op === undefined ? undefined : Number(op) } })

/** Where something that the server has resolved leads on the floor. */
export function meantBy(r: Resolved): Meant {
  const found = r.hits.flatMap((hit) => { const path = hitPath(hit); return path ? [{ hit, path }] : [] })
  switch (r.kind) {
    case 'badge': return { badge: readCode(r.code).number }
    case 'machine': return r.at ? { path: at.station(r.at) } : { unknown: r }
    case 'several': return found.length === 1 && found[0] ? { path: found[0].path } : found.length ? { several: found } : { unknown: r }
  }
  const path = labelPath(r.code) ?? found[0]?.path
  return path ? { path } : { unknown: r }
}

/** One box for everything: `find(code)` goes where the code belongs; `choice` must be drawn once on the page. */
export function useFind(): { find: (code: string) => void; busy: boolean; choice: ReactNode } {
  const { t } = useTranslation('shop')
  const navigate = useNavigate()
  const [busy, setBusy] = useState(false)
  const [several, setSeveral] = useState<Found[]>([])
  const [unknown, setUnknown] = useState<Resolved | undefined>()
  const find = useCallback((code: string) => {
    const text = code.trim()
    const label = readCode(text)
    if (label.kind === 'BDG') return askWho(label.number)
    const known = labelPath(text) // our own labels open without a network too
    if (known) return void navigate(known)
    setBusy(true)
    void resolve(text).then((r) => {
      const m = meantBy(r)
      if ('path' in m) void navigate(m.path)
      else if ('badge' in m) askWho(m.badge)
      else if ('several' in m) setSeveral(m.several)
      else setUnknown(m.unknown)
    }, (err) => toast(messageOf(err), 'red')).finally(() => setBusy(false))
  }, [navigate])
  const choice = (
    <>
      <Sheet open={several.length > 0} title={t('start.which')} onClose={() => setSeveral([])}>
        <div className="kf-list">
          {several.map(({ hit, path }) => (
            <button key={hit.kind + hit.url} type="button" className="kf-pick" onClick={() => { setSeveral([]); void navigate(path) }}>
              <b>{hit.title}</b><small>{t(`app:palette.kind.${hit.kind}`, { defaultValue: hit.kind })}{hit.sub && ` · ${hit.sub.split(' · ').map((w) => (CODES.has(w) ? t(`kit:status.${w}`) : w)).join(' · ')}`}</small>
            </button>
          ))}
        </div>
      </Sheet>
      {unknown && <Suspense><Unknown found={unknown} onClose={() => setUnknown(undefined)} /></Suspense>}
    </>
  )
  return { find, busy, choice }
}

/** Pages without a scan box of their own: a scan goes where the start page would send it. */
export function ScanAnywhere({ onScan }: { onScan?: (code: string) => boolean }) {
  const { find, choice } = useFind()
  useWedge((code) => { if (!onScan?.(code)) find(code) })
  return choice
}
