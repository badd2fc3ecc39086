import { useTranslation } from 'react-i18next'
import type { Body } from '@/api/types'
import { FormDrawer, type Field } from '@/kit/crud'
import { withPieces } from './orders'

type Send = NonNullable<Body<'post', '/api/v1/purchasing/sendings'>>
export interface ToSend { order: string; line: number; back?: boolean; item?: string; qty?: string }

type Any = Record<string, unknown>
const fields = (back: boolean): Field<Send>[] => [
  { key: 'item', type: 'entity', label: 'f.component', from: { path: '/api/v1/masterdata/items' }, required: back, help: back ? undefined : 'purchasing:help.allComponents' },
  { key: 'qty', type: 'qty', half: true, required: back }, { key: 'uom', type: 'uom', half: true }, { key: 'lot', half: true, help: 'purchasing:help.first' },
  { key: 'from', type: 'entity', half: true, label: back ? 'f.back_to' : 'f.send_from', from: { path: '/api/v1/masterdata/locations', name: (r: Any) => String(r.warehouse ?? '') } },
  { key: 'serials', type: 'textarea', help: 'purchasing:help.serials' }, { key: 'reason' },
]

/** Components go to a subcontractor, or what is left over comes back. */
export function SendDrawer({ what, onClose }: { what: ToSend | undefined; onClose: () => void }) {
  const { t } = useTranslation('purchasing')
  const back = !!what?.back
  return (
    <FormDrawer
      key={`${what?.order}|${what?.line}|${what?.item}|${back}`} ns="purchasing" title={t(back ? 'send.backTitle' : 'send.title', { order: what?.order, line: what?.line })} ok={t(back ? 'send.back' : 'send.do')}
      method="post" path="/api/v1/purchasing/sendings" fields={fields(back)} initial={{ item: what?.item, qty: what?.qty }} shape={(b) => ({ ...withPieces(b), order: what?.order, line: what?.line, ...(back ? { back: true } : {}) })}
      open={what !== undefined} onClose={onClose} said={(s) => t('send.done', { number: s.number })}
    />
  )
}
