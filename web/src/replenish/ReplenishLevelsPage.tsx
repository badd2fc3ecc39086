import { CalculatorOutlined, CheckOutlined } from '@ant-design/icons'
import { App, Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { messageOf } from '@/api/errors'
import { useSend } from '@/api/hooks'
import type { Body, Row } from '@/api/types'
import { FormDrawer, ListPage, type Column, type Field } from '@/kit/crud'
import { SitePick, useSiteFilter } from '@/kit/SitePick'
import { useMay } from '@/kit/who'
import { toItem } from './replenish'
import './replenish.css'

type Level = Row<'/api/v1/planning/levels'>
const STATES = ['proposed', 'approved', 'cancelled', 'superseded'] as const
const SERVICES = ['90', '95', '97.5', '98', '99', '99.5', '99.9'] as const
const columns: Column<Level>[] = [
  { key: 'item', type: 'link', to: toItem }, { key: 'name' }, { key: 'safety_stock_was', type: 'qty', uom: 'uom' }, { key: 'safety_stock', type: 'qty', uom: 'uom' }, { key: 'reorder_point_was', type: 'qty', uom: 'uom' }, { key: 'reorder_point', type: 'qty', uom: 'uom' },
  { key: 'max_stock_was', type: 'qty', uom: 'uom', hidden: true }, { key: 'max_stock', type: 'qty', uom: 'uom' }, { key: 'daily', type: 'qty', uom: 'uom', places: 3 }, { key: 'sigma', type: 'number', places: 3, hidden: true }, { key: 'lead_days', type: 'number', places: 1 }, { key: 'lead_sigma', type: 'number', places: 2, hidden: true },
  { key: 'leads', type: 'number', hidden: true }, { key: 'days', type: 'number', hidden: true }, { key: 'used', type: 'qty', uom: 'uom', hidden: true }, { key: 'service', type: 'number' }, { key: 'z', type: 'number', hidden: true }, { key: 'note', hidden: true },
  { key: 'made_ms', type: 'instant', hidden: true }, { key: 'made_by', hidden: true }, { key: 'decided_by', hidden: true }, { key: 'decided_ms', type: 'instant', hidden: true }, { key: 'state', type: 'status', options: STATES, width: 100 },
]
const items = { path: '/api/v1/masterdata/items' as const, filters: [{ col: 'status', op: 'eq' as const, value: 'active' }] }
const fields = [
  { key: 'service', type: 'select', options: SERVICES, words: 'service', half: true, help: 'replenish:help.service' }, { key: 'days', type: 'int', half: true, help: 'replenish:help.days' },
  { key: 'lines', type: 'lines', fields: [{ key: 'item', type: 'entity', from: items }] },
] as Field<NonNullable<Body<'post', '/api/v1/planning/levels'>>>[]
const tabs = { col: 'state', values: STATES, count: true }
const sort = ['-made_ms', 'item']
const live = ['planning.']

/** Only what was filled in; no item named means all. */
export function asked(b: Record<string, unknown>): Record<string, unknown> {
  const items = ((b.lines as { item?: string }[] | undefined) ?? []).map((l) => l.item).filter((c): c is string => !!c)
  return { ...(b.service ? { service: b.service } : {}), ...(b.days ? { days: Number(b.days) } : {}), ...(items.length > 0 ? { items } : {}) }
}

/** Safety stock, reorder point and maximum from what was really used, to be adopted by the planner. */
export default function ReplenishLevelsPage() {
  const { t } = useTranslation('replenish')
  const { message } = App.useApp()
  const may = useMay()
  const [asking, setAsking] = useState(false)
  const here = useSiteFilter()
  const site = here[0]?.value
  const decide = useSend('post', '/api/v1/planning/levels/decide')
  const failed = (e: Error) => void message.error({ content: messageOf(e), duration: 6 })
  const settle = (rows: Level[], adopt: boolean, clear: () => void) => decide.mutate({ body: { proposals: rows.map((r) => r.id), adopt } }, { onSuccess: (d) => { clear(); void message.success(t(adopt ? 'levels.adopted' : 'levels.declined', { count: Number(d.count) })) }, onError: failed })
  const over = (rows: Level[]) => (rows.some((r) => r.state !== 'proposed') ? t('levels.notOpen') : rows.length > 200 ? t('levels.tooMany') : undefined)
  const ask = may('planning.replenish') && <Button type="primary" icon={<CalculatorOutlined />} onClick={() => setAsking(true)}>{t('levels.propose')}</Button>
  return (
    <>
      <ListPage
        path="/api/v1/planning/levels" ns="replenish" columns={columns} sort={sort} tabs={tabs} fixed={here} live={live} searchHint={t('list.search')} onNew={ask ? () => setAsking(true) : undefined}
        bulk={may('masterdata.write')
          ? (rows, clear) => (
            <>
              <Button size="small" type="primary" icon={<CheckOutlined />} loading={decide.isPending} disabled={!!over(rows)} title={over(rows)} onClick={() => settle(rows, true, clear)}>{t('levels.adopt')}</Button>
              <Button size="small" disabled={!!over(rows) || decide.isPending} title={over(rows)} onClick={() => settle(rows, false, clear)}>{t('levels.decline')}</Button>
            </>
          )
          : undefined}
        actions={<><SitePick />{ask}</>}
        empty={<div className="kw-none"><b>{t('levels.none')}</b><span>{t('levels.noneText')}</span>{ask}</div>}
      />
      <FormDrawer ns="replenish" title={t('levels.propose')} ok={t('levels.compute')} method="post" path="/api/v1/planning/levels" fields={fields} shape={(b) => ({ ...asked(b), ...(site ? { site } : {}) })} open={asking} onClose={() => setAsking(false)} width={560}
        more={() => <div className="rp-form"><p className="kw-dim">{t('levels.formula')}</p></div>} said={(p) => t('levels.made', { made: Number(p.made), thin: Number(p.thin) })} />
    </>
  )
}
