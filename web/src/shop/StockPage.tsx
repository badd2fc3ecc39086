import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Navigate, useNavigate, useSearchParams } from 'react-router'
import { useGet, useSend } from '@/api/hooks'
import type { Answer } from '@/api/types'
import { readCode } from '@/kit/code'
import { OPEN_END, today } from '@/kit/dates'
import { add, cmp, format } from '@/kit/num'
import { BigButton, BigFacts, Chip, Choices, Notice, ScanBox, Sheet, ShopCard, ShopPage, toast } from '@/kit/shop'
import { useMay } from '@/kit/who'
import { at, lotCode } from './code'
import { useFind } from './find'
import { LabelLinks, ReasonSheet, Refused, Wait } from './parts'
import { withLine } from './texts'

const LabelSheet = lazy(() => withLine(import('./LabelSheet')))

type Scanned = Answer<'get', '/api/v1/inventory/scan'>
const GOODS = ['LOT', 'SN', 'ITM', 'LOC', '']

/** What somebody at the shelf sees is wrong: nobody takes it any more, until somebody sets it free. */
function Hold({ s }: { s: Scanned }) {
  const { t, i18n } = useTranslation('floor')
  const may = useMay()
  const here = (s.balances ?? []).filter((b) => b.kind === 'stock')
  const kinds = (['hold', 'release'] as const).filter((k) => may(`inventory.${k}`) && here.some((b) => b.status === (k === 'hold' ? 'available' : 'hold')))
  const [kind, setKind] = useState<'hold' | 'release' | undefined>()
  const hold = useSend('post', '/api/v1/inventory/holds')
  const release = useSend('post', '/api/v1/inventory/releases')
  const reasons = useGet('/api/v1/inventory/reasons', { query: { filter: [`kind:eq:${kind ?? ''}`, 'active:eq:true'], sort: 'ord', limit: 50 }, enabled: !!kind, staleTime: 3_600_000 })
  const undo = useSend('post', '/api/v1/inventory/undos')
  const [last, setLast] = useState('')
  const [why, setWhy] = useState(false)
  const send = (code: string) => {
    if (!kind) return
    setKind(undefined)
    const act = kind === 'hold' ? hold : release
    act.mutate({ body: { item: s.item ?? '', ...(s.serial ? { serials: [s.serial] } : s.lot && { lot: s.lot }), reason_code: code } }, { onSuccess: (r) => { setLast(r.number); toast(t(`wares:stock.${kind}Done`)) } })
  }
  return (
    <>
      <div className="kw-row">{kinds.map((k) => <BigButton key={k} small icon={k === 'hold' ? 'alert' : 'check'} busy={hold.isPending || release.isPending} onClick={() => setKind(k)}>{t(`wares:stock.${k}`)}</BigButton>)}</div>
      {last && may('inventory.undo') && <BigButton small icon="undo" onClick={() => setWhy(true)}>{t('wares:stock.undoHold', { number: last })}</BigButton>}
      {here.some((b) => b.status === 'hold') && !may('inventory.release') && <Notice tone="amber" icon="alert" title={t('wares:stock.held')} />}
      <ReasonSheet open={why} kind="goods" title={t('rep.why')} busy={undo.isPending} onClose={() => setWhy(false)} onChoose={(reason) => { setWhy(false); undo.mutate({ body: { number: last, reason } }, { onSuccess: () => { setLast(''); toast(t('done.undo')) } }) }} />
      <Sheet open={!!kind} title={kind ? t(`wares:stock.${kind}Why`, { code: s.serial || s.lot || s.item }) : ''} onClose={() => setKind(undefined)}>
        {reasons.data && <Choices options={reasons.data.items.map((r) => ({ value: r.code, label: i18n.language === 'zh' ? r.name_zh : r.name_en }))} onChange={send} />}
      </Sheet>
      <Refused error={hold.error ?? release.error ?? undo.error} onClose={() => { hold.reset(); release.reset(); undo.reset() }} />
    </>
  )
}

/** What is it, how much is there, where. */
export default function StockPage() {
  const { t } = useTranslation('floor')
  const navigate = useNavigate()
  const may = useMay()
  const [search, setSearch] = useSearchParams()
  const code = search.get('code') ?? ''
  const { find, choice } = useFind()
  const { data: s, error, refetch } = useGet('/api/v1/inventory/scan', { query: { code }, enabled: !!code, keep: true })
  const scan = (c: string) => (GOODS.includes(readCode(c).kind) ? setSearch({ code: c }, { replace: true }) : find(c))
  if (s?.kind === 'container') return <Navigate to={at.box(s.container ?? '')} replace />
  const movable = !!s && s.kind !== 'location' && may('inventory.transfer') && (s.balances ?? []).some((b) => b.kind === 'stock')
  return (
    <ShopPage title={t('shop:menu.stock')} back="/m" bar={movable ? <BigButton kind="main" icon="move" onClick={() => void navigate(at.move(code))}>{t('shop:menu.move')}</BigButton> : undefined}>
      <ScanBox compact={!!code} title={t('wares:stock.scan')} hint={t('wares:stock.hint')} onScan={scan} />
      {code && !s && <Wait error={error} onRetry={() => void refetch()} />}
      {s && (s.kind === 'location' ? <Shelf s={s} /> : <GoodsCard s={s} code={code} />)}
      {choice}
    </ShopPage>
  )
}

