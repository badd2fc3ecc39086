import { CheckOutlined } from '@ant-design/icons'
import { Alert, App, Button } from 'antd'
import { useEffect, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiError, fieldErrors, messageOf } from '@/api/errors'
import { useGet, useSend } from '@/api/hooks'
import type { Answer, Body } from '@/api/types'
import { useConfirm } from '@/kit/crud'
import { OPEN_END } from '@/kit/dates'
import { add, isZero, parse } from '@/kit/num'
import { codesIn } from './grid'
import { draftId, EditGrid, type Draft, type GridCol } from './EditGrid'
import { VersionHead, type HeadDraft } from './VersionHead'

type Bom = Answer<'get', '/api/v1/masterdata/boms/{code}/versions/{version}'>
type Line = NonNullable<Body<'put', '/api/v1/masterdata/boms/{code}/versions/{version}'>>['lines'] extends (infer L)[] | null ? L : never
interface Known { name: string; uom: string; kind: string; status: string }

const ROLES = ['component', 'coproduct', 'byproduct'] as const
const ISSUES = ['pick', 'backflush', 'none'] as const
const blankLine = (): Draft => ({ id: draftId(), item: '', qty: '1', scrap_pct: '', op: '', issue: 'pick', substitutes: '', role: 'component', cost_share_pct: '' })

/** The editor's result goes into an engineering change instead of a version. */
export interface Propose<L> { version?: string; busy: boolean; save: (version: string, lines: L[], on: { onSuccess: () => void; onError: (err: Error) => void }) => void }

/** Edits a version, or writes a new one; `from` is the version whose lines stand there at first. */
export function BomEditor({ code, from, fresh, versions, onDone, onClose, propose }: { code: string; from?: Bom; fresh: boolean; versions: string[]; onDone: (version: string) => void; onClose: () => void; propose?: Propose<Line> }) {
  const { t } = useTranslation('masterdata')
  const { message } = App.useApp()
  const ask = useConfirm()
  const create = useSend('post', '/api/v1/masterdata/boms/{code}/versions')
  const edit = useSend('put', '/api/v1/masterdata/boms/{code}/versions/{version}')
  const [head, setHead] = useState<HeadDraft>(() => ({ version: propose?.version ?? (fresh ? nextVersion(versions) : (from?.version ?? '')), from: fresh ? '' : (from?.effective_from ?? ''), to: fresh || from?.effective_to === OPEN_END ? '' : (from?.effective_to ?? ''), reason: '' }))
  const [rows, setRows] = useState<Draft[]>(() => (from?.lines ?? []).map((l) => ({
    id: draftId(), item: l.item, qty: l.qty, scrap_pct: isZero(l.scrap_pct) ? '' : l.scrap_pct, op: l.op ? String(l.op) : '', issue: l.issue, substitutes: l.substitutes.join('; '), role: l.role, cost_share_pct: l.cost_share_pct ?? '',
  })))
  const [touched, setTouched] = useState(false)
  const [errors, setErrors] = useState<Record<string, string>>({})
  const [problem, setProblem] = useState<unknown>()
  const list = rows.length > 0 ? rows : [blankLine()]
  useEffect(() => { if (rows.length === 0) setRows([blankLine()]) }, [rows.length])
  useEffect(() => {
    if (!touched) return
    const stay = (e: BeforeUnloadEvent) => e.preventDefault()
    window.addEventListener('beforeunload', stay)
    return () => window.removeEventListener('beforeunload', stay)
  }, [touched])

  const known = useKnown(from, list)
  const outputs = list.some((r) => r.role !== 'component')
  const steps = from?.steps ?? []
  const cols: GridCol[] = [
    { key: 'item', title: t('tree.item'), type: 'code', path: '/api/v1/masterdata/items', width: 250 },
    { key: 'qty', title: t('f.per'), type: 'num', width: 96 },
    { key: 'scrap_pct', title: t('f.scrap_pct') + ' %', type: 'num', width: 74, off: (r) => r.role !== 'component', hint: t('edit.scrapHint') },
    steps.length > 0
      ? { key: 'op', title: t('f.op'), type: 'select', width: 120, options: [{ value: '', label: '–' }, ...steps.map((s) => ({ value: String(s.op), label: `${s.op} ${s.name}` }))], hint: t('edit.opHint') }
      : { key: 'op', title: t('f.op'), type: 'int', width: 64, hint: t('edit.opHint') },
    { key: 'issue', title: t('f.issue'), type: 'select', width: 92, options: ISSUES.map((v) => ({ value: v, label: t(`issue.${v}`) })), off: (r) => r.role !== 'component', hint: t('edit.issueHint') },
    { key: 'substitutes', title: t('f.substitutes'), type: 'code', many: true, path: '/api/v1/masterdata/items', width: 150, off: (r) => r.role !== 'component', hint: t('edit.substitutesHint') },
    { key: 'role', title: t('f.role'), type: 'select', width: 92, options: ROLES.map((v) => ({ value: v, label: t(`role.${v}`) })) },
    ...(outputs ? [{ key: 'cost_share_pct', title: t('f.cost_share_pct'), type: 'num', width: 84, off: (r: Draft) => r.role === 'component', hint: t('edit.shareHint') } as GridCol] : []),
  ]
  const change = (next: Draft[]) => { setTouched(true); setErrors({}); setRows(next) }
  const busy = create.isPending || edit.isPending || propose?.busy === true
  const save = () => {
    if (busy) return
    const lines = list.map((r): Line => ({
      item: (r.item ?? '').trim(), qty: parse(r.qty ?? '') ?? '0', role: r.role as Line['role'], op: Number(parse(r.op ?? '') ?? '0'), issue: r.issue as Line['issue'],
      ...(r.role === 'component' ? { scrap_pct: parse(r.scrap_pct ?? '') ?? '0', substitutes: codesIn(r.substitutes ?? '') } : r.cost_share_pct ? { cost_share_pct: parse(r.cost_share_pct) ?? '0' } : {}),
    }))
    const typed: Record<string, string> = {}
    list.forEach((r, i) => {
      if (!r.item?.trim()) typed[`lines[${i}].item`] = t('edit.needItem')
      for (const key of ['qty', 'scrap_pct', 'op', 'cost_share_pct']) if (r[key] && parse(r[key]) === undefined) typed[`lines[${i}].${key}`] = t('edit.number')
    })
    if (Object.keys(typed).length > 0) { setErrors(typed); setProblem(undefined); return }
    const dates = { effective_from: head.from, effective_to: head.to, reason: head.reason }
    const on = {
      onSuccess: (b: Bom) => { setTouched(false); void message.success(t('edit.saved', { v: b.version })); onDone(b.version) },
      onError: (err: Error) => { setErrors(fieldErrors(err)); setProblem(err) },
    }
    if (propose) propose.save(head.version.trim(), lines, { onSuccess: () => { setTouched(false); onDone(head.version.trim()) }, onError: on.onError })
    else if (fresh) create.mutate({ path: { code }, body: { version: head.version.trim(), ...dates, lines } }, on)
    else edit.mutate({ path: { code, version: from!.version }, body: { rev: from!.rev, ...dates, lines } }, on)
  }
  const close = async () => { if (!touched || (await ask({ title: t('edit.discard'), danger: true, ok: t('edit.discardYes') })) !== false) onClose() }
  const share = list.reduce((sum, r) => (r.role !== 'component' && parse(r.cost_share_pct ?? '') ? add(sum, parse(r.cost_share_pct!)!) : sum), '0')
  const rest = Object.entries(errors).filter(([at]) => !/^lines\[\d+\]|^version$|^effective_/.test(at)).map(([, text]) => text)
  return (
    <div className="md-editor" onKeyDown={(e) => { if (!e.defaultPrevented && e.key === 's' && (e.ctrlKey || e.metaKey)) { e.preventDefault(); save() } }}>
      <header className="md-editor-head">
        <VersionHead head={head} onChange={(h) => { setTouched(true); setHead(h) }} fresh={fresh} errors={errors} plain={propose !== undefined} />
        <span className="kw-grow" />
        <div className="kw-actions"><Button onClick={() => void close()}>{t('edit.cancel')}</Button><Button type="primary" icon={<CheckOutlined />} loading={busy} onClick={save}>{t('edit.save')}</Button></div>
      </header>
      {problem !== undefined && <Alert type="error" showIcon role="alert" title={messageOf(problem)} description={rest.join(' ')} action={problem instanceof ApiError && problem.code === 'masterdata.version_stale' ? <Button size="small" onClick={onClose}>{t('edit.reload')}</Button> : undefined} />}
      {!fresh && from?.today && <p className="kw-dim md-usedhint">{t('edit.copyHint')}</p>}
      {fresh && !propose && !head.from && versions.length > 0 && <p className="kw-dim md-usedhint">{t('edit.freshHint')}</p>}
      <EditGrid
        cols={cols} rows={list} onChange={change} errors={errors} prefix="lines" onSave={save} onPick={known.learn}
        blank={(all, at) => ({ ...blankLine(), op: all[at - 1]?.op ?? '', issue: all[at - 1]?.issue ?? 'pick' })}
        note={(r) => { const k = known.of(r.item ?? ''); return r.item ? (k ? <>{k.name}<em> {k.uom}</em>{k.status !== 'active' && <b className="md-bad-text"> {t('edit.inactive')}</b>}</> : '…') : '' }}
      />
      {outputs && <p className="kw-dim num">{t('edit.shareSum', { sum: share })}</p>}
    </div>
  )
}

