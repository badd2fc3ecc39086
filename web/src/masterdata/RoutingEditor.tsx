import { CheckOutlined, OrderedListOutlined } from '@ant-design/icons'
import { Alert, App, Button } from 'antd'
import { useEffect, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiError, fieldErrors, messageOf } from '@/api/errors'
import { useGet, useSend } from '@/api/hooks'
import type { Answer, Body } from '@/api/types'
import { useConfirm } from '@/kit/crud'
import { isZero, parse } from '@/kit/num'
import { useMay } from '@/kit/who'
import { nextVersion, type Propose } from './BomEditor'
import { draftId, EditGrid, type Draft, type GridCol } from './EditGrid'
import { ParamGrid } from './ParamGrid'
import { paramDrafts, paramErrors, paramFaults, paramsOf } from './params'
import { between, pathsIn } from './grid'
import { Flow, type Op } from './RoutingFlow'
import { VersionHead, type HeadDraft } from './VersionHead'

type Routing = Answer<'get', '/api/v1/masterdata/routings/{code}/versions/{version}'>
type OpBody = NonNullable<Body<'put', '/api/v1/masterdata/routings/{code}/versions/{version}'>>['ops'] extends (infer L)[] | null ? L : never

const CHECKS = ['none', 'first', 'patrol', 'final', 'each'] as const
const NUMBERS = ['op', 'setup_min', 'run_min', 'batch_min', 'transfer_lot', 'split_max', 'split_min', 'piece_rate']
const blankOp = (op: number): Draft => ({ id: draftId(), was: '', op: String(op), name: '', work_center: '', setup_min: '', run_min: '', batch_min: '', transfer_lot: '', split_max: '', split_min: '', report: '1', inspection: 'none', piece_rate: '', tool: '', skill: '', alternatives: '' })
const shown = (d: string | undefined) => (!d || isZero(d) ? '' : d)

