import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useParams } from 'react-router'
import { useGet, useSend } from '@/api/hooks'
import type { Answer, Body } from '@/api/types'
import { ActButton, Card, DetailPage, Facts, FormDrawer, History, type Column, type Field } from '@/kit/crud'
import { showInstant } from '@/kit/dates'
import { movesUrl, stockCardUrl } from '@/kit/links'
import { cmp, format, isZero, sub } from '@/kit/num'
import { useMay } from '@/kit/who'
import { items, place } from './boxes'
import './inventory.css'

type Transfer = Answer<'get', '/api/v1/inventory/site-transfers/{number}'>
type Line = Transfer['lines'][number]
type Change = NonNullable<Body<'post', '/api/v1/inventory/site-transfers/{number}/lines/{line}'>>
type Settle = NonNullable<Body<'post', '/api/v1/inventory/site-transfers/{number}/settle'>>
const facts: Column<Transfer>[] = [
  { key: 'from', label: 'f.from_site', render: (t) => `${t.from} ${t.from_name}` }, { key: 'to', label: 'f.to_site', render: (t) => `${t.to} ${t.to_name}` }, { key: 'ship_on', type: 'date' }, { key: 'due', type: 'date', label: 'f.due_there' }, { key: 'wanted_for' }, { key: 'note' }, { key: 'reason' }, { key: 'made_by' }, { key: 'made_ms', type: 'instant' },
]
const amounts = [['qty', 'f.asked'], ['sent', 'f.sent'], ['in_transit', 'f.in_transit'], ['received', 'f.arrived'], ['over', 'f.over'], ['back', 'f.back'], ['lost', 'f.lost']] as const
const fields: Field<Settle>[] = [
  { key: 'how', type: 'select', options: ['back', 'lost'], words: 'transferHow', required: true, initial: 'back' }, { key: 'item', type: 'entity', from: items, required: true }, { key: 'lot', half: true }, { key: 'qty', type: 'qty', required: true, half: true },
  { key: 'location', type: 'entity', from: place, required: true, hidden: (v) => v.how === 'lost' }, { key: 'reason', required: true },
]

const line: Field<Change>[] = [
  { key: 'qty', type: 'qty', required: true, help: 'inventory:transfers.qtyHelp' }, { key: 'ship_on', type: 'date', half: true }, { key: 'due', type: 'date', half: true, label: 'f.due_there' }, { key: 'reason', required: true },
]

