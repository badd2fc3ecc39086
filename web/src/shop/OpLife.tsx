import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { showTime } from '@/kit/dates'
import { format } from '@/kit/num'
import { BigButton, Glyph, Notice, ShopCard, toast } from '@/kit/shop'
import { useMay } from '@/kit/who'
import { useAct } from './act'
import { CallCard } from './callcard'
import { at } from './code'
import { usePauseNames } from './pausenames'
import { HeldHere } from './HeldHere'
import { Minutes } from './Minutes'
import { useOpFloor } from './opfloor'
import { Refused } from './parts'
import './station.css'

/** Who works here, on which machine, why it stands still, what is missing, who was called. */
export default function OpLife({ order, op, name, running, machine }: { order: string; op: number; name: string; running: boolean; machine: string }) {
  const { t } = useTranslation('line')
  const may = useMay()
  const navigate = useNavigate()
  const { data: o } = useOpFloor(order, op)
  const why = usePauseNames()
  const act = useAct<unknown>()
  if (!o) return null
  const leave = async (code: string, who: string) => {
    const r = await act.run({ lane: order, path: '/api/v1/production/leaves', body: { order, op, worker: code }, label: `${t('step:crew.leave')} ${op} ${name} · ${who}` })
    if (r.state === 'done') toast(t('step:crew.left', { name: who }))
    if (r.state === 'queued') toast(t('floor:done.queued'), 'amber')
  }
  return (
    <>
      {o.held_ms > 0 && <HeldHere order={order} op={op} reason={o.held_reason} since={o.held_ms} />}
      {o.blocked && <Notice tone="red" icon="alert" title={t('call.stopped')}>{t('call.stoppedDo')}</Notice>}
      {o.inspection && <Notice tone={o.patrol_failed ? 'red' : 'amber'} icon="inspect" title={t(o.patrol_failed ? 'look.failed' : 'look.waits')}>{t(o.patrol_failed ? 'look.failedDo' : 'look.waitsDo', { number: o.inspection })}</Notice>}
      {o.inspection && may('production.call') && !may('quality.judge') && !o.calls.some((c) => c.kind === 'quality') && <BigButton small icon="alert" onClick={() => void navigate(`${at.call(order, op)}?kind=quality`)}>{t('look.call')}</BigButton>}
      {o.paused_ms > 0 && <Notice tone="amber" icon="pause" title={t('pause.since', { why: why(o.paused) || t('pause.nowhy') })}>{showTime(o.paused_ms)}</Notice>}
      {o.missing.length > 0 && (
        <ul className="kf-waits kf-alone">
          {o.missing.map((p) => <li key={p.item}><Glyph name="issue" size={22} /><span>{t('wait.part', { name: p.name, qty: format(p.missing), uom: p.uom })}<small>{p.available === '0' ? t('wait.nothing') : t('wait.has', { qty: format(p.available) })}</small></span></li>)}
        </ul>
      )}
      {running && (
        <ShopCard>
          <h3 className="kf-h3">{t('step:crew.title')}</h3>
          <ul className="kf-crewlist">
            {o.crew.map((c) => (
              <li key={c.code + c.name}>
                <span className="kf-face" aria-hidden="true">{[...c.name][0]}</span>
                <div><b>{c.name}</b><small>{t('step:crew.since', { at: showTime(c.since_ms) })}</small></div>
                {o.crew.length > 1 && c.code && may('production.report') && <BigButton small onClick={() => void leave(c.code, c.name)}>{t('step:crew.leave')}</BigButton>}
              </li>
            ))}
          </ul>
          {may('production.report') && <p className="kf-hint">{t('step:crew.hint')}</p>}
        </ShopCard>
      )}
      {(o.setup_done_ms > 0 || (o.setup_ms > 0 && o.setting_ms > 0)) && <div className="kf-row"><Glyph name="tool" size={26} /><span>{t('setup.spent')}</span><b><Minutes ms={o.setup_done_ms} />{o.setup_ms > 0 && <small> · {t('setup.norm')} <Minutes ms={o.setup_ms} /></small>}</b></div>}
      {(machine || o.machine) && <div className="kf-row"><Glyph name="box" size={26} /><span>{t('step:crew.machine')}</span><b>{machine || o.machine}</b></div>}
      {o.calls.length > 0 && <div className="kf-col"><h3 className="kf-h3">{t('call.openHere')}</h3>{o.calls.map((c) => <CallCard key={c.id} c={c} here />)}</div>}
      <Refused error={act.refused} order={order} onClose={act.clear} />
    </>
  )
}
