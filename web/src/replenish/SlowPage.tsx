import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSend } from '@/api/hooks'
import type { Body, Row } from '@/api/types'
import { ActButton, FormDrawer, ListPage, type Column, type Field } from '@/kit/crud'
import { stockCardUrl } from '@/kit/links'
import { SitePick, useSiteFilter } from '@/kit/SitePick'
import { useMay } from '@/kit/who'

type Slow = Row<'/api/v1/planning/slow'>
const WHYS = ['expiring', 'idle', 'excess', 'ok'] as const
const DECISIONS = ['keep', 'use_up', 'return', 'scrap'] as const
const columns: Column<Slow>[] = [
  { key: 'item', type: 'link', to: (r) => stockCardUrl(r.item) }, { key: 'name' }, { key: 'why', type: 'enum', options: WHYS, words: 'slowWhy' }, { key: 'class', label: 'f.abc', type: 'enum', options: ['A', 'B', 'C'], words: 'abc' },
  { key: 'qty', type: 'qty', uom: 'uom', label: 'f.in_stock' }, { key: 'value', type: 'money', masked: true }, { key: 'last_use', type: 'date' }, { key: 'idle_days', type: 'number' }, { key: 'limit_days', type: 'number', hidden: true },
  { key: 'age_90', type: 'qty' }, { key: 'age_180', type: 'qty' }, { key: 'age_365', type: 'qty' }, { key: 'older', type: 'qty' }, { key: 'age_days', type: 'number', hidden: true },
  { key: 'expiring', type: 'qty' }, { key: 'needed', type: 'qty', label: 'f.plan_needs' }, { key: 'excess', type: 'qty' },
  { key: 'decision', type: 'enum', options: DECISIONS, words: 'slowDecision' }, { key: 'due', type: 'due', label: 'f.decide_until' }, { key: 'reason', hidden: true, label: 'f.decide_why' }, { key: 'decided_by', hidden: true }, { key: 'made_ms', type: 'instant', label: 'f.as_of', hidden: true },
]
const fields: Field<NonNullable<Body<'post', '/api/v1/planning/slow/decisions'>>>[] = [
  { key: 'decision', type: 'select', options: DECISIONS, words: 'slowDecision', required: true, half: true }, { key: 'due', type: 'date', required: true, half: true, label: 'f.decide_until' }, { key: 'reason', type: 'textarea', required: true, label: 'f.decide_why' },
]
const sort = ['-idle_days', 'item']
const tabs = { col: 'why', values: WHYS }

/** What lies too long, expires soon or is more than the plan needs; what is done with it, and until when. */
export default function SlowPage() {
  const { t } = useTranslation('replenish')
  const may = useMay()
  const [items, setItems] = useState<string[] | undefined>()
  const here = useSiteFilter()
  const site = here[0]?.value
  const look = useSend('post', '/api/v1/planning/slow')
  const act = may('planning.slow')
  return (
    <>
      <ListPage path="/api/v1/planning/slow" ns="replenish" columns={columns} sort={sort} tabs={tabs} fixed={here}
        actions={<><SitePick />{act && <ActButton type="primary" send={look} input={{ body: { site } }} done={t('slow.looked')}>{t('slow.look')}</ActButton>}</>}
        bulk={act ? (rows, clear) => <Button size="small" onClick={() => { setItems(rows.map((r) => r.item)); clear() }}>{t('slow.decide')}</Button> : undefined}
        empty={<div className="kw-none"><b>{t('slow.none')}</b><span>{t('slow.noneText')}</span></div>} />
      <FormDrawer ns="replenish" title={t('slow.decideFor', { n: items?.length ?? 0 })} method="post" path="/api/v1/planning/slow/decisions" fields={fields} open={items !== undefined} onClose={() => setItems(undefined)} shape={(b) => ({ ...b, site, items: items ?? [] })} said={() => t('slow.decided')} />
    </>
  )
}
