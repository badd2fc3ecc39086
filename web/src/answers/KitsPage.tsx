import { ReloadOutlined } from '@ant-design/icons'
import { Button, Segmented, Select, Skeleton, Switch } from 'antd'
import { keepPreviousData } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useSearchParams } from 'react-router'
import { messageOf } from '@/api/errors'
import { useGet } from '@/api/hooks'
import { EntitySelect } from '@/kit/crud'
import { addDays, today } from '@/kit/dates'
import { ItemKit } from './ItemKit'
import { KitDrawer, type Picked } from './KitDrawer'
import { Matrix, OrderCards } from './Matrix'
import { SitePick } from '@/kit/SitePick'
import { useNarrow } from './useNarrow'
import '@/kit/crud/crud.css'
import './answers.css'

const live = ['inventory.', 'production.', 'purchasing.', 'sales.', 'masterdata.']
const KINDS = ['all', 'sales_order', 'work_order', 'forecast', 'manual']
/** Monday of this week, and of those that follow. */
const weeks = (): string[] => {
  const now = today()
  const monday = addDays(now, -((new Date(`${now}T00:00:00Z`).getUTCDay() + 6) % 7))
  return Array.from({ length: 12 }, (_, n) => addDays(monday, 7 * n))
}

/** Which orders have all their parts: orders by parts, green, with a date, or red. */
export default function KitsPage() {
  const { t } = useTranslation('answers')
  const narrow = useNarrow()
  const [params, setParams] = useSearchParams()
  const [picked, setPicked] = useState<Picked>()
  const [asking, setAsking] = useState(false)
  const get = (key: string) => params.get(key) ?? undefined
  const put = (key: string, value?: string) => setParams((p) => { if (value) p.set(key, value); else p.delete(key); return p }, { replace: true })
  const week = get('week')
  const kits = useGet('/api/v1/planning/kits', {
    query: { site: get('site'), kind: (get('kind') ?? '') as 'sales_order', from: week, to: week && addDays(week, 6), customer: get('customer'), center: get('center'), missing: get('missing') === '1', order: params.getAll('order'), limit: 200, parts: 100 },
    live, placeholderData: keepPreviousData,
  })
  const k = kits.data
  const pick = (o: { kind: string; number: string; line?: number }, part?: string) => setPicked({ kind: o.kind, number: o.number, line: o.line, part })
  return (
    <div className="an-page kw-loaded">
      <div className="kw-toolbar an-bar">
        <SitePick />
        <Segmented value={get('kind') ?? KINDS[0]} onChange={(v) => put('kind', v === KINDS[0] ? undefined : String(v))} options={KINDS.map((v) => ({ value: v, label: t(`kits.kind.${v}`) }))} />
        <Select allowClear placeholder={t('kits.week')} aria-label={t('kits.week')} value={week} onChange={(v) => put('week', v)} style={{ width: 150 }} options={weeks().map((w) => ({ value: w, label: t('kits.from', { day: w }) }))} />
        <span className="an-pick"><EntitySelect path="/api/v1/masterdata/partners" filters={[{ col: 'kinds', op: 'like', value: 'customer' }]} placeholder={t('kits.customer')} chosen={get('customer')} onChange={(v) => put('customer', v)} /></span>
        <span className="an-pick"><EntitySelect path="/api/v1/masterdata/work-centers" placeholder={t('kits.center')} chosen={get('center')} onChange={(v) => put('center', v)} /></span>
        <label className="an-switch"><Switch size="small" checked={get('missing') === '1'} onChange={(v) => put('missing', v ? '1' : undefined)} />{t('kits.missing')}</label>
        <span className="kw-grow" />
        <Button onClick={() => setAsking(true)}>{t('kits.howMany')}</Button>
        <Button icon={<ReloadOutlined />} aria-label={t('again')} loading={kits.isFetching} onClick={() => void kits.refetch()} />
      </div>
      {kits.error && !k ? <div className="kw-none" role="alert"><span>{messageOf(kits.error)}</span><Button onClick={() => void kits.refetch()}>{t('kit:retry')}</Button></div>
        : !k ? <Skeleton active paragraph={{ rows: 10 }} />
          : (
            <>
              <div className="an-legend">
                <span className="kw-green"><i>●</i>{t('kits.complete', { n: k.complete })}</span>
                <span className="kw-amber"><i>■</i>{t('kits.coming', { n: k.coming })}</span>
                <span className="kw-red"><i>◆</i>{t('kits.short', { n: k.short })}</span>
                {(k.cells ?? []).some((c) => c.s === 'transfer') && <span className="kw-blue"><i>➜</i>{t('state.transfer')}</span>}
                {k.total > (k.orders ?? []).length && <span className="kw-dim">{t('kits.first', { n: (k.orders ?? []).length, of: k.total })}</span>}
                {k.columns > (k.parts ?? []).length && <span className="kw-dim">{t('kits.firstParts', { n: (k.parts ?? []).length, of: k.columns })}</span>}
                <span className="kw-grow" />
                <Link to={`/planning/shortages?${params.toString()}`}>{t('kits.toShortages')}</Link>
              </div>
              {(k.orders ?? []).length === 0 ? <div className="kw-none"><b>{t('kits.none')}</b><span>{t('kits.noneText')}</span></div> : narrow ? <OrderCards kits={k} onPick={pick} /> : <Matrix kits={k} onPick={pick} />}
            </>
          )}
      <KitDrawer picked={picked} onClose={() => setPicked(undefined)} />
      <ItemKit open={asking} onClose={() => setAsking(false)} />
    </div>
  )
}
