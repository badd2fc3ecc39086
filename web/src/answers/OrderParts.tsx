import { App, Button, Modal } from 'antd'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { messageOf } from '@/api/errors'
import { useSend } from '@/api/hooks'
import type { Answer } from '@/api/types'
import { can, useMe } from '@/app/me'
import { useSite } from '@/kit/SitePick'
import { Doc } from './words'

export interface PartLine { item: string; qty: string; due?: string; supplier?: string; from?: string; for?: string[] }
type Released = Answer<'post', '/api/v1/planning/shortages/order'>

/** One click makes the purchase, subcontract and work orders; what was made is shown. */
export function OrderParts({ lines, children, small, primary, onDone }: { lines: PartLine[]; children: ReactNode; small?: boolean; primary?: boolean; onDone?: () => void }) {
  const { t } = useTranslation('answers')
  const { message } = App.useApp()
  const { data: me } = useMe()
  const send = useSend('post', '/api/v1/planning/shortages/order')
  const site = useSite()
  const [asking, setAsking] = useState(false)
  const [made, setMade] = useState<Released>()
  if (!can(me, 'planning.release')) return null
  const go = () => send.mutate({ body: { site, lines: lines.map(({ from: _, ...l }) => ({ ...l, supplier: l.supplier || undefined, for: [...new Set(l.for ?? [])].slice(0, 50) })) } }, {
    onSuccess: (a) => { setAsking(false); setMade(a); onDone?.() },
    onError: (err) => void message.error({ content: messageOf(err), duration: 8 }),
  })
  return (
    <>
      <Button size={small ? 'small' : undefined} type={primary ? 'primary' : undefined} disabled={lines.length === 0} onClick={() => setAsking(true)}>{children}</Button>
      <Modal open={asking} title={t('order.ask', { n: lines.length })} okText={t('order.do')} cancelText={t('kit:cancel')} confirmLoading={send.isPending} onOk={go} onCancel={() => setAsking(false)}>
        <p>{t('order.text')}</p>
        <ul className="an-list">{lines.slice(0, 12).map((l) => <li key={l.item}><b className="num">{l.item}</b> <span className="num">{l.qty}</span> {l.due && <small className="num">{l.due}</small>} {l.supplier && <small className="num">{l.supplier}</small>}{l.from && <small>{t('kits.from_site', { site: l.from })}</small>}</li>)}</ul>
        {lines.length > 12 && <p className="kw-dim">{t('order.more', { n: lines.length - 12 })}</p>}
      </Modal>
      <Modal open={!!made} title={t('order.done')} footer={<Button type="primary" onClick={() => setMade(undefined)}>{t('kit:ok')}</Button>} onCancel={() => setMade(undefined)}>
        <ul className="an-list">{(made?.documents ?? []).map((d) => <li key={d.kind + d.number}>{t(`kind.${d.kind}`)} <Doc kind={d.kind} number={d.number} /> <small className="num">{(d.from ?? []).join(', ')}</small></li>)}</ul>
      </Modal>
    </>
  )
}
