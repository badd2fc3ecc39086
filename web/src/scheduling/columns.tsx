import type { TFunction } from 'i18next'
import type { Column } from '@/kit/crud'
import { showInstant } from '@/kit/dates'
import { OP_STATUSES, orderUrl, toneOf, type Slot } from './slots'
import { span } from './span'

/** Which part of the operation, where it is split over machines. */
export const Part = ({ s }: { s: Slot }) => (s.split_no > 0 ? <span className="num ap-part">{s.split_no}/{s.split_of}</span> : null)

/** The columns of the plan, for the list of all slots and for one work center's sequence. */
export const slotColumns = (t: TFunction): Column<Slot>[] => [
  // Without the year, as a plan reaches weeks, not years.
  { key: 'start_ms', type: 'instant', render: (s) => <span className="num">{showInstant(s.start_ms).slice(5)}</span> },
  { key: 'end_ms', type: 'instant', render: (s) => <span className="num">{showInstant(s.end_ms).slice(5)}</span> },
  { key: 'machine' },
  { key: 'order', type: 'link', to: (s) => orderUrl(s.order) },
  { key: 'item_name' },
  { key: 'item', hidden: true },
  { key: 'op', type: 'number' },
  { key: 'split_no', type: 'number', hidden: true, render: (s) => <Part s={s} /> },
  { key: 'name', label: 'f.op_name', render: (s) => <>{s.name} <Part s={s} /></> },
  { key: 'qty', type: 'qty' },
  { key: 'good', type: 'qty', hidden: true },
  { key: 'status', type: 'status', options: OP_STATUSES, tone: toneOf },
  { key: 'due', type: 'due', tone: (s) => (s.late_ms > 0 ? undefined : 'green') },
  { key: 'late_ms', type: 'number', noFilter: true, render: (s) => (s.late_ms > 0 ? <span className="num kw-late">{span(s.late_ms, t)}</span> : null) },
  { key: 'setup_ms', type: 'number', noFilter: true, render: (s) => (s.setup_ms > 0 ? <span className="num">{span(s.setup_ms, t)}</span> : null) },
  { key: 'priority', type: 'number' },
  { key: 'conflict', type: 'bool', hidden: true },
]
