import { useTranslation } from 'react-i18next'
import { useNavigate, useParams } from 'react-router'
import { call } from '@/api/client'
import { useGet } from '@/api/hooks'
import { readCode } from '@/kit/code'
import { showInstant } from '@/kit/dates'
import { cmp, format } from '@/kit/num'
import { BigButton, Chip, Notice, ScanBox, ShopCard, ShopPage, toast } from '@/kit/shop'
import { asEntered, both } from '@/kit/units'
import { useMay } from '@/kit/who'
import { at } from './code'
import { useFind } from './find'
import { Due, Wait } from './parts'
import type { Stock } from './picks'

/** The lines of a purchase order: tap one, or scan the goods. */
export default function GoodsOrderPage() {
  const { t } = useTranslation('floor')
  const { order = '' } = useParams()
  const navigate = useNavigate()
  const may = useMay()
  const { find, choice } = useFind()
  const { data: o, error, refetch } = useGet('/api/v1/purchasing/orders/{number}', { path: { number: order } })
  const open = (o?.lines ?? []).filter((l) => cmp(l.open, '0') > 0)
  const go = (line: number) => { if (may('purchasing.receive')) void navigate(at.goods(order, line)) }
  const scan = (code: string) => {
    const kind = readCode(code).kind
    if (kind && kind !== 'ITM' && kind !== 'LOT') return find(code)
    void call<Stock>('GET', '/api/v1/inventory/scan', { query: { code } }).then((s) => {
      const line = open.find((l) => l.item === s.item)
      if (line) go(line.line)
      else if (s.item) toast(t('wares:goods.notHere', { item: s.item, name: s.name, order }), 'red')
      else find(code)
    }, () => find(code))
  }
  const toSend = (o?.lines ?? []).some((l) => l.components?.some((c) => cmp(c.to_send, '0') > 0))
  return (
    <ShopPage title={t('shop:menu.goods')} sub={order} back="/m/goods">
      {open.length > 0 && <ScanBox compact title={t('wares:goods.scanGoods')} hint={t('wares:goods.scanGoodsHint')} onScan={scan} />}
      {!o && <Wait error={error} onRetry={() => void refetch()} />}
      {o && (
        <ShopCard>
          <div className="kw-no"><span>{o.number}</span><Chip status={o.status} word={t(`wares:goods.is.${o.status}`, { defaultValue: o.status })} />{o.kind === 'subcontract' && <span className="kf-tag">{t('wares:goods.subcontract')}</span>}</div>
          <h2>{o.supplier_name || t('wares:goods.noSupplier')}</h2>
          {o.note && <div className="kw-meta">{o.note}</div>}
        </ShopCard>
      )}
      {o && open.length === 0 && <Notice tone="green" icon="check" title={t('wares:goods.allHere')} />}
      {toSend && may('purchasing.send') && <BigButton kind="warn" icon="ship" onClick={() => void navigate(at.send(order))}>{t('wares:goods.sendFirst')}</BigButton>}
      <div className="kf-grid kf-wide">
        {open.map((l) => (
          <ShopCard key={l.line} tone="blue" onClick={() => go(l.line)}>
            <div className="kf-opcard">
              <div><h3>{l.name}</h3><div className="kf-meta"><span>{l.line}</span><span>{l.item}</span>{l.entered_uom && <b>{both(l.qty, l.uom, l)}</b>}{l.spec && <span>{l.spec}</span>}<Due date={l.due} /></div></div>
              <div className="kf-left"><b className="num">{format(l.open)}</b><small>{t('wares:goods.open')} {l.uom}</small></div>
            </div>
          </ShopCard>
        ))}
      </div>
      {o && o.receipts && o.receipts.length > 0 && (
        <ShopCard>
          <h3 className="kf-h3">{t('wares:goods.came')}</h3>
          <ul className="kf-mats">
            {o.receipts.slice(0, 20).map((r) => (
              <li key={r.number} className={r.undone || r.undoes ? 'kf-gone' : ''}>
                <div><b>{r.name}</b><small>{r.lot && `${r.lot} · `}{r.entered_uom && `${asEntered(r)} · `}{showInstant(r.recorded_ms).slice(5)} · {r.actor}{r.undone && ` · ${t('rep.undone')}`}</small></div>
                <div className="kf-matqty"><span className="num"><b>{format(r.qty)}</b> {r.uom}</span><small>{r.location}</small></div>
              </li>
            ))}
          </ul>
        </ShopCard>
      )}
      {choice}
    </ShopPage>
  )
}
