import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'
import { useGet, useSend } from '@/api/hooks'
import type { Row as ListRow } from '@/api/types'
import { readCode } from '@/kit/code'
import { cmp, format } from '@/kit/num'
import { BigButton, Notice, ScanBox, ShopCard, ShopPage, toast } from '@/kit/shop'
import { signal } from '@/kit/shop/feedback'
import { Refused, Wait } from './parts'

type Loop = ListRow<'/api/v1/inventory/supply'>

/** Parts at the line: scan the place or the part, press, and the warehouse brings more. */
export default function LinePage() {
  const { t } = useTranslation('lineside')
  const [search, setSearch] = useSearchParams()
  const [unknown, setUnknown] = useState('')
  const q = search.get('q') ?? ''
  const list = useGet('/api/v1/inventory/supply', { query: { filter: ['active:eq:true'], sort: 'work_center,item', limit: 200 }, live: ['inventory.', 'production.'], keep: true })
  const call = useSend('post', '/api/v1/inventory/supply/calls')
  const all = list.data?.items ?? []
  const fits = (r: Loop, text: string) => [r.location, r.item, r.work_center].includes(text)
  const shown = q ? all.filter((r) => fits(r, q)) : all
  const press = (r: Loop) => call.mutate({ body: { supply: r.id } }, { onSuccess: (c) => { signal('ok'); toast(t('line.called', { name: r.name, qty: format(c.qty), uom: r.uom })) } })
  const scan = (code: string) => {
    const c = readCode(code)
    const text = c.kind === 'LOT' ? (c.item ?? '') : c.number
    const found = all.filter((r) => fits(r, text))
    setUnknown(found.length === 0 ? text : '')
    if (found.length > 0) setSearch({ q: text }, { replace: true })
    if (found.length === 1 && ['low', 'ok'].includes(found[0]!.state)) press(found[0]!)
    if (found.length === 0) signal('bad')
  }
  return (
    <ShopPage title={t('shop:menu.line')} back="/m" bar={q ? <BigButton onClick={() => setSearch({}, { replace: true })}>{t('line.all')}</BigButton> : undefined}>
      <ScanBox compact title={t('line.scan')} hint={t('line.hint')} onScan={scan} />
      {!list.data && <Wait error={list.error} onRetry={() => void list.refetch()} />}
      {unknown && <Notice tone="red" icon="alert" title={t('line.unknown', { code: unknown })} />}
      {list.data && all.length === 0 && <Notice title={t('line.none')}>{t('line.noneDo')}</Notice>}
      <div className="kf-grid kf-wide">
        {shown.map((r) => (
          <ShopCard key={r.id} tone={r.state === 'low' ? 'amber' : r.state === 'called' ? 'blue' : undefined}>
            <div className="kf-head"><div><h3>{r.name}</h3><div className="kf-meta"><span>{r.item}</span><b>{r.location}</b><span>{r.work_center_name || r.work_center}</span></div></div><div className="kf-left"><b className="num">{format(r.here)}</b><small>{t('line.of', { least: format(r.least), most: format(r.most), uom: r.uom })}</small></div></div>
            {r.state === 'called' ? <Notice tone="blue" icon="check" title={t('line.coming', { qty: format(r.coming), uom: r.uom })} />
              : cmp(r.here, r.most) < 0 && <BigButton small kind={r.state === 'low' ? 'main' : 'plain'} icon="alert" busy={call.isPending} onClick={() => press(r)}>{t('line.call')}</BigButton>}
          </ShopCard>
        ))}
      </div>
      <Refused error={call.error} onClose={() => call.reset()} />
    </ShopPage>
  )
}
