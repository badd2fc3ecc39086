import { CloseOutlined, RedoOutlined, UndoOutlined } from '@ant-design/icons'
import { Alert, Button } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { showInstant } from '@/kit/dates'
import { format } from '@/kit/num'
import { span } from '../span'
import { when } from './Facts'
import { opText, type Bar, type Change, type Ends, type Figures } from './model'
import { changeKey, changeText, tryOnly } from './words'

interface Props {
  title: ReactNode
  busy: boolean
  changes: Change[]
  was: Figures
  is: Figures | undefined
  moved: Bar[]
  ends: Ends[]
  alert?: ReactNode
  onDrop?: (c: Change) => void
  onOrder: (order: string) => void
  onBar: (id: string) => void
  undo?: () => void
  redo?: () => void
  actions: ReactNode
}

/** What changes do: who becomes late, who is saved, what moves, in figures before and after. */
export function Impact({ title, busy, changes, was, is, moved, ends, alert, onDrop, onOrder, onBar, undo, redo, actions }: Props) {
  const { t } = useTranslation('scheduling')
  const worse = ends.filter((e) => e.late_is_ms > e.late_was_ms)
  const saved = ends.filter((e) => e.late_is_ms < e.late_was_ms)
  const only = changes.filter(tryOnly)
  return (
    <section className="ap-impact" aria-label={t('impact.title')} aria-busy={busy}>
      <header><h3>{title}</h3><span className="kw-grow" />
        {onDrop && <Button type="text" size="small" icon={<UndoOutlined />} aria-label={t('gantt.undo')} disabled={!undo} title={t('gantt.undo')} onClick={undo} />}
        {onDrop && <Button type="text" size="small" icon={<RedoOutlined />} aria-label={t('gantt.redo')} disabled={!redo} title={t('gantt.redo')} onClick={redo} />}
      </header>
      {alert}
      <ul className="ap-changes">{changes.map((c) => (
        <li key={changeKey(c)}><span>{changeText(c, t)}</span>{onDrop && <Button type="text" size="small" icon={<CloseOutlined />} aria-label={t('impact.take', { what: changeText(c, t) })} onClick={() => onDrop(c)} />}</li>
      ))}</ul>
      {is && (
        <table className="ap-diff">
          <thead><tr><th /><th>{t('impact.was')}</th><th>{t('impact.is')}</th></tr></thead>
          <tbody>
            <Diff k={t('f.late')} a={was.late} b={is.late} />
            <Diff k={t('impact.lateSum')} a={was.late_ms} b={is.late_ms} show={(n) => span(n, t)} />
            <Diff k={t('f.setup_ms')} a={was.setup_ms} b={is.setup_ms} show={(n) => span(n, t)} />
            <Diff k={t('impact.waiting')} a={was.waiting_ms} b={is.waiting_ms} show={(n) => span(n, t)} />
            <Diff k={t('f.horizon')} a={was.end_ms} b={is.end_ms} show={when} />
            {was.unplaced + is.unplaced > 0 && <Diff k={t('f.unplaced')} a={was.unplaced} b={is.unplaced} />}
            {was.conflicts + is.conflicts > 0 && <Diff k={t('f.conflicts')} a={was.conflicts} b={is.conflicts} />}
          </tbody>
        </table>
      )}
      {is && <p className={worse.length > 0 ? 'ap-verdict kw-late' : 'ap-verdict'} role="status">{worse.length === 0 && saved.length === 0 ? t('impact.none') : t('impact.verdict', { worse: worse.length, saved: saved.length })} · {t('impact.moved', { n: format(String(moved.length)) })}</p>}
      <EndList title={t('impact.worse', { n: worse.length })} list={worse} onOrder={onOrder} />
      <EndList title={t('impact.saved', { n: saved.length })} list={saved} onOrder={onOrder} good />
      {moved.length > 0 && (
        <details open={moved.length <= 6}>
          <summary>{t('impact.movedTitle', { n: moved.length })}</summary>
          <ul className="ap-moved">{moved.slice(0, 60).map((b) => <li key={b.id}><button type="button" onClick={() => onBar(b.id)}><b className="num">{b.order} · {opText(b)}</b><small className="num">{when(b.start_ms)} {b.machine}</small></button></li>)}</ul>
          {moved.length > 60 && <p className="kw-dim">{t('facts.more', { n: moved.length - 60 })}</p>}
        </details>
      )}
      {only.length > 0 && <Alert type="info" showIcon title={t('impact.tryOnly', { what: only.map((c) => changeText(c, t)).join('; ') })} />}
      <footer>{actions}</footer>
    </section>
  )
}

function Diff({ k, a, b, show = (n) => format(String(n)) }: { k: string; a: number; b: number; show?: (n: number) => string }) {
  return <tr><th>{k}</th><td className="num">{show(a)}</td><td className={`num${b > a ? ' kw-late' : b < a ? ' ap-good' : ''}`}>{show(b)}{b > a ? ' ▲' : b < a ? ' ▼' : ''}</td></tr>
}
function EndList({ title, list, onOrder, good }: { title: string; list: Ends[]; onOrder: (order: string) => void; good?: boolean }) {
  const { t } = useTranslation('scheduling')
  if (list.length === 0) return null
  const line = (e: Ends) => (
    <li key={e.order}><button type="button" onClick={() => onOrder(e.order)}><b className="num">{e.order}</b><span>{e.item_name}</span><small className="num">{e.late_is_ms > 0 ? t('board.late', { span: span(e.late_is_ms, t) }) : t('impact.inTime')}{e.late_was_ms > 0 && ` (${t('impact.before', { span: span(e.late_was_ms, t) })})`} · {showInstant(e.end_is_ms).slice(5)}</small></button></li>
  )
  return (
    <div className="ap-ends">
      <h4 className={good ? 'ap-good' : 'kw-late'}>{title}</h4>
      <ul>{list.slice(0, 4).map(line)}</ul>
      {list.length > 4 && <details><summary>{t('facts.more', { n: list.length - 4 })}</summary><ul>{list.slice(4, 100).map(line)}</ul></details>}
    </div>
  )
}