function Shelf({ s }: { s: Scanned }) {
  const { t } = useTranslation('floor')
  const navigate = useNavigate()
  const list = s.at ?? []
  return (
    <>
      <ShopCard><div className="kw-meta">{t('wares:stock.location')}</div><h2>{s.location}</h2><div className="kw-meta">{t('wares:stock.kinds', { n: list.length })}</div></ShopCard>
      {list.length === 0 && <Notice title={t('wares:stock.empty')}>{t('wares:stock.emptyDo')}</Notice>}
      <div className="kf-grid kf-wide">
        {list.map((l, i) => (
          <ShopCard key={i} onClick={() => void navigate(at.stock(lotCode(l.item, l.lot)))}>
            <div className="kf-opcard"><div><h3>{l.name}</h3><div className="kf-meta"><span>{l.item}</span>{l.lot && <b>{l.lot}</b>}{l.container && <span>{l.container}</span>}{l.status !== 'available' && <Chip status={l.status === 'hold' ? 'held' : l.status} />}</div></div><div className="kf-left"><b className="num">{format(l.qty)}</b><small>{l.uom}</small></div></div>
          </ShopCard>
        ))}
      </div>
    </>
  )
}

function GoodsCard({ s, code }: { s: Scanned; code: string }) {
  const { t } = useTranslation('floor')
  const navigate = useNavigate()
  const may = useMay()
  const [other, setOther] = useState(false)
  const here = (s.balances ?? []).filter((b) => b.kind === 'stock')
  const away = (s.balances ?? []).filter((b) => b.kind !== 'stock')
  const total = add('0', ...here.map((b) => b.qty))
  const expires = s.kind === 'lot' ? here.map((b) => b.expires_on).sort()[0] : undefined
  const query = new URLSearchParams({ item: s.item ?? '', ...(s.lot && { lot: s.lot }), ...(s.serial && { serial: s.serial }) })
  return (
    <div className="kw-two">
      <div className="kf-col">
        <ShopCard>
          <div className="kw-no"><span>{s.serial || s.lot || s.item}</span>{expires && expires !== OPEN_END && expires <= today() && <Chip status="expired" />}</div>
          <h2>{s.name}</h2>
          <BigFacts items={[
            [t('wares:stock.item'), s.kind === 'item' ? undefined : s.item], [t('issue.lot'), s.kind === 'serial' ? s.lot : undefined],
            [t(s.kind === 'lot' ? 'wares:stock.ofLot' : 'wares:stock.here'), s.kind === 'serial' ? undefined : `${format(total)} ${s.uom ?? ''}`],
            [t('wares:stock.available'), s.kind === 'serial' ? undefined : `${format(s.available)} ${s.uom ?? ''}`],
            [t('issue.expires'), expires && expires !== OPEN_END ? expires : undefined],
          ]} />
        </ShopCard>
        {(s.kind !== 'item' || s.tracking === 'none') && <Hold s={s} />}
        {(s.kind !== 'item' || s.tracking === 'none') && <LabelLinks pdf={`/api/v1/inventory/labels.pdf?${query}`} zpl={`/api/v1/inventory/labels.zpl?${query}`} />}
        {(s.kind === 'lot' || (s.kind === 'item' && s.tracking === 'none')) && <BigButton small icon="print" onClick={() => setOther(true)}>{t('wares:stock.label')}</BigButton>}
        {other && <Suspense><LabelSheet item={s.item ?? ''} lot={s.lot} uom={s.uom} places={s.decimals ?? 6} all={total} onClose={() => setOther(false)} /></Suspense>}
      </div>
      <ShopCard>
        <h3 className="kf-h3">{t('wares:stock.where')}</h3>
        {here.length === 0 && away.length === 0 && <Notice title={t('wares:stock.none')} />}
        <ul className="kf-mats">
          {[...here, ...away].map((b, i) => (
            <li key={i}>
              <div><b>{b.kind === 'stock' ? b.place : t(`wares:stock.kind.${b.kind}`, { defaultValue: b.kind })}</b><small>{[s.kind === 'item' ? b.lot : '', b.expires_on !== OPEN_END ? b.expires_on : '', cmp(b.reserved, '0') > 0 ? t('wares:stock.reserved', { qty: format(b.reserved) }) : '', b.kind === 'stock' || b.place === b.kind ? '' : b.place, b.container ?? ''].filter(Boolean).join(' · ')}</small></div>
              <div className="kf-matqty"><span className="num"><b>{format(b.qty)}</b> {s.uom}</span>{b.status && b.status !== 'available' && <Chip status={b.status === 'hold' ? 'held' : b.status} />}</div>
              {b.kind === 'stock' && may('inventory.transfer') && (s.kind !== 'item' || s.tracking === 'none') && <BigButton small icon="move" onClick={() => void navigate(at.move(code, b.place))}>{t('wares:stock.move')}</BigButton>}
              {s.kind === 'item' && b.lot && <BigButton small icon="search" onClick={() => void navigate(at.stock(lotCode(s.item ?? '', b.lot)))}>{t('issue.lot')}</BigButton>}
            </li>
          ))}
        </ul>
      </ShopCard>
    </div>
  )
}
