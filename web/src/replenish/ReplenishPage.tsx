import { FileAddOutlined, ReloadOutlined, ShoppingCartOutlined } from '@ant-design/icons'
import { App, Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { messageOf } from '@/api/errors'
import { useSend } from '@/api/hooks'
import type { Body } from '@/api/types'
import { FormDrawer, ListPage, type Field } from '@/kit/crud'
import { format } from '@/kit/num'
import { useMay } from '@/kit/who'
import { columns, numbersOf, STATES, type Suggestion } from './replenish'
import './replenish.css'

const tabs = { col: 'state', values: STATES, count: true }
const sort = ['due', 'item']
const live = ['planning.', 'notice.']
const partners = { path: '/api/v1/masterdata/partners' as const, filters: [{ col: 'kinds', op: 'like' as const, value: 'su' }] }
const changeFields: Field<NonNullable<Body<'post', '/api/v1/planning/suggestions/{id}'>>>[] = [
  { key: 'qty', type: 'qty', required: true, half: true }, { key: 'due', type: 'date', required: true, half: true }, { key: 'supplier', type: 'entity', from: partners },
]
const dismissFields: Field<NonNullable<Body<'post', '/api/v1/planning/suggestions/dismiss'>>>[] = [
  { key: 'reason', type: 'textarea', required: true }, { key: 'until', type: 'date', help: 'replenish:help.until' },
]

const moveFields = changeFields.slice(0, 2) // another site brings it: nobody sells it

/** Items at or below their reorder point, and what to order of them. */
export default function ReplenishPage() {
  const { t } = useTranslation('replenish')
  const { message } = App.useApp()
  const navigate = useNavigate()
  const may = useMay()
  const [row, setRow] = useState<Suggestion | undefined>()
  const [dropping, setDropping] = useState<readonly Suggestion[]>([])
  const check = useSend('post', '/api/v1/planning/replenish')
  const accept = useSend('post', '/api/v1/planning/suggestions/accept')
  const mayAct = may('planning.replenish')
  const failed = (e: Error) => void message.error({ content: messageOf(e), duration: 6 })
  const look = () => check.mutate({ body: {} }, { onSuccess: (c) => void message.success(t(c.sites ? 'list.checkedSites' : 'list.checked', { watched: c.watched, made: c.made, gone: c.gone, sites: c.sites?.length, names: c.sites?.map((x) => `${x.site} ${x.made}`).join(', ') })), onError: failed })
  const take = (rows: Suggestion[], as: 'requisition' | 'order', clear: () => void) => accept.mutate({ body: { suggestions: rows.map((r) => r.id), as } }, { onSuccess: (a) => { clear(); void message.success({ content: t('list.accepted', { numbers: numbersOf(a) }), duration: 6 }) }, onError: failed })
  const over = (rows: readonly Suggestion[]) => (rows.some((r) => r.state !== 'open') ? t('list.notOpen') : undefined)
  const lookButton = <Button type="primary" icon={<ReloadOutlined />} loading={check.isPending} onClick={look}>{t('list.check')}</Button>
  return (
    <>
      <ListPage
        path="/api/v1/planning/suggestions" ns="replenish" columns={columns} sort={sort} tabs={tabs} live={live} searchHint={t('list.search')} onOpen={(s) => { if (s.state === 'open' && mayAct) setRow(s) }}
        bulk={mayAct
          ? (rows, clear) => (
            <>
              <Button size="small" type="primary" icon={<FileAddOutlined />} loading={accept.isPending} disabled={!!over(rows)} title={over(rows)} onClick={() => take(rows, 'requisition', clear)}>{t('list.accept')}</Button>
              {may('purchasing.create') && <Button size="small" icon={<ShoppingCartOutlined />} disabled={!!over(rows) || accept.isPending} title={over(rows)} onClick={() => take(rows, 'order', clear)}>{t('list.order')}</Button>}
              <Button size="small" disabled={!!over(rows)} title={over(rows)} onClick={() => setDropping(rows)}>{t('list.dismiss')}</Button>
            </>
          )
          : undefined}
        actions={<>{mayAct && lookButton}<Button onClick={() => void navigate('/planning/levels')}>{t('menu.levels')}</Button></>}
        empty={<div className="kw-none"><b>{t('list.none')}</b><span>{t('list.noneText')}</span>{mayAct && lookButton}</div>}
      />
      <FormDrawer ns="replenish" title={t('change.title', { item: row?.item })} method="post" path="/api/v1/planning/suggestions/{id}" pathParams={{ id: row?.id ?? '' }} fields={row?.kind === 'transfer' ? moveFields : changeFields} shape={(b) => ({ ...Object.fromEntries(Object.entries(b).filter(([, v]) => v !== '')), version: row?.version })}
        initial={row ? { qty: row.qty, due: row.due, ...(row.kind === 'transfer' ? {} : { supplier: row.supplier }) } : {}} open={row !== undefined} onClose={() => setRow(undefined)} more={() => row && <Sum row={row} />} />
      <FormDrawer ns="replenish" title={t('dismiss.title', { count: dropping.length })} ok={t('list.dismiss')} method="post" path="/api/v1/planning/suggestions/dismiss" fields={dismissFields} shape={(b) => ({ reason: b.reason, ...(b.until ? { until: b.until } : {}), suggestions: dropping.map((r) => r.id) })}
        open={dropping.length > 0} onClose={() => setDropping([])} said={(d) => t('dismiss.said', { count: Number(d.count) })} />
    </>
  )
}

/** Why this much: what is there, comes and goes, against the line. */
function Sum({ row: s }: { row: Suggestion }) {
  const { t } = useTranslation('replenish')
  const line = (word: string, qty: string | undefined, strong = false) => <div className={strong ? 'rp-strong' : undefined}><span>{word}</span><b className="num">{qty === undefined ? '–' : `${format(qty)} ${s.uom}`}</b></div>
  return (
    <div className="rp-sum">
      {line(t('f.available'), s.available)}{line(`+ ${t('f.coming')}`, s.coming)}{line(`− ${t('f.needed')}`, s.needed)}{line(`= ${t('f.position')}`, s.position, true)}
      {line(t(`line.${s.line_kind}`), s.line)}{line(t('f.max_stock'), s.max_stock)}{line(t('f.suggested'), s.suggested, true)}
      <p className="kw-dim">{t('change.text')}</p>
    </div>
  )
}
