import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate, useSearchParams } from 'react-router'
import { call } from '@/api/client'
import { keyOf, useGet } from '@/api/hooks'
import type { Row } from '@/api/types'
import { format, max, sub } from '@/kit/num'
import { BigButton, Chip, Notice, ShopCard, ShopPage } from '@/kit/shop'
import { toneOf } from '@/kit/status'
import { at, opCode } from './code'
import { ScanAnywhere } from './find'
import { Due, Wait } from './parts'
import { keepStation, myStation, type Station } from './station'

type Op = Row<'/api/v1/production/operations'>
const TABS = { ready: ['running', 'ready', 'paused'], material: ['waiting_material'], previous: ['waiting_previous'] } as const
type Tab = keyof typeof TABS

/** Keeps the cards of what comes next on the device, so that a traveler can be scanned without a network. */
function useKeepCards(ops: Op[] | null | undefined) {
  const client = useQueryClient()
  useEffect(() => {
    let live = true
    const next = (ops ?? []).filter((o) => o.report && (TABS.ready as readonly string[]).includes(o.status)).slice(0, 8)
    const run = async () => {
      for (const o of next) {
        if (!live) return
        const query = { code: opCode(o.order, o.op) }
        await client.prefetchQuery({ queryKey: keyOf('/api/v1/production/scan', { query }), queryFn: () => call('GET', '/api/v1/production/scan', { query, headers: { 'X-Offline': 'keep' } }), staleTime: 60_000 })
      }
    }
    const timer = setTimeout(() => void run(), 500)
    return () => { live = false; clearTimeout(timer) }
  }, [ops, client])
}

function OpCard({ o }: { o: Op }) {
  const { t } = useTranslation('floor')
  const navigate = useNavigate()
  const left = max(sub(sub(sub(o.qty_in, o.good), o.scrap), o.rework), '0')
  return (
    <ShopCard tone={toneOf(o.status)} onClick={() => void navigate(at.op(o.order, o.op))}>
      <div className="kf-opcard">
        <div>
          <div className="kf-top"><b className="kf-no">{o.order}</b><Chip status={o.status} />{o.priority < 5 && <Chip status="warning" word={t('op.urgent')} />}</div>
          <h3>{o.item_name}</h3>
          <div className="kf-meta"><span>{o.op} {o.name}</span><Due date={o.due} />{!o.report && <span>{t('op.noPoint')}</span>}</div>
        </div>
        <div className="kf-left"><b className="num">{format(o.status === 'waiting_previous' ? o.order_qty : left)}</b><small>{t(o.status === 'waiting_previous' ? 'station.all' : 'station.left')} {o.uom}</small></div>
      </div>
    </ShopCard>
  )
}

function Choose({ onChoose, back }: { onChoose: (s: Station) => void; back: string | (() => void) }) {
  const { t } = useTranslation('floor')
  const { data, error, refetch } = useGet('/api/v1/masterdata/work-centers', { query: { limit: 200, sort: 'code', filter: ['status:eq:active'] }, keep: true })
  return (
    <ShopPage title={t('station.choose')} sub={t('station.once')} back={back}>
      {!data && <Wait error={error} onRetry={() => void refetch()} />}
      {data?.items?.length === 0 && <Notice title={t('station.noCenters')}>{t('station.noCentersDo')}</Notice>}
      <div className="kf-grid">
        {data?.items?.map((w) => <button key={w.code} type="button" className="kf-pick" onClick={() => onChoose({ code: w.code, name: w.name })}><b>{w.name}</b><small>{w.code}</small></button>)}
      </div>
    </ShopPage>
  )
}

export default function StationPage() {
  const { t } = useTranslation('floor')
  const [search, setSearch] = useSearchParams()
  const [mine, setMine] = useState(myStation)
  const [choosing, setChoosing] = useState(false)
  const [tab, setTab] = useState<Tab>('ready')
  const code = search.get('at') ?? mine?.code
  const { data, error, refetch } = useGet('/api/v1/production/stations/{work_center}', { path: { work_center: code ?? '' }, enabled: !!code, keep: true })
  useKeepCards(data?.ops)
  if (!code || choosing) {
    return <Choose back={code ? () => setChoosing(false) : '/m'} onChoose={(s) => { keepStation(s); setMine(s); setChoosing(false); if (search.has('at')) setSearch({}, { replace: true }) }} />
  }
  const of = (k: Tab) => (data?.ops ?? []).filter((o) => (TABS[k] as readonly string[]).includes(o.status))
  const list = of(tab)
  return (
    <ShopPage title={data?.name ?? mine?.name ?? code} sub={code} back="/m">
      <ScanAnywhere />
      <div className="kf-seg" role="tablist">
        {(Object.keys(TABS) as Tab[]).map((k) => <button key={k} type="button" role="tab" aria-selected={k === tab} onClick={() => setTab(k)}>{t(`station.tab.${k}`)}<em className="num">{data ? of(k).length : ''}</em></button>)}
      </div>
      {!data && <Wait error={error} onRetry={() => void refetch()} />}
      {data && list.length === 0 && <Notice icon="check" title={t(`station.none.${tab}`)}>{t('station.noneDo')}</Notice>}
      <div className="kf-grid kf-wide">{list.map((o) => <OpCard key={o.id} o={o} />)}</div>
      <div className="kf-foot"><BigButton small onClick={() => setChoosing(true)}>{t('station.change')}</BigButton></div>
    </ShopPage>
  )
}