/** Edits a version of a routing, or writes a new one; the flow above is drawn from what is typed. */
export function RoutingEditor({ code, from, fresh, versions, onDone, onClose, propose }: { code: string; from?: Routing; fresh: boolean; versions: string[]; onDone: (version: string) => void; onClose: () => void; propose?: Propose<OpBody> }) {
  const { t } = useTranslation('masterdata')
  const { message } = App.useApp()
  const may = useMay()
  const ask = useConfirm()
  const rates = may('see.price')
  const create = useSend('post', '/api/v1/masterdata/routings/{code}/versions')
  const edit = useSend('put', '/api/v1/masterdata/routings/{code}/versions/{version}')
  const centers = useGet('/api/v1/masterdata/work-centers', { query: { limit: 200 } })
  const names = useMemo(() => new Map((centers.data?.items ?? []).map((w) => [w.code, w.name])), [centers.data])
  const [head, setHead] = useState<HeadDraft>(() => ({ version: propose?.version ?? (fresh ? nextVersion(versions) : (from?.version ?? '')), from: fresh ? '' : (from?.effective_from ?? ''), to: fresh ? '' : (from?.effective_to ?? ''), reason: '' }))
  const [rows, setRows] = useState<Draft[]>(() => {
    const ops = (from?.ops ?? []).map((o): Draft => ({
      id: draftId(), was: String(o.op), op: String(o.op), name: o.name, work_center: o.work_center, setup_min: shown(o.setup_min), run_min: shown(o.run_min), batch_min: shown(o.batch_min), transfer_lot: shown(o.transfer_lot), split_max: o.split_max > 1 ? String(o.split_max) : '', split_min: shown(o.split_min),
      report: o.report ? '1' : '', inspection: o.inspection, piece_rate: shown(o.piece_rate), tool: o.tool, skill: o.skill, alternatives: o.alternatives.map((a) => `${a.work_center}:${a.run_min}`).join('; '),
    }))
    return ops.length > 0 ? ops : [blankOp(10)]
  })
  const [params, setParams] = useState<Draft[]>(() => paramDrafts((from?.ops ?? []).flatMap((o) => (o.params ?? []).map((p) => ({ ...p, op: o.op })))))
  const [touched, setTouched] = useState(false)
  const [errors, setErrors] = useState<Record<string, string>>({})
  const [problem, setProblem] = useState<unknown>()
  useEffect(() => {
    if (!touched) return
    const stay = (e: BeforeUnloadEvent) => e.preventDefault()
    window.addEventListener('beforeunload', stay)
    return () => window.removeEventListener('beforeunload', stay)
  }, [touched])
  const cols: GridCol[] = [
    { key: 'op', title: t('f.op'), type: 'int', width: 58 },
    { key: 'name', title: t('f.name'), width: 120 },
    { key: 'work_center', title: t('f.work_center'), type: 'code', path: '/api/v1/masterdata/work-centers', width: 110 },
    { key: 'setup_min', title: t('f.setup_min'), type: 'num', width: 84 },
    { key: 'run_min', title: t('f.run_min'), type: 'num', width: 84 },
    { key: 'batch_min', title: t('f.batch_min'), type: 'num', width: 84, hint: t('edit.batchHint') },
    { key: 'transfer_lot', title: t('f.transfer_lot'), type: 'num', width: 84, hint: t('edit.transferHint') },
    { key: 'split_max', title: t('f.split_max'), type: 'int', width: 76, hint: t('edit.splitHint') },
    { key: 'split_min', title: t('f.split_min'), type: 'num', width: 84, hint: t('edit.splitMinHint') },
    { key: 'report', title: t('f.report'), type: 'check', width: 56, hint: t('edit.reportHint') },
    { key: 'inspection', title: t('f.inspection'), type: 'select', width: 92, options: CHECKS.map((v) => ({ value: v, label: t(`inspection.${v}`) })) },
    ...(rates ? [{ key: 'piece_rate', title: t('f.piece_rate'), type: 'num', width: 84 } as GridCol] : []),
    { key: 'tool', title: t('f.tool'), width: 90 },
    { key: 'skill', title: t('f.skill'), width: 90 },
    { key: 'alternatives', title: t('f.alternatives'), type: 'code', many: true, path: '/api/v1/masterdata/work-centers', width: 140, hint: t('edit.alternativesHint') },
  ]
  const change = (next: Draft[]) => { // parameters go along with the number of their step
    const to = new Map(next.map((r) => [rows.find((x) => x.id === r.id)?.op ?? '', r.op ?? '']))
    if (params.some((p) => (to.get(p.op ?? '') ?? p.op) !== p.op)) setParams(params.map((p) => ({ ...p, op: to.get(p.op ?? '') ?? p.op ?? '' })))
    setTouched(true); setErrors({}); setRows(next)
  }
  const dec = (s?: string) => parse(s ?? '') ?? '0'
  const num = (r: Draft) => Number(parse(r.op ?? '') ?? '0')
  const machines = (r: Draft) => Math.max(1, Number(parse(r.split_max ?? '') ?? '1'))
  const ops = rows.map((r): Op => ({
    op: num(r), name: r.name ?? '', work_center: (r.work_center ?? '').trim(), work_center_name: names.get((r.work_center ?? '').trim()) ?? '', setup_min: dec(r.setup_min), run_min: dec(r.run_min), batch_min: dec(r.batch_min), transfer_lot: dec(r.transfer_lot), split_max: machines(r), split_min: dec(r.split_min),
    report: r.report === '1', inspection: r.inspection ?? 'none', tool: r.tool ?? '', skill: r.skill ?? '', alternatives: pathsIn(r.alternatives ?? '', dec(r.run_min)), params: paramsOf(params, r.op ?? ''),
  })).sort((a, b) => a.op - b.op)
  // moving a step moves its number's place: numbers stay in order of the rows
  const renumber = () => change(rows.map((r, i) => ({ ...r, op: String((i + 1) * 10) })))
  const messy = rows.some((r, i) => i > 0 && num(r) <= num(rows[i - 1]!))
  const busy = create.isPending || edit.isPending || propose?.busy === true
  const save = () => {
    if (busy) return
    const typed: Record<string, string> = {}
    rows.forEach((r, i) => {
      if (!r.work_center?.trim()) typed[`ops[${i}].work_center`] = t('edit.needCenter')
      if (num(r) < 1) typed[`ops[${i}].op`] = t('edit.number')
      for (const key of NUMBERS) if (r[key] && parse(r[key]) === undefined) typed[`ops[${i}].${key}`] = t('edit.number')
    })
    Object.assign(typed, paramFaults(params, rows.filter((r) => r.report === '1').map((r) => r.op ?? ''), { number: t('edit.number'), op: t('param.needOp'), name: t('param.needName') }))
    if (Object.keys(typed).length > 0) { setErrors(typed); setProblem(undefined); return }
    const body = rows.map((r): OpBody => ({
      op: num(r), ...(r.was ? { was: Number(r.was) } : {}), name: (r.name ?? '').trim(), work_center: (r.work_center ?? '').trim(), setup_min: dec(r.setup_min), run_min: dec(r.run_min), batch_min: dec(r.batch_min), transfer_lot: dec(r.transfer_lot), split_max: machines(r), split_min: dec(r.split_min),
      report: r.report === '1', inspection: r.inspection as OpBody['inspection'], ...(rates ? { piece_rate: dec(r.piece_rate) } : {}), tool: (r.tool ?? '').trim(), skill: (r.skill ?? '').trim(), alternatives: pathsIn(r.alternatives ?? '', dec(r.run_min)), params: paramsOf(params, r.op ?? ''),
    }))
    const dates = { effective_from: head.from, effective_to: head.to, reason: head.reason }
    const on = {
      onSuccess: (b: Routing) => { setTouched(false); void message.success(t('edit.saved', { v: b.version })); onDone(b.version) },
      onError: (err: Error) => { setErrors(paramErrors(fieldErrors(err), rows, params)); setProblem(err) },
    }
    if (propose) propose.save(head.version.trim(), body, { onSuccess: () => { setTouched(false); onDone(head.version.trim()) }, onError: on.onError })
    else if (fresh) create.mutate({ path: { code }, body: { version: head.version.trim(), ...dates, ...(from ? { copy_from: from.version, site: from.site } : {}), ops: body } }, on)
    else edit.mutate({ path: { code, version: from!.version }, body: { rev: from!.rev, ...dates, ops: body } }, on)
  }
  const close = async () => { if (!touched || (await ask({ title: t('edit.discard'), danger: true, ok: t('edit.discardYes') })) !== false) onClose() }
  const rest = Object.entries(errors).filter(([at]) => !/^ops\[\d+\]|^params\[|^version$|^effective_/.test(at)).map(([, text]) => text)
  return (
    <div className="md-editor" onKeyDown={(e) => { if (!e.defaultPrevented && e.key === 's' && (e.ctrlKey || e.metaKey)) { e.preventDefault(); save() } }}>
      <header className="md-editor-head">
        <VersionHead head={head} onChange={(h) => { setTouched(true); setHead(h) }} fresh={fresh} errors={errors} plain={propose !== undefined} />
        <span className="kw-grow" />
        <div className="kw-actions">
          <Button icon={<OrderedListOutlined />} type={messy ? 'primary' : 'default'} ghost={messy} onClick={renumber}>{t('edit.renumber')}</Button>
          <Button onClick={() => void close()}>{t('edit.cancel')}</Button>
          <Button type="primary" icon={<CheckOutlined />} loading={busy} onClick={save}>{t('edit.save')}</Button>
        </div>
      </header>
      {problem !== undefined && <Alert type="error" showIcon role="alert" title={messageOf(problem)} description={rest.join(' ')} action={problem instanceof ApiError && problem.code === 'masterdata.version_stale' ? <Button size="small" onClick={onClose}>{t('edit.reload')}</Button> : undefined} />}
      {!fresh && from?.today && <p className="kw-dim md-usedhint">{t('edit.copyHint')}</p>}
      {fresh && !propose && !head.from && versions.length > 0 && <p className="kw-dim md-usedhint">{t('edit.freshHint')}</p>}
      <Flow ops={ops} />
      <EditGrid
        cols={cols} rows={rows} onChange={change} errors={errors} prefix="ops" onSave={save}
        blank={(all, at) => blankOp(between(at > 0 ? num(all[at - 1]!) : 0, all[at] ? num(all[at]) : undefined))}
      />
      <ParamGrid code={code} version={fresh ? undefined : from?.version} ops={rows} rows={params} onChange={(p) => { setTouched(true); setErrors({}); setParams(p) }} errors={errors} onSave={save} />
    </div>
  )
}
