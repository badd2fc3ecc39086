import { useTranslation } from 'react-i18next'
import { readCode } from '@/kit/code'
import { askWho, BigButton, Notice, Sheet, toast } from '@/kit/shop'
import { useAct } from './act'
import type { Resolved } from './find'
import { Refused } from './parts'

/** What a badge, a machine or a tool means that was scanned at an operation. */
export default function AtOp({ found, order, op, name, running, machine, onClose }: { found: Resolved; order: string; op: number; name: string; running: boolean; machine: string; onClose: () => void }) {
  const { t } = useTranslation('line')
  const act = useAct<unknown>()
  if (act.refused) return <Refused error={act.refused} order={order} onClose={() => { act.clear(); onClose() }} />
  if (found.use !== 'join') {
    const text = found.use === 'machine' ? t('step:crew.set', { code: `${found.title} ${found.sub}` }) : found.use === 'wrong_machine' ? t('step:crew.wrong', { code: found.title, at: found.at }) : t(found.use === 'tool' ? 'step:crew.tool' : 'step:crew.wrongTool', { code: found.title })
    const good = found.use === 'machine' || found.use === 'tool'
    return <Sheet open title={found.title} onClose={onClose} bar={<BigButton kind="main" onClick={onClose}>{t('step:unknown.ok')}</BigButton>}><Notice tone={good ? 'green' : 'red'} icon={good ? 'check' : 'alert'} title={text} /></Sheet>
  }
  const join = async () => {
    const r = await act.run({ lane: order, path: '/api/v1/production/joins', body: { order, op, worker: found.title, ...(machine && { machine }) }, label: `${t('step:crew.join')} ${op} ${name} · ${found.sub}` })
    if (r.state === 'refused') return
    toast(r.state === 'done' ? t('step:crew.joined', { name: found.sub }) : t('floor:done.queued'), r.state === 'done' ? 'green' : 'amber')
    onClose()
  }
  return (
    <Sheet open title={t('step:crew.who', { name: found.sub })} onClose={onClose}>
      {running && <BigButton kind="main" icon="user" busy={act.busy} onClick={() => void join()}>{t('step:crew.join')}</BigButton>}
      <BigButton icon="out" onClick={() => { onClose(); askWho(readCode(found.code).number) }}>{t('step:crew.switch', { name: found.sub })}</BigButton>
    </Sheet>
  )
}
