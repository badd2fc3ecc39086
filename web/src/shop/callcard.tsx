import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { useGet, useSend } from '@/api/hooks'
import type { Answer } from '@/api/types'
import { cmp, format } from '@/kit/num'
import { BigButton, Chip, Choices, Sheet, toast } from '@/kit/shop'
import { useMay } from '@/kit/who'
import { at } from './code'
import { Refused } from './parts'
import { Since } from './Since'

export type CallRow = Answer<'get', '/api/v1/production/calls/open'>['items'][number]
const QUICK: Record<string, string[]> = { material: ['brought', 'none', 'other'], machine: ['fixed', 'replaced', 'none', 'other'], tool: ['replaced', 'fixed', 'none', 'other'], quality: ['cleared', 'none', 'other'], other: ['other', 'none'] }

function Photos({ id }: { id: string }) {
  const { t } = useTranslation('line')
  const { data } = useGet('/api/v1/attachments', { query: { subject: `call:${id}` }, staleTime: 60_000 })
  const list = (data ?? []).filter((a) => a.mime.startsWith('image/'))
  return list.length ? <div className="kf-photos">{list.map((a) => <a key={a.id} href={`/api/v1/attachments/${a.id}/file`} target="_blank" rel="noreferrer"><img src={`/api/v1/attachments/${a.id}/file`} alt={t('call.photos')} /></a>)}</div> : null
}

/** A call for help: what, where, who is asked, since when; and what this person can do about it. */
export function CallCard({ c, here }: { c: CallRow; here?: boolean }) {
  const { t } = useTranslation('line')
  const navigate = useNavigate()
  const may = useMay()
  const [how, setHow] = useState(false)
  const take = useSend('post', '/api/v1/production/calls/take')
  const resolve = useSend('post', '/api/v1/production/calls/resolve')
  const role = t(`app:role.${c.role}`, { defaultValue: c.role })
  return (
    <section className={`kf-call${c.state === 'escalated' ? ' kf-esc' : c.state === 'taken' ? ' kf-taken' : ''}`}>
      <div className="kf-top"><Chip status={c.state} />{c.blocks && <Chip status="stopped" word={t('call.blocked')} />}<span className="num"><Since ms={c.called_ms} /></span></div>
      <h3>{t(`call.kind.${c.kind}`)}{c.part && ` · ${c.part_name}`}{cmp(c.qty, '0') > 0 && ` × ${format(c.qty)} ${c.uom}`}</h3>
      {c.text && <p>{c.text}</p>}
      {!here && <div className="kf-meta"><span>{c.work_center_name}</span><span>{c.order} · {c.op} {c.op_name}</span>{c.part && <span>{c.part}</span>}</div>}
      <div className="kf-meta"><span>{t('call.from', { name: c.caller })}</span><span>{c.state === 'taken' ? t('call.onway', { name: c.taken_by }) : t('call.asks', { role })}</span>{c.state === 'escalated' && <span className="kf-late">{t('call.esc')}</span>}</div>
      <Photos id={c.id} />
      <div className="kw-row">
        {!here && <BigButton small onClick={() => void navigate(at.op(c.order, c.op))}>{t('card.open')}</BigButton>}
        {may('production.answer') && c.state !== 'taken' && <BigButton small kind="main" busy={take.isPending} onClick={() => take.mutate({ body: { call: c.id } }, { onSuccess: () => toast(t('call.taken')) })}>{t('call.take')}</BigButton>}
        {(may('production.answer') || here) && may('production.call') && <BigButton small kind={c.state === 'taken' ? 'good' : 'plain'} icon="check" onClick={() => setHow(true)}>{t('call.resolve')}</BigButton>}
      </div>
      <Sheet open={how} title={t('call.how')} onClose={() => setHow(false)}>
        <Choices options={(QUICK[c.kind] ?? QUICK.other!).map((k) => ({ value: t(`call.quick.${k}`), label: t(`call.quick.${k}`) }))} onChange={(note) => { if (!resolve.isPending) resolve.mutate({ body: { call: c.id, note } }, { onSuccess: () => toast(t('call.resolved')), onSettled: () => setHow(false) }) }} />
      </Sheet>
      <Refused error={take.error ?? resolve.error} order={c.order} onClose={() => { take.reset(); resolve.reset() }} />
    </section>
  )
}