/** The version after the highest number: 1, 2 → 3. */
export function nextVersion(versions: string[]): string {
  return String(versions.reduce((top, v) => Math.max(top, /^\d+$/.test(v) ? Number(v) : 0), 0) + 1)
}

/** Names of the items that stand in the lines: from the version, from what was chosen, and for typed codes from the server. */
function useKnown(from: Bom | undefined, rows: Draft[]) {
  const [more, setMore] = useState<Record<string, Known>>({})
  const first = useMemo(() => Object.fromEntries((from?.lines ?? []).map((l): [string, Known] => [l.item, { name: l.name, uom: l.uom, kind: l.kind, status: l.active ? 'active' : 'inactive' }])), [from])
  const of = (c: string): Known | undefined => more[c.trim()] ?? first[c.trim()]
  const wanted = [...new Set(rows.map((r) => (r.item ?? '').trim()).filter((c) => c && !of(c)))].sort()
  const [asked, setAsked] = useState('')
  const key = wanted.join(',')
  useEffect(() => { const timer = setTimeout(() => setAsked(key), 350); return () => clearTimeout(timer) }, [key])
  const { data } = useGet('/api/v1/masterdata/items', { query: { filter: [`code:in:${asked}`], limit: 200 }, enabled: asked !== '' })
  useEffect(() => { if (data?.items?.length) setMore((m) => ({ ...m, ...Object.fromEntries(data.items!.map((i) => [i.code, i])) })) }, [data])
  return { of, learn: (row: Record<string, unknown>) => setMore((m) => ({ ...m, [String(row.code)]: row as unknown as Known })) }
}
