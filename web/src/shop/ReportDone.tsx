import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import type { Answer } from '@/api/types'
import { cmp, format } from '@/kit/num'
import { both } from '@/kit/units'
import { BigButton, ShopPage, toast } from '@/kit/shop'
import { useMay } from '@/kit/who'
import { useAct } from './act'
import { at } from './code'
import type { Card } from './opact'
import { Done, Figures, ReasonSheet, Refused } from './parts'
import type { Reported } from './ReportPage'

/** What the report did: pieces, material, inspection; and the way back while the mistake is fresh. */
export function ReportDone({ card, order, op, result, good, scrap, onMore }: { card?: Card; order: string; op: string; result: Reported | 'queued'; good: string; scrap: string; onMore: () => void }) {
  const { t } = useTranslation('floor')
  const navigate = useNavigate()
  const may = useMay()
  const [why, setWhy] = useState(false)
  const undo = useAct<Answer<'post', '/api/v1/production/reports/undo'>>()
  const r = result === 'queued' ? undefined : result
  const name = (code: string) => card?.material.find((m) => m.item === code)?.name ?? code
  const uom = (code: string) => card?.material.find((m) => m.item === code)?.uom ?? ''
  const takeBack = async (reason: string) => {
    if (!r) return
    const o = await undo.run({ lane: order, path: '/api/v1/production/reports/undo', body: { report: r.id, reason }, label: t('outbox.undo', { reason }) })
    setWhy(false)
    if (o.state === 'refused') return
    toast(t(o.state === 'done' ? 'done.undo' : 'done.queued'), o.state === 'done' ? 'green' : 'amber')
    onMore()
  }
  const more = r ? cmp(r.remaining, '0') > 0 : true
  return (
    <ShopPage title={t('report.title')} sub={`${order} · ${card ? `${card.op} ${card.name}` : op}`} back={() => void navigate(at.op(order, op), { replace: true })}
      bar={(
        <>
          {more && <BigButton onClick={onMore}>{t('report.more')}</BigButton>}
          {r?.inspection && may('quality.judge')
            ? <BigButton kind="main" icon="inspect" onClick={() => void navigate(at.inspect(r.inspection!))}>{t('act.inspect')}</BigButton>
            : <BigButton kind="main" onClick={() => void navigate(at.op(order, op), { replace: true })}>{t('report.back')}</BigButton>}
        </>
      )}
    >
      <Done tone={r ? 'green' : 'amber'} title={r ? t('done.report', { qty: r.entered_uom ? both(good, card?.uom ?? '', r) : format(good), uom: r.entered_uom ? '' : card?.uom ?? '' }) : t('done.queuedLong')}>
        {!r && <Figures items={[{ label: t('fig.good'), value: good }, ...(cmp(scrap, '0') > 0 ? [{ label: t('fig.scrap'), value: scrap }] : [])]} />}
        {r && (
          <Figures items={[
            { label: t('report.now'), value: r.good, tone: 'good' },
            { label: t('fig.remaining'), value: r.remaining },
            ...(cmp(scrap, '0') > 0 ? [{ label: t('report.scrapNow'), value: r.scrap, tone: 'bad' as const }] : []),
          ]} />
        )}
        {r?.op_done && <p>{t(r.order_status === 'completed' ? 'report.orderDone' : 'report.opDone', { op: r.op, name: r.op_name })}</p>}
        {r?.patrol && <p>{t('report.patrol', { number: r.patrol })}</p>}
        {r?.inspection && <p>{t('report.inspection', { number: r.inspection })}</p>}
      </Done>
      {r && r.used.length > 0 && (
        <section className="kw-shopcard">
          <h3 className="kf-h3">{t('report.used')}</h3>
          <ul className="kf-mats">{r.used.map((u) => <li key={u.item + (u.lot ?? '')}><div><b>{name(u.item)}</b><small>{u.item}{u.lot && ` · ${u.lot}`}</small></div><div className="kf-matqty"><span className="num"><b>{format(u.qty)}</b> {uom(u.item)}</span></div></li>)}</ul>
        </section>
      )}
      {r && may('production.undo') && <div className="kf-foot"><BigButton small icon="undo" onClick={() => setWhy(true)}>{t('report.undo')}</BigButton></div>}
      <ReasonSheet open={why} kind="undo" title={t('rep.why')} busy={undo.busy} onClose={() => setWhy(false)} onChoose={(reason) => void takeBack(reason)} />
      <Refused error={undo.refused} order={order} onClose={undo.clear} />
    </ShopPage>
  )
}
