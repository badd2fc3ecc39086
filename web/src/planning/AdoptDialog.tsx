import { Alert, App, Modal, Skeleton } from 'antd'
import type { TFunction } from 'i18next'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { messageOf } from '@/api/errors'
import { useGet, useSend } from '@/api/hooks'
import type { Answer } from '@/api/types'
import { planItemUrl, workCenterUrl } from '@/kit/links'
import { format } from '@/kit/num'
import { docUrl } from './plan'

export type AdoptStep = Answer<'get', '/api/v1/planning/scenarios/{number}/adoption'>['steps'][number]
type Side = NonNullable<AdoptStep['before']>

/** Which kind of document an act changes. */
const DOCUMENT: Partial<Record<AdoptStep['act'], string>> = {
  sales_change: 'sales_order', sales_cancel: 'sales_order', purchase_change: 'purchase_order', purchase_close: 'purchase_order', purchase_ask: 'purchase_order',
  requisition_change: 'requisition', requisition_drop: 'requisition', work_change: 'work_order', work_cancel: 'work_order', firm_change: 'firm', firm_withdraw: 'firm',
}
/** The groups in which steps are shown, what hinders first. */
const GROUPS = [
  { name: 'refused', states: ['refused'] }, { name: 'ready', states: ['ready'] }, { name: 'done', states: ['done'] }, { name: 'left', states: ['left'] }, { name: 'same', states: ['same'] },
] as const

function side(s: Side | undefined, t: TFunction): string {
  return [s?.qty && format(s.qty), s?.to ? `${s.due ?? ''} – ${s.to}` : s?.due, s?.lead_days !== undefined && t('scenario.say.lead', { n: s.lead_days }), s?.safety_stock && t('scenario.say.safety', { qty: format(s.safety_stock) }), s?.percent !== undefined && `${s.percent} %`].filter(Boolean).join(' · ')
}

function Line({ s }: { s: AdoptStep }) {
  const { t } = useTranslation('planning')
  const kind = DOCUMENT[s.act] ?? (s.why === 'transfer' ? 'transfer' : '')
  const to = s.document ? docUrl(kind, s.document) : undefined
  const name = s.line ? `${s.document}/${s.line}` : s.document
  const before = side(s.before, t)
  const after = side(s.after, t)
  return (
    <li>
      <span>
        {t(`adopt.act.${s.act}`)} {s.document && (to ? <Link to={to}>{name}</Link> : <b>{name}</b>)} {s.item && <Link to={planItemUrl(s.item)}>{s.item}</Link>}{s.center && <Link to={workCenterUrl(s.center)}>{s.center}</Link>}{s.site && <small className="kw-dim"> {t('rough.at', { site: s.site })}</small>}
        {s.request && <small className="kw-dim"> <Link to={`/purchasing/changes?q=${encodeURIComponent(s.request)}`}>{s.request}</Link></small>}
        {s.why && <small className="pn-why-not">{t(`adopt.why.${s.why}`, { who: s.perm ? t(`adopt.who.${s.perm.replace('.', '_')}`) : '', work: (s.work ?? []).join(', ') })}</small>}
        {s.state === 'refused' && <small className="pn-why-not pn-worse">{s.message}</small>}
      </span>
      {(before || after) && s.state !== 'same' && <span className="num">{before && <span className="kw-dim">{before}</span>}{before && ' → '}{after ? <b>{after}</b> : <b>{t('adopt.gone')}</b>}</span>}
    </li>
  )
}

/** What adopting does, or did, with each assumption, and what it leaves for whom. */
export function Steps({ steps }: { steps: AdoptStep[] }) {
  const { t } = useTranslation('planning')
  return (
    <>
      {GROUPS.map((g) => {
        const list = steps.filter((s) => (g.states as readonly string[]).includes(s.state))
        return list.length > 0 && (
          <section key={g.name} className="pn-adopt">
            <h4>{t(`adopt.group.${g.name}`, { n: list.length })}</h4>
            <ul className="pn-changes">{list.map((s, i) => <Line key={`${s.row} ${i}`} s={s} />)}</ul>
          </section>
        )
      })}
    </>
  )
}

/** Asks before a what-if is made real, with everything that will and will not happen. */
export function AdoptDialog({ number, open, onClose }: { number: string; open: boolean; onClose: () => void }) {
  const { t } = useTranslation('planning')
  const { message } = App.useApp()
  const send = useSend('post', '/api/v1/planning/scenarios/{number}/adopt')
  const look = useGet('/api/v1/planning/scenarios/{number}/adoption', { path: { number }, enabled: open && send.isIdle, staleTime: 0 })
  const a = look.data
  const go = a?.steps.filter((s) => s.state === 'ready').length ?? 0
  const refused = a?.steps.some((s) => s.state === 'refused')
  const why = !a ? t('adopt.looking') : refused ? t('adopt.refused') : undefined
  const close = () => { send.reset(); onClose() }
  const adopt = () => a && send.mutate({ path: { number }, query: { version: a.version } }, { onSuccess: (r) => { void message.success({ content: r.left.length ? t('adopt.doneLeft', { done: r.done, left: r.left.length }) : t('adopt.done', { done: r.done }), duration: 8 }); close() } })
  return (
    <Modal open={open} width={720} title={t('scenario.adoptAsk', { number })} okText={t('adopt.ok', { n: go })} onOk={adopt} onCancel={close} confirmLoading={send.isPending} okButtonProps={{ disabled: !!why, title: why }} destroyOnHidden>
      {look.error && !a && <div className="kw-none" role="alert">{messageOf(look.error)}</div>}
      {look.isPending && <Skeleton active />}
      {a && <p className="kw-dim">{t('adopt.text')}</p>}
      {refused && <Alert type="error" showIcon title={t('adopt.refused')} />}
      {send.error && <Alert type="error" showIcon title={messageOf(send.error)} />}
      {a && <Steps steps={a.steps} />}
    </Modal>
  )
}