/** A transfer between sites: asked for, sent, on the way, received, and what became of the rest. */
export default function TransferPage() {
  const { t } = useTranslation('inventory')
  const { number = '' } = useParams()
  const may = useMay()
  const [settling, setSettling] = useState<Line | undefined>()
  const [changing, setChanging] = useState<Line | undefined>()
  const q = useGet('/api/v1/inventory/site-transfers/{number}', { path: { number }, live: ['inventory.'] })
  const close = useSend('post', '/api/v1/inventory/site-transfers/{number}/close')
  const d = q.data
  const moving = d?.lines.find((l) => cmp(l.in_transit, '0') > 0)
  const amount = (v: string) => (isZero(v) ? <span className="kw-dim num">0</span> : <b className="num">{format(v)}</b>)
  return (
    <>
      <DetailPage
        query={q} title={number} status={d?.status} word={d && t(`transferStatus.${d.status}`)} sub={d && `${d.from} → ${d.to}`}
        actions={d && (
          <>
            {may('inventory.transfer') && <Link to={`/m/between/${encodeURIComponent(number)}`}>{t('transfers.onFloor')}</Link>}
            {may('inventory.adjust') && d.may_send && moving && <Button onClick={() => setSettling(moving)}>{t('transfers.settle')}</Button>}
            {may('inventory.between') && d.closed_ms === 0 && d.status !== 'received' && <ActButton danger send={close} input={(reason) => ({ path: { number }, body: { reason } })} confirm={{ title: t('transfers.closeAsk', { number }), text: t('transfers.closeText'), reason: true }} done={t('transfers.closed')}>{t('transfers.close')}</ActButton>}
          </>
        )}
        facts={d && <Facts ns="inventory" columns={facts.filter((f) => !['note', 'reason', 'wanted_for'].includes(f.key) || d[f.key])} row={d} />}
        tabs={d && [
          { key: 'lines', label: t('transfers.lines'), count: d.lines.length, children: (
            <Card><div style={{ overflowX: 'auto' }}><table className="iv-grid"><thead><tr><th>{t('f.item')}</th><th>{t('f.name')}</th>{amounts.map(([k, label]) => <th key={k}>{t(label)}</th>)}<th>{t('f.uom')}</th><th>{t('f.ship_on')}</th><th>{t('f.due_there')}</th><th>{t('f.lot')}</th></tr></thead>
              <tbody>{d.lines.map((l) => <tr key={l.id}><td><Link to={stockCardUrl(l.item)}>{l.item}</Link><div>{l.closed ? <span className="kw-dim">{t('transfers.ended')}</span> : may('inventory.between') && cmp(sub(l.sent, l.back), l.qty) < 0 && <Button size="small" onClick={() => setChanging(l)}>{t('transfers.change')}</Button>}</div></td><td>{l.name}</td>{amounts.map(([k]) => <td key={k}>{amount(l[k])}</td>)}<td>{l.uom}</td><td className="num">{l.ship_on}</td><td className="num">{l.due}</td><td>{l.on_the_way.filter((w) => w.lot).map((w) => `${w.lot} ${format(w.qty)}`).join(', ')}</td></tr>)}</tbody></table></div></Card>
          ) },
          { key: 'steps', label: t('transfers.steps'), count: d.steps.length, children: (
            <Card>{d.steps.length === 0 ? <div className="kw-none"><b>{t('transfers.noSteps')}</b></div> : <div style={{ overflowX: 'auto' }}><table className="iv-grid"><thead><tr>{(['f.made_ms', 'f.step', 'f.document', 'f.line', 'f.lot', 'f.location', 'f.qty', 'f.reason', 'f.made_by'] as const).map((k) => <th key={k}>{t(k)}</th>)}</tr></thead>
              <tbody>{d.steps.map((s) => <tr key={s.id}><td className="num">{showInstant(s.recorded_ms)}</td><td className={s.undone ? 'kw-dim' : undefined}>{t(`doc.${s.kind}`)}{s.undone && ` · ${t('transfers.undone')}`}</td><td><Link to={movesUrl(s.number)}>{s.number}</Link></td><td>{s.line}</td><td>{s.lot}</td><td>{s.location}</td><td className="num">{format(s.qty)}</td><td>{s.reason}</td><td>{s.actor}</td></tr>)}</tbody></table></div>}</Card>
          ) },
          { key: 'log', label: t('boxes.log'), children: <Card><History subject={`transfer:${number}`} /></Card> },
        ]}
      />
      <FormDrawer ns="inventory" title={t('transfers.changeLine', { item: changing?.name })} method="post" path="/api/v1/inventory/site-transfers/{number}/lines/{line}" pathParams={{ number, line: changing?.line ?? 0 }} fields={line} initial={changing ? { qty: changing.qty, ship_on: changing.ship_on, due: changing.due } : {}} open={!!changing} onClose={() => setChanging(undefined)} said={() => t('transfers.changed')} />
      <FormDrawer ns="inventory" title={t('transfers.settle')} method="post" path="/api/v1/inventory/site-transfers/{number}/settle" pathParams={{ number }} fields={fields} initial={settling ? { how: 'back', item: settling.item, qty: settling.in_transit, lot: settling.on_the_way.length === 1 ? settling.on_the_way[0]?.lot || undefined : undefined } : {}} open={!!settling} onClose={() => setSettling(undefined)} said={() => t('transfers.settled')} />
    </>
  )
}
