import { useCallback, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { call } from '@/api/client'
import { messageOf } from '@/api/errors'
import { lookUp, type Hit } from '@/api/search'
import { Sheet, toast } from '@/kit/shop'
import { statusCodes } from '@/kit/status'
import { useWedge } from '@/kit/scan/useWedge'
import { at, hitPath, labelPath, plainOp } from './code'
import './start.css'

// the search ends with the bare code of a status
const CODES = new Set(statusCodes())

interface Found { hit: Hit; path: string }

/** What a bare number, a typed beginning or a foreign bar code means: one place, several to choose from, or none. */
async function ask(code: string): Promise<string | Found[]> {
  const hits = await lookUp(code)
  const found = hits.flatMap((hit) => { const path = hitPath(hit); return path ? [{ hit, path }] : [] })
  const exact = found.filter((f) => f.hit.title.toLowerCase() === code.toLowerCase())
  if (exact.length === 1 && exact[0]) return exact[0].path
  if (exact.length > 1) return exact
  const op = plainOp(code)
  if (op && found.some((f) => f.hit.kind === 'work_order' && f.hit.title.toLowerCase() === op.order.toLowerCase())) return at.op(op.order, op.op)
  if (found.length === 1 && found[0]) return found[0].path
  if (found.length) return found
  // the search knows a person by the number of the badge, and says neither
  if (hits.some((h) => h.kind === 'worker' && !h.title.toLowerCase().includes(code.toLowerCase()) && !h.sub?.toLowerCase().includes(code.toLowerCase()))) return at.badge(code)
  // a bar code of a supplier or a GTIN is no document's number
  return call('GET', '/api/v1/inventory/scan', { query: { code } }).then(() => at.stock(code), () => [])
}

/** One box for everything: `find(code)` goes where the code belongs; `choice` must be drawn once on the page. */
export function useFind(): { find: (code: string) => void; busy: boolean; choice: ReactNode } {
  const { t } = useTranslation('shop')
  const navigate = useNavigate()
  const [busy, setBusy] = useState(false)
  const [several, setSeveral] = useState<Found[]>([])
  const find = useCallback((code: string) => {
    const text = code.trim()
    const known = labelPath(text)
    if (known) return void navigate(known)
    setBusy(true)
    void ask(text).then((r) => {
      if (typeof r === 'string') return void navigate(r)
      if (r.length) setSeveral(r)
      else toast(t('start.unknown', { code: text }), 'amber')
    }, (err) => toast(messageOf(err), 'red')).finally(() => setBusy(false))
  }, [navigate, t])
  const choice = (
    <Sheet open={several.length > 0} title={t('start.which')} onClose={() => setSeveral([])}>
      <div className="kf-list">
        {several.map(({ hit, path }) => (
          <button key={hit.kind + hit.url} type="button" className="kf-pick" onClick={() => { setSeveral([]); void navigate(path) }}>
            <b>{hit.title}</b><small>{t(`app:palette.kind.${hit.kind}`, { defaultValue: hit.kind })}{hit.sub && ` · ${hit.sub.split(' · ').map((w) => (CODES.has(w) ? t(`kit:status.${w}`) : w)).join(' · ')}`}</small>
          </button>
        ))}
      </div>
    </Sheet>
  )
  return { find, busy, choice }
}

/** Pages without a scan box of their own: a scan goes where the start page would send it. */
export function ScanAnywhere({ onScan }: { onScan?: (code: string) => boolean }) {
  const { find, choice } = useFind()
  useWedge((code) => { if (!onScan?.(code)) find(code) })
  return choice
}
