import { Button, Checkbox } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useParams } from 'react-router'
import { useGet, useSend } from '@/api/hooks'
import type { Answer, Body, Row } from '@/api/types'
import { ActButton, Card, DetailPage, Facts, FormDrawer, History, ListPage, type Column, type Field } from '@/kit/crud'
import { lotUrl, movesUrl, stockCardUrl } from '@/kit/links'
import { cmp, format, isZero } from '@/kit/num'
import { useMay } from '@/kit/who'
import { shapeOf } from './acts'
import { box, boxUrl, items, place } from './boxes'
import './inventory.css'

type Count = Answer<'get', '/api/v1/inventory/counts/{number}'>
type Line = Row<'/api/v1/inventory/counts/{number}/lines'>

const facts: Column<Count>[] = [
  { key: 'scope' }, { key: 'blind', type: 'bool' }, { key: 'lines', type: 'number' }, { key: 'counted', type: 'number', label: 'f.counted_lines' }, { key: 'differ', type: 'number' }, { key: 'made_ms', label: 'f.started_ms', type: 'instant' }, { key: 'made_by', label: 'f.started_by' },
  { key: 'approved_by' }, { key: 'approved_ms', type: 'instant' }, { key: 'document', type: 'link', to: (c) => movesUrl(c.document) }, { key: 'reason' },
]
const sort = ['location', 'item', 'lot']
const STATES = ['open', 'again', 'counted'] as const
const columns: Column<Line>[] = [
  { key: 'location' }, { key: 'container', type: 'link', to: (l) => (l.container ? boxUrl(l.container) : undefined) }, { key: 'item', type: 'link', to: (l) => stockCardUrl(l.item) }, { key: 'name' }, { key: 'lot', type: 'link', to: (l) => (l.lot ? lotUrl(l.item, l.lot) : undefined) },
  { key: 'book', type: 'qty', uom: 'uom', noSort: true, noFilter: true }, { key: 'counted', type: 'qty', uom: 'uom', said: true },
  { key: 'diff', type: 'qty', noSort: true, noFilter: true, render: (l) => (l.diff === undefined || isZero(l.diff) ? (l.diff ? <span className="kw-dim num">0</span> : null) : <b className={`num ${cmp(l.diff, '0') < 0 ? 'kw-late' : 'iv-in'}`}>{cmp(l.diff, '0') > 0 ? '+' : ''}{format(l.diff)}</b>) },
  { key: 'state', type: 'enum', options: STATES, words: 'countState' }, { key: 'rounds', type: 'number', hidden: true }, { key: 'counted_by' }, { key: 'counted_ms', type: 'instant', hidden: true },
]
const fields: Field<NonNullable<Body<'post', '/api/v1/inventory/counts/{number}/lines'>>>[] = [
  { key: 'location', type: 'entity', from: place, half: true, hidden: (v) => !!v.container }, { key: 'container', type: 'entity', from: box, half: true, help: 'inventory:help.countBox' }, { key: 'item', type: 'entity', from: items, required: true }, { key: 'lot', half: true }, { key: 'qty', type: 'qty', required: true, half: true, label: 'f.really_there' }, { key: 'uom', type: 'uom', half: true },
  { key: 'serials', type: 'textarea', help: 'inventory:help.countSerials' }, { key: 'again', type: 'bool' },
]

/** One stock-take: what should be where, what was found, and its approval by somebody else. */
export default function CountPage() {
  const { t } = useTranslation('inventory')
  const { number = '' } = useParams()
  const may = useMay()
  const head = useGet('/api/v1/inventory/counts/{number}', { path: { number } })
  const approve = useSend('post', '/api/v1/inventory/counts/{number}/approve')
  const recount = useSend('post', '/api/v1/inventory/counts/{number}/recount')
  const cancel = useSend('post', '/api/v1/inventory/counts/{number}/cancel')
  const [line, setLine] = useState<Partial<Line> | undefined>()
  const [differs, setDiffers] = useState(false)
  const c = head.data
  const open = c?.status === 'open'
  const left = c ? c.lines - c.counted : 0
  return (
    <>
    <DetailPage
      query={head} title={number} sub={c?.scope} status={c?.status} facts={c && <Facts ns="inventory" columns={facts.filter((f) => !['approved_by', 'approved_ms', 'document', 'reason'].includes(f.key) || c[f.key])} row={c} />}
      actions={c && open && (
        <>
          {may('inventory.count') && <Button onClick={() => setLine({})}>{t('counts.count')}</Button>}
          {may('inventory.count') && <ActButton danger send={cancel} input={(reason) => ({ path: { number }, body: { reason } })} confirm={{ title: t('counts.cancelAsk', { number }), text: t('counts.cancelText'), reason: true, ok: t('counts.cancel') }} done={t('counts.cancelled')}>{t('counts.cancel')}</ActButton>}
          {may('inventory.approve') && <ActButton disabled={c.differ === 0} send={recount} input={{ path: { number }, body: {} }} done={t('counts.recountAsked')}>{t('counts.recount')}</ActButton>}
          {may('inventory.approve') && <ActButton type="primary" send={approve} input={(reason) => ({ path: { number }, body: { reason, rest: left > 0 } })} confirm={{ title: t('counts.approveAsk', { number, n: c.differ }), text: left > 0 ? t('counts.leftText', { n: left }) : t('counts.approveText'), reason: true, ok: t('counts.approve') }} done={t('counts.approved')}>{t('counts.approve')}</ActButton>}
        </>
      )}
      tabs={c && [
        { key: 'lines', label: t('counts.lines'), count: c.lines, children: (
          <div className="iv-split">
            <div className="iv-by"><Checkbox checked={differs} onChange={(e) => setDiffers(e.target.checked)}>{t('counts.differsOnly')}</Checkbox>{open && <Link to={`/m/count/${encodeURIComponent(number)}`}>{t('counts.onPhone')}</Link>}</div>
            <ListPage path="/api/v1/inventory/counts/{number}/lines" pathParams={{ number }} ns="inventory" columns={columns} sort={sort} query={{ differs: differs ? 'true' : undefined }} searchHint={t('stock.search')} onOpen={open && may('inventory.count') ? (l) => setLine(l) : undefined} empty={<div className="kw-none"><b>{t(differs ? 'counts.allAgree' : 'counts.noLines')}</b></div>} />
          </div>
        ) },
        { key: 'log', label: t('boxes.log'), children: <Card><History subject={`count:${number}`} /></Card> },
      ]}
    />
    <FormDrawer ns="inventory" title={t('counts.count')} method="post" path="/api/v1/inventory/counts/{number}/lines" pathParams={{ number }} fields={fields} open={line !== undefined} onClose={() => setLine(undefined)} serial={!line?.item} shape={shapeOf}
      initial={line?.item ? { location: line.location, container: line.container || undefined, item: line.item, lot: line.lot, again: line.state === 'counted' } : {}} said={(r) => t('counts.said', { n: r.left })} />
    </>
  )
}
