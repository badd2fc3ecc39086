import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useParams } from 'react-router'
import { useGet, useSend } from '@/api/hooks'
import { readCode } from '@/kit/code'
import { format } from '@/kit/num'
import { BigButton, Notice, ScanBox, ShopCard, ShopPage } from '@/kit/shop'
import { signal } from '@/kit/shop/feedback'
import { ReasonSheet, Refused, Wait } from './parts'

const labelOf = (p: { item: string; serial: string }) => `KW:SN:${encodeURIComponent(p.item)}/${encodeURIComponent(p.serial)}`

/** Which piece sits in which unit: scan the unit, then what goes in. */
export default function AssignPage() {
  const { t } = useTranslation('floor')
  const { order = '' } = useParams()
  const s = useGet('/api/v1/production/orders/{number}/serials', { path: { number: order }, live: ['production.', 'inventory.'] })
  const bind = useSend('post', '/api/v1/production/orders/{number}/serials')
  const loosen = useSend('post', '/api/v1/production/orders/{number}/serials/loosen')
  const [unit, setUnit] = useState('')
  const [out, setOut] = useState<{ unit: string; part: string } | undefined>()
  const [unknown, setUnknown] = useState('')
  const d = s.data
  if (!d) return <ShopPage title={t('shop:menu.assign')} sub={order} back={`/m/receive/${encodeURIComponent(order)}`}><Wait error={s.error} onRetry={() => void s.refetch()} /></ShopPage>
  const now = d.units.find((u) => u.serial === unit)
  const put = (part: string) => bind.mutate({ path: { number: order }, body: { unit, parts: [part] } }, { onSuccess: () => signal('ok') })
  const scan = (text: string) => {
    const c = readCode(text)
    setUnknown('')
    if ((!c.item || c.item === d.item) && d.units.some((u) => u.serial === c.number)) { setUnit(c.number); signal('ok'); return }
    if (!unit) { setUnknown(c.number); signal('bad'); return }
    put(text)
  }
  return (
    <ShopPage title={t('shop:menu.assign')} sub={order} back="/m/receive">
      <ScanBox title={t(unit ? 'wares:assign.scanPart' : 'wares:assign.scanUnit')} hint={unit ? t('wares:assign.into', { unit }) : t('wares:assign.hint')} onScan={scan} />
      {unknown && <Notice tone="amber" icon="alert" title={t('wares:assign.unknown', { code: unknown })} />}
      {d.units.length === 0 && <Notice tone="amber" icon="alert" title={t('wares:assign.noUnits')} />}
      {d.per.length > 0 && <p className="kw-meta"><span>{t('wares:assign.per')}</span>{d.per.map((p) => <span key={p.item}>{p.item} {p.name} × {format(p.qty)}</span>)}</p>}
      <div className="kw-two">
        <div className="kf-col">
          {d.units.map((u) => (
            <ShopCard key={u.serial}>
              <div className="kw-no"><span>{u.serial}</span>{u.serial === unit && <b>{t('wares:assign.now')}</b>}</div>
              {u.parts.length === 0 && <div className="kw-meta"><span>{t('wares:assign.empty')}</span></div>}
              {u.parts.length > 0 && <div className="kf-tags">{u.parts.map((p) => <button key={`${p.item}${p.serial}`} type="button" aria-label={t('wares:assign.takeOut', { serial: p.serial })} onClick={() => setOut({ unit: u.serial, part: labelOf(p) })}>{p.item} {p.serial} ×</button>)}</div>}
              {u.serial !== unit && <BigButton small onClick={() => setUnit(u.serial)}>{t('wares:assign.choose')}</BigButton>}
            </ShopCard>
          ))}
        </div>
        <div className="kf-col">
          {d.free.length > 0 && (
            <ShopCard>
              <h3 className="kf-h3">{t('wares:assign.free')}</h3>
              <div className="kf-tags">{d.free.map((p) => <button key={`${p.item}${p.serial}`} type="button" disabled={!now || bind.isPending} onClick={() => put(labelOf(p))}>{p.item} {p.serial}</button>)}</div>
            </ShopCard>
          )}
        </div>
      </div>
      <ReasonSheet open={!!out} kind="undo" title={t('rep.why')} busy={loosen.isPending} onClose={() => setOut(undefined)}
        onChoose={(reason) => { if (out) loosen.mutate({ path: { number: order }, body: { unit: out.unit, parts: [out.part], reason } }, { onSettled: () => setOut(undefined) }) }} />
      <Refused error={bind.error ?? loosen.error} order={order} onClose={() => { bind.reset(); loosen.reset() }} />
    </ShopPage>
  )
}
