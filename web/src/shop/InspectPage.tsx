import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate, useParams } from 'react-router'
import { useGet, useSend } from '@/api/hooks'
import type { Answer } from '@/api/types'
import { readCode } from '@/kit/code'
import { showInstant } from '@/kit/dates'
import { cmp, format, max, sub } from '@/kit/num'
import { BigButton, BigFacts, Chip, Choices, Notice, NumberBox, NumberPad, ScanBox, Sheet, ShopCard, ShopPage, toast } from '@/kit/shop'
import { signal } from '@/kit/shop/feedback'
import { useMay } from '@/kit/who'
import { at, lotCode } from './code'
import { ScanAnywhere } from './find'
import { useOpFloor } from './opfloor'
import { Done, Figures, ReasonSheet, Refused, Wait } from './parts'
import { clean } from './quantity'

type Judged = Answer<'post', '/api/v1/quality/judgements'>

/** Yes or no to what waits; of a part too, and why when no. */
export default function InspectPage() {
  const { t, i18n } = useTranslation('floor')
  const { number = '' } = useParams()
  const navigate = useNavigate()
  const may = useMay()
  const { data: i, error, refetch } = useGet('/api/v1/quality/inspections/{number}', { path: { number } })
  const { data: reasons } = useGet('/api/v1/production/reasons', { keep: true, staleTime: 3_600_000, enabled: may('production.read') })
  const judge = useSend('post', '/api/v1/quality/judgements')
  const undo = useSend('post', '/api/v1/quality/judgements/undo')
  const [some, setSome] = useState('') // '' = all that waits
  const [sheet, setSheet] = useState<'part' | 'failed' | 'why' | 'undo' | undefined>()
  const [failed, setFailed] = useState('')
  const [done, setDone] = useState<Judged | undefined>()
  const [last, setLast] = useState<{ passed: string; failed: string; reason?: string } | undefined>()
  const [badPieces, setBadPieces] = useState<string[]>([])
  const [then, setThen] = useState<'rework' | 'scrap'>('rework')
  const round = useOpFloor(i?.document ?? '', i?.op, !!done && i?.kind === 'patrol' && may('production.read')).data
  const atOp = i?.kind === 'first' || i?.kind === 'each'
  const pieces = (i?.kind === 'incoming' || i?.kind === 'return') && i.tracking === 'serial'

  if (!i) return <ShopPage title={t('shop:menu.inspect')} sub={number} back="/m/inspect"><ScanAnywhere /><Wait error={error} onRetry={() => void refetch()} /></ShopPage>
  const open = max(sub(sub(i.qty, i.passed), i.failed), '0')
  const now = some && cmp(clean(some), '0') > 0 && cmp(clean(some), open) < 0 ? clean(some) : open
  const send = (v: { passed: string; failed: string; reason?: string }) => {
    setSheet(undefined)
    setLast(v)
    judge.mutate({ body: { inspection: number, ...(cmp(v.passed, '0') > 0 && { passed: v.passed }), ...(cmp(v.failed, '0') > 0 && { failed: v.failed, reason: v.reason, ...(atOp && { then }), ...(pieces && { failed_serials: badPieces }) }) } }, {
      onSuccess: (d) => { setDone(d); setSome(''); setFailed(''); setBadPieces([]); signal('ok') },
    })
  }
  const bad = clean(failed)
  const rejected = !!done && i.doc_kind === 'po_receipt' && cmp(done.failed, '0') > 0 && may('purchasing.return')
  if (done) {
    return (
      <ShopPage title={t('shop:menu.inspect')} sub={number} back="/m/inspect"
        bar={(
          <>
            <BigButton kind={rejected || (cmp(done.passed, '0') > 0 && may('production.receive')) ? 'plain' : 'main'} onClick={() => (cmp(done.open, '0') > 0 ? setDone(undefined) : void navigate('/m/inspect'))}>{t(cmp(done.open, '0') > 0 ? 'wares:insp.rest' : 'wares:insp.next')}</BigButton>
            {i.doc_kind === 'po_receipt' && cmp(done.passed, '0') > 0 && may('inventory.transfer') && <BigButton kind="main" icon="move" onClick={() => void navigate(at.putaway(lotCode(i.item, i.lot)))}>{t('shop:menu.putaway')}</BigButton>}
            {rejected && <BigButton kind="main" icon="alert" onClick={() => void navigate(`/m/rejects?q=${encodeURIComponent(i.document)}`)}>{t('shop:menu.rejects')}</BigButton>}
            {cmp(done.passed, '0') > 0 && i.kind === 'final' && may('production.receive') && <BigButton kind="main" icon="box" onClick={() => void navigate(at.receive(i.document))}>{t('act.receive')}</BigButton>}
          </>
        )}
      >
        <ScanAnywhere />
        <Done tone={cmp(done.passed, '0') > 0 ? 'green' : 'red'} title={cmp(done.passed, '0') > 0 ? t('done.judge', { passed: format(done.passed), failed: format(done.failed) }) : t('wares:insp.allFailed', { qty: format(done.failed) })}>
          <Figures items={[{ label: t('wares:insp.passed'), value: done.passed, tone: 'good' }, ...(cmp(done.failed, '0') > 0 ? [{ label: t('wares:insp.failed'), value: done.failed, tone: 'bad' as const }] : []), { label: t('wares:insp.waiting'), value: done.open }]} />
          {done.reason && <p>{done.reason}</p>}
        </Done>
        {round?.patrol_failed && <Notice tone="red" icon="alert" title={t('wares:insp.stopped', { order: i.document, op: i.op })}>{t('wares:insp.stoppedDo', { number: round.inspection })}</Notice>}
        {may('quality.undo') && <div className="kf-foot"><BigButton small icon="undo" onClick={() => setSheet('undo')}>{t('wares:insp.undo')}</BigButton></div>}
        <ReasonSheet open={sheet === 'undo'} kind="undo" title={t('rep.why')} busy={undo.isPending} onClose={() => setSheet(undefined)}
          onChoose={(reason) => { setSheet(undefined); undo.mutate({ body: { judgement: done.id, reason } }, { onSuccess: () => { setDone(undefined); toast(t('done.undo')) } }) }} />
        <Refused error={undo.error} onClose={() => undo.reset()} />
      </ShopPage>
    )
  }
  const closed = i.status !== 'open'
  return (
    <ShopPage title={t('shop:menu.inspect')} sub={number} back="/m/inspect"
      bar={!closed && may('quality.judge') ? (
        <>
          <BigButton kind="bad" icon="close" busy={judge.isPending} onClick={() => { setFailed(''); setSheet('failed') }}>{t('wares:insp.no')}</BigButton>
          <BigButton kind="good" icon="check" busy={judge.isPending} onClick={() => send({ passed: now, failed: '0' })}>{t('wares:insp.yes', { qty: format(now) })}</BigButton>
        </>
      ) : undefined}
    >
      <ScanAnywhere />
      <div className="kw-two">
        <ShopCard>
          <div className="kw-no"><span>{i.document || number}</span><Chip status={i.status === 'open' ? 'waiting_inspection' : i.status} /></div>
          <h2>{i.name}</h2>
          <div className="kw-meta"><span>{i.item}</span>{i.lot && <span>{i.lot}</span>}<span>{t(`wares:insp.kind.${i.kind}`, { defaultValue: i.kind })}</span></div>
          <Figures items={[{ label: t('wares:insp.waiting'), value: open }, { label: t('wares:insp.passed'), value: i.passed, tone: 'good' }, { label: t('wares:insp.failed'), value: i.failed, ...(cmp(i.failed, '0') > 0 ? { tone: 'bad' as const } : {}) }]} />
        </ShopCard>
        <div className="kf-col">
          <ShopCard><BigFacts items={[[t('wares:insp.asked'), showInstant(i.requested_ms)], [t('wares:insp.by'), i.requested_by], [t('wares:insp.op'), i.op > 0 ? String(i.op) : undefined], [t('fig.qty'), `${format(i.qty)} ${i.uom}`]]} /></ShopCard>
          {!closed && may('quality.judge') && cmp(open, '1') > 0 && !pieces && <NumberBox label={t('wares:insp.part')} value={now} uom={i.uom} onClick={() => { setSome(''); setSheet('part') }} />}
          {closed && <Notice {...(i.status === 'cancelled' ? { icon: 'undo' } : cmp(i.passed, '0') > 0 ? { tone: 'green', icon: 'check' } : { tone: 'red', icon: 'alert' } as const)} title={t(`wares:insp.is.${i.status === 'judged' && cmp(i.passed, '0') === 0 ? 'failed' : i.status}`, { defaultValue: i.status })} />}
        </div>
      </div>
      <Sheet open={sheet === 'part'} title={t('wares:insp.part')} onClose={() => setSheet(undefined)} bar={<BigButton kind="main" onClick={() => setSheet(undefined)}>{t('kit:ok')}</BigButton>}>
        <NumberBox label={t('wares:insp.partOf', { open: format(open) })} value={some} uom={i.uom} active />
        <NumberPad value={some} places={i.decimals} all={open} onChange={setSome} />
      </Sheet>
      <Sheet open={sheet === 'failed'} title={t('wares:insp.howMany')} onClose={() => setSheet(undefined)} bar={<BigButton kind="main" disabled={cmp(bad, '0') <= 0 || cmp(bad, now) > 0} onClick={() => setSheet('why')}>{t('wares:insp.goOn')}</BigButton>}>
        {pieces && <><ScanBox compact title={t('wares:insp.scanBad')} onScan={(code) => { const n = readCode(code).number; if (!badPieces.includes(n)) { setBadPieces([...badPieces, n]); setFailed(String(badPieces.length + 1)) } }} /><div className="kf-tags">{badPieces.map((s) => <button key={s} type="button" onClick={() => { setBadPieces(badPieces.filter((x) => x !== s)); setFailed(String(badPieces.length - 1)) }}>{s} ×</button>)}</div></>}
        <NumberBox label={t('wares:insp.failed')} value={failed} tone="bad" uom={i.uom} active />
        <Notice tone={cmp(bad, now) >= 0 ? 'red' : 'green'} title={cmp(bad, now) > 0 ? t('wares:insp.tooMany', { qty: format(now) }) : cmp(bad, now) === 0 ? t('wares:insp.allFailed', { qty: format(now) }) : t('wares:insp.restPasses', { qty: format(max(sub(now, bad), '0')) })} />
        {!pieces && <NumberPad value={failed} places={i.decimals} all={now} allLabel={i.decimals === 0 ? `${t('kit:pad.all')} ${format(now)}` : undefined} onChange={setFailed} />}
      </Sheet>
      <Sheet open={sheet === 'why'} title={t('wares:insp.why', { qty: format(bad) })} onClose={() => setSheet(undefined)}>
        {i.kind === 'patrol' && <Notice tone="amber" icon="alert" title={t('wares:insp.patrolFails')} />}
        {atOp && <div className="kw-row">{(['rework', 'scrap'] as const).map((k) => <BigButton key={k} small kind={then === k ? 'main' : 'plain'} onClick={() => setThen(k)}>{t(`wares:insp.then.${k}`)}</BigButton>)}</div>}
        <Choices options={(reasons ?? []).filter((r) => r.code !== 'setup' && r.code !== 'inspection').map((r) => { const name = i18n.language === 'zh' ? r.name_zh : r.name_en; return { value: name, label: name } })}
          onChange={(reason) => send({ passed: max(sub(now, bad), '0'), failed: bad, reason })} />
      </Sheet>
      <Refused error={judge.error} onClose={() => judge.reset()} onRetry={() => { judge.reset(); if (last) send(last) }} />
    </ShopPage>
  )
}
