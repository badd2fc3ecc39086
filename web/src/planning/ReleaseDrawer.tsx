import { Alert, Button, Checkbox, Drawer, Grid } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { messageOf } from '@/api/errors'
import { useGet, useSend } from '@/api/hooks'
import { Lines, type Column } from '@/kit/crud'
import { today } from '@/kit/dates'
import { useMay } from '@/kit/who'
import { Docs, type Released } from './Docs'
import { paperOf } from './plan'

/** What is to be released: planned orders of the live plan by n, firm orders by number. */
export interface ToRelease { n?: number; number?: string; run?: string; site?: string; item: string; name: string; uom: string; kind: string; qty: string; start: string; due: string; possible?: string; past?: boolean; supplier: string; state: string }

const columns: Column<ToRelease>[] = [
  { key: 'number', label: 'release.order', render: (o) => <span className="num">{o.number ?? `#${o.n}`}</span> }, { key: 'item' }, { key: 'name' }, { key: 'qty', type: 'qty', uom: 'uom' },
  { key: 'due', type: 'date' },
]

/** Shows the documents that would be made, then makes them. */
export function ReleaseDrawer({ orders, onClose, onDone }: { orders: ToRelease[] | undefined; onClose: () => void; onDone?: () => void }) {
  const { t } = useTranslation('planning')
  const wide = Grid.useBreakpoint().md
  const may = useMay()
  const send = useSend('post', '/api/v1/planning/release')
  const settings = useGet('/api/v1/masterdata/settings', { enabled: !!orders && may('masterdata.read') })
  const asOrder = settings.data?.items?.find((s) => s.name === 'planning.buy_as')?.in_force === 'order'
  const ask = asOrder ? '' : 'ask_'
  const [floor, setFloor] = useState(false)
  const [made, setMade] = useState<Released | undefined>()
  const list = orders ?? []
  const free = list.filter((o) => (o.number ? o.state === 'firm' : o.state === 'planned') && o.kind !== 'shortage')
  const lost = asOrder ? free.filter((o) => (o.kind === 'buy' || o.kind === 'subcontract') && !o.supplier) : [] // a requisition may wait for one
  const go = free.filter((o) => !lost.includes(o))
  const work = go.filter((o) => o.kind === 'make')
  const papers = new Map<string, ToRelease[]>()
  for (const o of go) if (o.kind !== 'make') { const key = paperOf(o, today()); papers.set(key, [...(papers.get(key) ?? []), o]) }
  const count = [...papers.values()].reduce((n, rows) => n + (asOrder || rows[0]!.kind === 'transfer' ? 1 : rows.length), work.length)
  const close = () => { setMade(undefined); send.reset(); onClose() }
  const release = () => send.mutate({ body: { site: go.find((o) => o.site)?.site, run: go.find((o) => o.run)?.run, orders: go.flatMap((o) => (o.n ? [o.n] : [])), firm: go.flatMap((o) => (o.number ? [o.number] : [])), release_to_floor: floor } }, { onSuccess: (r) => { setMade(r); onDone?.() } })
  return (
    <Drawer
      open={!!orders} onClose={close} size={wide ? 720 : '100%'} destroyOnHidden title={made ? t('release.made', { n: made.documents.length }) : t('release.title', { n: go.length })}
      footer={(
        <div className="kw-form-foot">
          {!made && work.length > 0 && <Checkbox checked={floor} onChange={(e) => setFloor(e.target.checked)}>{t('release.floor')}</Checkbox>}
          <span className="kw-grow" />
          {made
            ? <Button type="primary" onClick={close}>{t('kit:close')}</Button>
            : <><Button onClick={close}>{t('kit:cancel')}</Button><Button type="primary" disabled={go.length === 0} loading={send.isPending} onClick={release}>{t('release.do', { n: count })}</Button></>}
        </div>
      )}
    >
      {made
        ? <Docs made={made} />
        : (
            <div className="pn-preview">
              {send.error && <Alert type="error" showIcon role="alert" title={messageOf(send.error)} />}
              {lost.length > 0 && <Alert type="warning" showIcon title={t('release.noSupplier', { list: [...new Set(lost.map((o) => o.item))].join(', ') })} />}
              {list.length > free.length && <Alert type="info" showIcon title={t('release.taken', { n: list.length - free.length })} />}
              {work.length > 0 && <section><h4>{t('release.work', { n: work.length })}</h4><Lines ns="planning" columns={columns} rows={work} id={idOf} /></section>}
              {[...papers].map(([key, rows]) => <section key={key}><h4>{t(rows[0]!.kind === 'transfer' ? 'release.transfer' : `release.${ask}${rows[0]!.kind}`, { supplier: rows[0]!.supplier || t('release.nobody'), n: rows.length })}</h4><Lines ns="planning" columns={columns} rows={rows} id={idOf} /></section>)}
              {go.length === 0 && <div className="kw-none">{t('release.nothing')}</div>}
            </div>
          )}
    </Drawer>
  )
}
const idOf = (o: ToRelease) => o.number ?? String(o.n)
