import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { call } from '@/api/client'
import { useGet } from '@/api/hooks'
import type { Row } from '@/api/types'
import { readCode } from '@/kit/code'
import { addDays, today } from '@/kit/dates'
import { format } from '@/kit/num'
import { BigButton, Notice, ScanBox, Sheet, ShopCard, ShopPage } from '@/kit/shop'
import { at } from './code'
import { useFind } from './find'
import { Due, Wait } from './parts'
import type { Stock } from './picks'

type Line = Row<'/api/v1/purchasing/orders'>

/** Orders with something to come, by the day of the first line. */
export function byOrder(lines: Line[]): { order: string; supplier: string; due: string; lines: Line[] }[] {
  const out = new Map<string, { order: string; supplier: string; due: string; lines: Line[] }>()
  for (const l of lines) {
    const o = out.get(l.order)
    if (o) { o.lines.push(l); if (l.due < o.due) o.due = l.due } else out.set(l.order, { order: l.order, supplier: l.supplier_name || l.supplier, due: l.due, lines: [l] })
  }
  return [...out.values()]
}

/** Scan the purchase order or the goods, or choose what is due. */
export default function GoodsListPage() {
  const { t } = useTranslation('floor')
  const navigate = useNavigate()
  const [later, setLater] = useState(false)
  const [several, setSeveral] = useState<Line[]>([])
  const { find, busy, choice } = useFind()
  const { data, error, refetch } = useGet('/api/v1/purchasing/orders', { query: { filter: ['open:gt:0', ...(later ? [] : [`due:le:${addDays(today(), 3)}`])], sort: 'due,order,line', limit: 200 } })
  const orders = byOrder(data?.items ?? [])

  const scan = (code: string) => {
    const c = readCode(code)
    if (c.kind && c.kind !== 'ITM' && c.kind !== 'LOT') return find(code)
    if (!c.kind && orders.some((o) => o.order === c.number)) return void navigate(at.goods(c.number))
    // a bar code on the box: which open lines are for this item?
    void call<Stock>('GET', '/api/v1/inventory/scan', { query: { code } }).then(async (s) => {
      if (!s.item) return find(code)
      const page = await call<{ items: Line[] | null }>('GET', '/api/v1/purchasing/orders', { query: { filter: ['open:gt:0', `item:eq:${s.item}`], sort: 'due', limit: 20 } })
      const list = page.items ?? []
      if (list.length === 1 && list[0]) void navigate(at.goods(list[0].order, list[0].line))
      else if (list.length > 1) setSeveral(list)
      else find(code)
    }, () => find(code))
  }
  return (
    <ShopPage title={t('shop:menu.goods')} back="/m">
      <ScanBox compact title={t('wares:goods.scan')} hint={t('wares:goods.hint')} busy={busy} onScan={scan} />
      {!data && <Wait error={error} onRetry={() => void refetch()} />}
      {data && orders.length === 0 && <Notice tone="green" icon="check" title={t(later ? 'wares:goods.none' : 'wares:goods.noneSoon')} />}
      <div className="kf-grid kf-wide">
        {orders.map((o) => (
          <ShopCard key={o.order} tone={o.due < today() ? 'red' : o.due === today() ? 'blue' : 'grey'} onClick={() => void navigate(at.goods(o.order))}>
            <div className="kf-top"><b className="kf-no">{o.order}</b><Due date={o.due} /></div>
            <h3>{o.supplier || t('wares:goods.noSupplier')}</h3>
            <div className="kf-meta"><span>{t('wares:goods.lines', { n: o.lines.length })}</span><span>{o.lines.slice(0, 2).map((l) => `${l.name} ${format(l.open)} ${l.uom}`).join('，')}</span></div>
          </ShopCard>
        ))}
      </div>
      {!later && <div className="kf-foot"><BigButton small onClick={() => setLater(true)}>{t('wares:goods.later')}</BigButton></div>}
      <Sheet open={several.length > 0} title={t('wares:goods.which')} onClose={() => setSeveral([])}>
        <div className="kf-list">
          {several.map((l) => <button key={`${l.order}/${l.line}`} type="button" className="kf-pick" onClick={() => void navigate(at.goods(l.order, l.line))}><b>{l.order} · {format(l.open)} {l.uom}</b><small>{l.supplier_name} · <Due date={l.due} /></small></button>)}
        </div>
      </Sheet>
      {choice}
    </ShopPage>
  )
}
