import { CheckOutlined, CloseOutlined } from '@ant-design/icons'
import { Alert, App, Button, Input, Segmented } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { messageOf } from '@/api/errors'
import { useSend } from '@/api/hooks'
import { Card } from '@/kit/crud'
import { add, cmp, format, parse, sub } from '@/kit/num'
import { useKeys } from '@/kit/useKeys'
import type { Detail } from './inspections'

/** Yes or no to what waits: all of it with one press, or so many and so many. */
export function JudgeCard({ inspection: i, left }: { inspection: Detail; left: string }) {
  const { t } = useTranslation('quality')
  const { message } = App.useApp()
  const send = useSend('post', '/api/v1/quality/judgements')
  const [passed, setPassed] = useState(left)
  const [failed, setFailed] = useState('0')
  const [reason, setReason] = useState('')
  const [note, setNote] = useState('')
  const [bad, setBad] = useState('')
  const [good, setGood] = useState('')
  const [then, setThen] = useState<'rework' | 'scrap'>('rework')
  const atOp = i.kind === 'first' || i.kind === 'each' // what failed leaves the operation's good pieces
  const pieces = (i.kind === 'incoming' || i.kind === 'return') && i.tracking === 'serial'
  const named = (text: string) => text.split(/[\s,;，；]+/).filter(Boolean)
  const p = parse(passed || '0')
  const f = parse(failed || '0')
  const sum = p !== undefined && f !== undefined ? add(p, f) : undefined
  const tooMany = sum !== undefined && cmp(sum, left) > 0
  const some = f !== undefined && cmp(f, '0') > 0
  const ok = sum !== undefined && cmp(sum, '0') > 0 && !tooMany && (!some || reason.trim() !== '')
  // The rest follows what is typed, as nearly everybody judges everything at once.
  const typeFailed = (v: string) => { setFailed(v); const n = parse(v || '0'); if (n !== undefined && cmp(n, left) <= 0 && cmp(n, '0') >= 0) setPassed(sub(left, n)) }
  const judge = (yes: string, no: string) => send.mutate({ body: { inspection: i.number, passed: yes, failed: no, reason: reason.trim() || undefined, note: note.trim() || undefined, ...(atOp && cmp(no, '0') > 0 && { then }), ...(pieces && yes !== left && { ...(named(good).length > 0 && { passed_serials: named(good) }), ...(named(bad).length > 0 && { failed_serials: named(bad) }) }) } }, {
    onSuccess: (a) => void message.success(t(a.open === '0' ? 'judge.done' : 'judge.part', { n: format(a.open), uom: i.uom })),
  })
  const all = () => { if (!send.isPending) judge(left, '0') }
  const go = () => { if (ok && !send.isPending) judge(p ?? '0', f ?? '0') }
  useKeys({ y: all })
  return (
    <Card title={t('judge.title', { n: format(left), uom: i.uom })}>
      {send.error && <Alert type="error" showIcon title={messageOf(send.error)} style={{ marginBottom: 12 }} role="alert" />}
      <div className="qa-judge">
        <Button className="qa-yes" size="large" icon={<CheckOutlined />} loading={send.isPending && !some} onClick={all}>{t('judge.all')}<kbd>y</kbd></Button>
        <span className="qa-or">{t('judge.or')}</span>
        <form className="qa-form" onSubmit={(e) => { e.preventDefault(); go() }}>
          <label><span>{t('f.passed')}</span><Input className="kw-numeric" inputMode="decimal" value={passed} status={tooMany || p === undefined ? 'error' : undefined} suffix={i.uom} onChange={(e) => setPassed(e.target.value)} /></label>
          <label><span>{t('f.failed')}</span><Input className="kw-numeric" inputMode="decimal" value={failed} status={tooMany || f === undefined ? 'error' : undefined} suffix={i.uom} onChange={(e) => typeFailed(e.target.value)} onFocus={(e) => e.target.select()} /></label>
          <label className="qa-wide"><span>{t('judge.reason')}{some && <em> *</em>}</span><Input value={reason} maxLength={500} status={some && !reason.trim() ? 'warning' : undefined} onChange={(e) => setReason(e.target.value)} /></label>
          <label className="qa-wide"><span>{t('f.note')}</span><Input value={note} maxLength={500} onChange={(e) => setNote(e.target.value)} /></label>
          {atOp && some && <label className="qa-wide"><span>{t('judge.then')}</span><Segmented value={then} onChange={setThen} options={(['rework', 'scrap'] as const).map((k) => ({ value: k, label: t(`then.${k}`) }))} /></label>}
          {pieces && <label className="qa-wide"><span>{t('judge.failedPieces')}{some && <em> *</em>}</span><Input value={bad} placeholder="SN0001..SN0003, SN0007" onChange={(e) => setBad(e.target.value)} /></label>}
          {pieces && <label className="qa-wide"><span>{t('judge.passedPieces')}</span><Input value={good} placeholder="SN0004..SN0006" onChange={(e) => setGood(e.target.value)} /></label>}
          <Button htmlType="submit" type="primary" danger={some} icon={some ? <CloseOutlined /> : <CheckOutlined />} disabled={!ok} loading={send.isPending}>{t('judge.go')}</Button>
        </form>
        {i.kind === 'patrol' && some && <p className="qa-hint">{t('judge.patrolFails')}</p>}
        {tooMany && <p className="kw-late qa-hint">{t('judge.tooMany', { n: format(left), uom: i.uom })}</p>}
      </div>
    </Card>
  )
}
