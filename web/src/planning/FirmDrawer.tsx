import { useTranslation } from 'react-i18next'
import type { Body } from '@/api/types'
import { FormDrawer, type Field } from '@/kit/crud'
import type { Planned } from './plan'

const fields = (uom: string): Field<NonNullable<Body<'post', '/api/v1/planning/firm'>>>[] => [
  { key: 'qty', type: 'qty', suffix: uom, half: true }, { key: 'due', type: 'date', half: true }, { key: 'note', type: 'textarea' },
]

/** Holds one planned order, perhaps with another quantity or day. */
export function FirmDrawer({ order: o, onClose, onDone }: { order: Planned | undefined; onClose: () => void; onDone?: () => void }) {
  const { t } = useTranslation('planning')
  return (
    <FormDrawer
      ns="planning" title={t('firm.title', { item: o?.item ?? '' })} method="post" path="/api/v1/planning/firm" fields={fields(o?.uom ?? '')} open={!!o} onClose={onClose} ok={t('firm.do')} initial={o && { qty: o.qty, due: o.due }}
      shape={(body) => ({ site: o?.site, run: o?.run, orders: [o?.n], ...(body.qty !== o?.qty ? { qty: body.qty } : {}), ...(body.due !== o?.due && body.due ? { due: body.due } : {}), ...(body.note ? { note: body.note } : {}) })}
      said={(r) => t('firm.made', { list: r.orders.join(', ') })} onDone={onDone} more={() => <p className="kw-dim">{t('firm.text')}</p>}
    />
  )
}
