import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import type { Answer } from '@/api/types'
import { showTime } from '@/kit/dates'
import { cmp, format } from '@/kit/num'
import { BigButton, Chip, ShopCard, toast } from '@/kit/shop'
import { toneOf } from '@/kit/status'
import { useMay } from '@/kit/who'
import { asEntered } from '@/kit/units'
import { useAct } from './act'
import { at } from './code'
import type { Card } from './opact'
import { ReasonSheet, Refused } from './parts'

/** The operations of the order from left to right; tap to see another one. */
export function OpStrip({ card }: { card: Card }) {
  const { t } = useTranslation('floor')
  const navigate = useNavigate()
  const strip = useRef<HTMLDivElement>(null)
  useEffect(() => { // the one that is shown, in sight
    const el = strip.current?.querySelector<HTMLElement>('[aria-current]')
    if (el && strip.current) strip.current.scrollLeft = el.offsetLeft - strip.current.offsetLeft - 40
  }, [card.op])
  return (
    <div className="kf-strip" ref={strip}>
      {card.ops.map((o) => (
        <button key={o.op} type="button" className={`kf-step kf-tone-${toneOf(o.status)}`} aria-current={o.op === card.op ? 'step' : undefined} disabled={o.op === card.op} onClick={() => void navigate(at.op(card.order, o.op), { replace: true })}>
          <b>{o.op} {o.name}</b><small>{o.report ? `${format(o.good)} / ${format(card.qty)} · ` : ''}{t(`kit:status.${o.status}`, { defaultValue: o.status })}</small>
        </button>
      ))}
    </div>
  )
}

/** What the operation uses: what must be brought first, then what is drawn by itself. */
export function Materials({ card }: { card: Card }) {
  const { t } = useTranslation('floor')
  const list = card.material.filter((m) => m.role === 'component' && m.issue !== 'none').sort((a, b) => Number(a.issue !== 'pick') - Number(b.issue !== 'pick') || a.line - b.line)
  if (list.length === 0) return null
  return (
    <ShopCard>
      <h3 className="kf-h3">{t('mat.title')}</h3>
      <ul className="kf-mats">
        {list.map((m) => (
          <li key={m.line}>
            <div><b>{m.name}</b><small>{m.item}{m.issue === 'backflush' && ` · ${t('mat.backflush')}`}</small></div>
            <div className="kf-matqty">
              <span className="num">{m.issue === 'pick' ? <><b>{format(m.issued)}</b> / {format(m.required)}</> : <b>{format(m.open)}</b>} {m.uom}</span>
              {m.issue === 'pick' ? <Chip status={m.state} word={t(`mat.state.${m.state}`)} /> : m.state === 'short' ? <Chip status="short" /> : <small>{t('mat.stock', { qty: format(m.available) })}</small>}
            </div>
          </li>
        ))}
      </ul>
    </ShopCard>
  )
}

/** The last reports here; the one who slipped takes it back. */
export function Reports({ card }: { card: Card }) {
  const { t } = useTranslation('floor')
  const may = useMay()
  const [asked, setAsked] = useState<string | undefined>()
  const undo = useAct<Answer<'post', '/api/v1/production/reports/undo'>>()
  const list = card.reports.filter((r) => r.kind !== 'opening' && r.kind !== 'reversal')
  if (list.length === 0) return null
  const send = async (reason: string) => {
    const r = await undo.run({ lane: card.order, path: '/api/v1/production/reports/undo', body: { report: asked, reason }, label: t('outbox.undo', { reason }) })
    setAsked(undefined)
    if (r.state !== 'refused') toast(t(r.state === 'done' ? 'done.undo' : 'done.queued'), r.state === 'done' ? 'green' : 'amber')
  }
  return (
    <ShopCard>
      <h3 className="kf-h3">{t('rep.title')}</h3>
      <ul className="kf-mats">
        {list.map((r) => (
          <li key={r.id} className={r.reversed ? 'kf-gone' : ''}>
            <div><b className="num">{format(r.good)}{cmp(r.scrap, '0') !== 0 && <span className="kf-bad"> · {t('rep.scrap', { n: format(r.scrap) })}</span>}{cmp(r.rework, '0') !== 0 && <span className="kf-warn"> · {t('rep.rework', { n: format(r.rework) })}</span>}</b><small>{r.entered_uom && `${asEntered(r)} · `}{showTime(r.at_ms)}{r.worker && ` · ${r.worker}`}{r.reversed && ` · ${t('rep.undone')}`}</small></div>
            {!r.reversed && may('production.undo') && <BigButton small icon="undo" onClick={() => setAsked(r.id)}>{t('act.undo')}</BigButton>}
          </li>
        ))}
      </ul>
      <ReasonSheet open={!!asked} kind="undo" title={t('rep.why')} busy={undo.busy} onClose={() => setAsked(undefined)} onChoose={(reason) => void send(reason)} />
      <Refused error={undo.refused} order={card.order} onClose={undo.clear} />
    </ShopCard>
  )
}
