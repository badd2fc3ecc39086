import { FileExcelOutlined, FilePdfOutlined } from '@ant-design/icons'
import { App, Button, Input } from 'antd'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'
import { download } from '@/api/client'
import { messageOf } from '@/api/errors'
import { useGet } from '@/api/hooks'
import type { Answer } from '@/api/types'
import { Card, DetailPage, EntitySelect, Lines, type Column } from '@/kit/crud'
import { today } from '@/kit/dates'
import { openPdf, save } from '@/kit/files'
import { itemUrl, lotUrl, workOrderUrl } from '@/kit/links'
import { cmp, format } from '@/kit/num'
import { customers } from './links'
import './back.css'

type Statement = Answer<'get', '/api/v1/sales/supplies-statement'>
const lines: Column<Statement['lines'][number]>[] = [
  { key: 'item', type: 'link', to: (l) => itemUrl(l.item) }, { key: 'name' }, { key: 'lot', type: 'link', to: (l) => (l.lot ? lotUrl(l.item, l.lot) : undefined) }, { key: 'opening', type: 'qty', uom: 'uom' }, { key: 'received', type: 'qty', label: 'f.came' }, { key: 'used', type: 'qty' }, { key: 'scrapped', type: 'qty' }, { key: 'returned', type: 'qty' }, { key: 'adjusted', type: 'qty' }, { key: 'closing', type: 'qty', uom: 'uom' }, { key: 'at_orders', type: 'qty' },
]
const uses: Column<Statement['uses'][number]>[] = [
  { key: 'order', label: 'f.work_order', type: 'link', to: (u) => (u.order ? workOrderUrl(u.order) : undefined) }, { key: 'product' }, { key: 'made', type: 'qty' }, { key: 'item' }, { key: 'name' }, { key: 'norm', type: 'qty', uom: 'uom' }, { key: 'used', type: 'qty' },
  { key: 'over', type: 'qty', render: (u) => (cmp(u.over, '0') > 0 ? <b className="num kw-late">{format(u.over)}</b> : <span className="num kw-dim">0</span>) },
]

/** What became of a customer's material, lot by lot, and what his orders used against the norm. */
export default function StatementPage() {
  const { t } = useTranslation('back')
  const { message } = App.useApp()
  const [params, setParams] = useSearchParams()
  const customer = params.get('customer') ?? ''
  const from = params.get('from') ?? `${today().slice(0, 7)}-01`
  const to = params.get('to') ?? today()
  const put = (k: string, v: string) => { const p = new URLSearchParams(params); p.set(k, v); setParams(p, { replace: true }) }
  const query = { customer, from, to }
  const statement = useGet('/api/v1/sales/supplies-statement', { query, enabled: !!customer, live: ['inventory.'] })
  const s = statement.data
  const xlsx = async () => {
    try {
      const file = await download('/api/v1/sales/supplies-statement.xlsx', { query })
      save(file.blob, file.name)
    } catch (err) { void message.error(messageOf(err)) }
  }
  const chosen = (
    <div className="bk-ask">
      <label><span>{t('f.customer')}</span><EntitySelect {...customers} chosen={customer} onChange={(v) => put('customer', v ?? '')} /></label>
      <label><span>{t('statement.from')}</span><Input type="date" value={from} onChange={(e) => put('from', e.target.value)} /></label>
      <label><span>{t('statement.to')}</span><Input type="date" value={to} onChange={(e) => put('to', e.target.value)} /></label>
    </div>
  )
  const body = (
    <div className="bk-page">
      {chosen}
      {!customer && <Card><div className="kw-none"><b>{t('statement.choose')}</b></div></Card>}
      {s && customer && <Card title={t('statement.lines')} flush><Lines ns="back" columns={lines} rows={s.lines} id={(l) => `${l.item} ${l.lot}`} empty={<div className="kw-none"><b>{t('statement.none')}</b></div>} /></Card>}
      {s && customer && <Card title={t('statement.uses')} flush><Lines ns="back" columns={uses} rows={s.uses} id={(u) => `${u.order} ${u.item}`} empty={<div className="kw-none">{t('statement.noUses')}</div>} /></Card>}
    </div>
  )
  const actions = s && customer && (
    <>
      <Button icon={<FileExcelOutlined />} onClick={() => void xlsx()}>{t('statement.xlsx')}</Button>
      <Button type="primary" icon={<FilePdfOutlined />} onClick={() => openPdf('/api/v1/sales/supplies-statement.pdf', { query })}>{t('statement.pdf')}</Button>
    </>
  )
  return customer
    ? <DetailPage query={statement} title={t('menu.statement')} sub={s?.customer.name} actions={actions}>{body}</DetailPage>
    : <div className="bk-alone"><h1>{t('menu.statement')}</h1>{body}</div>
}
