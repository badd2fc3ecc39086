import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate, useParams } from 'react-router'
import { useGet, useSend } from '@/api/hooks'
import type { Answer } from '@/api/types'
import { showInstant } from '@/kit/dates'
import { add, cmp, format } from '@/kit/num'
import { askWho, BigButton, Chip, Glyph, Notice, ShopCard, ShopPage, toast } from '@/kit/shop'
import { myName } from '@/kit/who'
import { at } from './code'
import { Refused, Wait } from './parts'
import { usePauseNames } from './pausenames'
import { codesOf, nameOf, useStation } from './station'
import './station.css'

type Body = Answer<'get', '/api/v1/production/handovers/draft'>['body']

/** Without a number what would be handed over now, to sign; with one a hand-over, to take over. */
export default function HandoverPage() {
  const { number } = useParams()
  return number ? <Signed number={number} /> : <Draft />
}

function Draft() {
  const { t } = useTranslation('line')
  const navigate = useNavigate()
  const { mine } = useStation()
  const codes = codesOf(mine)
  const [note, setNote] = useState('')
  const { data: d, error, refetch } = useGet('/api/v1/production/handovers/draft', { query: { at: codes }, enabled: !!codes, staleTime: 0 })
  const sign = useSend('post', '/api/v1/production/handovers')
  if (!codes) return <ShopPage title={t('hand.title')} back="/m"><Notice tone="amber" title={t('hand.noStation')}>{t('hand.noStationDo')}</Notice><BigButton kind="main" onClick={() => void navigate('/m/station')}>{t('bind.title')}</BigButton></ShopPage>
  return (
    <ShopPage title={t('hand.title')} sub={nameOf(mine)} back={() => void navigate(-1)}
      bar={d && <BigButton kind="main" icon="check" busy={sign.isPending} onClick={() => sign.mutate({ body: { work_centers: codes.split(','), ...(note.trim() && { note: note.trim() }) } }, { onSuccess: (h) => { toast(t('hand.signed', { number: h.number })); void navigate(at.handover(h.number), { replace: true }) } })}>{t('hand.sign')} · {myName()}</BigButton>}>
      {!d && <Wait error={error} onRetry={() => void refetch()} />}
      {d?.waiting && <><Notice tone="amber" icon="alert" title={t('hand.waiting', { number: d.waiting })}>{t('hand.waitingDo')}</Notice><BigButton onClick={() => void navigate(at.handover(d.waiting))}>{t('hand.go')}</BigButton></>}
      {d && <><textarea className="kf-text" value={note} maxLength={2000} placeholder={t('hand.note')} aria-label={t('hand.note')} onChange={(e) => setNote(e.target.value)} /><Content b={d.body} /></>}
      <Refused error={sign.error} onClose={() => sign.reset()} />
    </ShopPage>
  )
}

function Signed({ number }: { number: string }) {
  const { t } = useTranslation('line')
  const navigate = useNavigate()
  const { data: h, error, refetch } = useGet('/api/v1/production/handovers/{number}', { path: { number } })
  const accept = useSend('post', '/api/v1/production/handovers/accept')
  const own = !!h && h.out_by === myName()
  return (
    <ShopPage title={t('hand.title')} sub={number} back="/m/handover"
      bar={h && h.in_ms === 0 && (h.replaced_by ? <BigButton kind="main" onClick={() => void navigate(at.handover(h.replaced_by!), { replace: true })}>{t('hand.replaced', { number: h.replaced_by })}</BigButton> : own ? <BigButton kind="main" icon="user" onClick={() => askWho()}>{t('hand.own')}</BigButton> : <BigButton kind="main" icon="check" busy={accept.isPending} onClick={() => accept.mutate({ body: { number } }, { onSuccess: () => toast(t('hand.accepted')) })}>{t('hand.accept')} · {myName()}</BigButton>)}>
      {!h && <Wait error={error} onRetry={() => void refetch()} />}
      {h && (
        <>
          <ShopCard>
            <div className="kw-no"><span>{h.number}</span><Chip status={h.in_ms ? 'accepted' : 'open'} word={h.replaced_by ? t('hand.replaced', { number: h.replaced_by }) : t(h.in_ms ? 'hand.accepted' : 'hand.waits')} tone={h.in_ms ? 'green' : h.replaced_by ? undefined : 'amber'} /></div>
            <div className="kw-meta"><span>{h.work_centers}</span><span>{h.day} {h.shift}</span></div>
            <div className="kw-meta"><span>{t('hand.by', { name: h.out_by })} · {showInstant(h.out_ms)}</span>{h.in_ms > 0 && <span>{t('hand.inBy', { name: h.in_by })} · {showInstant(h.in_ms)}</span>}</div>
            {h.note && <p>{h.note}</p>}
          </ShopCard>
          <a className="kw-big kw-big-plain" href={`/api/v1/production/handovers/${encodeURIComponent(number)}/sheet.pdf`} target="_blank" rel="noreferrer"><Glyph name="print" /><span><b>{t('hand.print')}</b></span></a>
          <Content b={h.body} />
        </>
      )}
      <Refused error={accept.error} onClose={() => accept.reset()} />
    </ShopPage>
  )
}

function Content({ b }: { b: Body }) {
  const { t } = useTranslation('line')
  const why = usePauseNames()
  return (
    <div className="kf-board">
      <ShopCard>
        <h3 className="kf-h3">{t('hand.open')} <span className="num">{b.open.length}</span></h3>
        {b.open.length === 0 && <p className="kf-hint">{t('hand.nothing')}</p>}
        <ul className="kf-lines">{b.open.map((o) => <li key={`${o.order}/${o.op}`}><div><b>{o.order} · {o.op} {o.name}</b><small>{o.item_name}</small><span><Chip status={o.status} />{o.reason && ` ${why(o.reason)}`}</span></div><span className="num">{format(o.good)} / {format(o.qty)}</span></li>)}</ul>
      </ShopCard>
      <ShopCard>
        <h3 className="kf-h3">{t('hand.done')}</h3>
        {b.done.length === 0 && <p className="kf-hint">{t('hand.nothing')}</p>}
        <ul className="kf-lines">{b.done.map((o) => { const bad = add(o.scrap, o.rework); return <li key={`${o.order}/${o.op}`}><div><b>{o.order} · {o.op} {o.name}</b><small>{o.item_name}</small></div><span className="num">{format(o.good)}{cmp(bad, '0') > 0 && <small className="kf-bad"> · {format(bad)}</small>}</span></li> })}</ul>
      </ShopCard>
      <ShopCard>
        <h3 className="kf-h3">{t('hand.calls')} <span className="num">{b.calls.length}</span></h3>
        {b.calls.length === 0 && <p className="kf-hint">{t('hand.nothing')}</p>}
        <ul className="kf-lines">{b.calls.map((c) => <li key={c.id}><div><b>{t(`call.kind.${c.kind}`)}{c.part_name && ` · ${c.part_name}`}</b><small>{c.order} · {c.op} {c.op_name} · {c.caller}</small></div><Chip status={c.state} /></li>)}</ul>
      </ShopCard>
    </div>
  )
}
