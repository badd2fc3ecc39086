import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { messageOf } from '@/api/errors'
import { useGet } from '@/api/hooks'
import type { Answer } from '@/api/types'
import { Chip } from '@/kit/Chip'
import { Lines, type Column } from '@/kit/crud'
import { workCenterUrl } from '@/kit/links'
import { format, isZero } from '@/kit/num'
import type { ParamLine } from './params'
import './masterdata.css'

export type Op = NonNullable<Answer<'get', '/api/v1/masterdata/routings/{code}'>['ops']>[number]

const columns: Column<Op>[] = [
  { key: 'op', type: 'number', width: 60 }, { key: 'name' },
  { key: 'work_center', render: (o) => <><Link to={workCenterUrl(o.work_center)}>{o.work_center}</Link> <span className="kw-dim">{o.work_center_name}</span></> },
  { key: 'setup_min', type: 'number' }, { key: 'run_min', type: 'number' }, { key: 'batch_min', type: 'number' }, { key: 'transfer_lot', type: 'number' },
  { key: 'split_max', type: 'number' }, { key: 'split_min', type: 'number' },
  { key: 'report', type: 'bool' }, { key: 'inspection', type: 'enum', words: 'inspection' }, { key: 'skill' }, { key: 'tool' }, { key: 'piece_rate', type: 'money', masked: true },
  { key: 'alternatives', render: (o) => o.alternatives.map((a) => <span key={a.work_center} className="md-sub"><Link to={workCenterUrl(a.work_center)}>{a.work_center}</Link> <span className="kw-dim num">{format(a.run_min)}</span></span>) },
]

/** The steps from left to right as they are walked. */
export function Flow({ ops }: { ops: Op[] }) {
  const { t } = useTranslation('masterdata')
  return (
    <ol className="md-flow">
      {ops.map((o, i) => (
        <li key={`${i}|${o.op}`} className={isZero(o.transfer_lot) ? undefined : 'md-overlap'} title={isZero(o.transfer_lot) ? undefined : t('flow.overlap', { n: format(o.transfer_lot) })}>
          <div className={o.report ? 'md-step' : 'md-step md-silent'}>
            <header><b className="num">{o.op}</b><span title={o.name}>{o.name}</span></header>
            {o.work_center ? <Link to={workCenterUrl(o.work_center)} title={o.work_center_name}>{o.work_center} <small>{o.work_center_name}</small></Link> : <span className="kw-dim">?</span>}
            <p className="num">{isZero(o.batch_min) ? t('flow.run', { n: format(o.run_min) }) : t('flow.batch', { n: format(o.batch_min) })}</p>
            <p className="num kw-dim">{isZero(o.setup_min) ? t('flow.noSetup') : t('flow.setup', { n: format(o.setup_min) })}</p>
            {(o.inspection !== 'none' || o.skill || o.tool || (o.params?.length ?? 0) > 0 || o.alternatives.length > 0 || !isZero(o.transfer_lot) || o.split_max > 1) && (
              <footer>
                {o.inspection !== 'none' && <Chip status="inspecting" word={t(`inspection.${o.inspection}`)} />}
                {!isZero(o.transfer_lot) && <small>{t('flow.overlap', { n: format(o.transfer_lot) })}</small>}
                {o.split_max > 1 && <small>{t(isZero(o.split_min) ? 'flow.split' : 'flow.splitMin', { n: o.split_max, min: format(o.split_min) })}</small>}
                {o.skill && <small>{t('flow.skill', { skill: o.skill })}</small>}
                {o.tool && <small>{t('flow.tool', { tool: o.tool })}</small>}
                {(o.params?.length ?? 0) > 0 && <small>{t('flow.params', { n: o.params!.length })}</small>}
                {o.alternatives.length > 0 && <small>{t('flow.or', { centers: o.alternatives.map((a) => a.work_center).join(' / ') })}</small>}
              </footer>
            )}
          </div>
        </li>
      ))}
    </ol>
  )
}

const paramColumns: Column<ParamLine>[] = [
  { key: 'op', type: 'number', width: 60 }, { key: 'name', label: 'param.name' }, { key: 'unit', label: 'f.unit' }, { key: 'lower', type: 'number', label: 'f.lower' }, { key: 'target', type: 'number', label: 'f.target' }, { key: 'upper', type: 'number', label: 'f.upper' },
  { key: 'taken', type: 'enum', label: 'f.taken', words: 'param.at' }, { key: 'every', type: 'number', label: 'f.every', render: (p) => (p.taken === 'piece' ? (p.every && p.every > 1 ? String(p.every) : '1') : null) }, { key: 'beyond', type: 'enum', label: 'f.beyond', words: 'param.then' },
]

/** What people record at the steps, where there is any. */
function ParamLines({ ops }: { ops: Op[] }) {
  const { t } = useTranslation('masterdata')
  const rows = ops.flatMap((o) => (o.params ?? []).map((p): ParamLine => ({ ...p, op: o.op })))
  return rows.length > 0 && <><h3 className="md-paramhead">{t('param.title')}</h3><Lines ns="masterdata" columns={paramColumns} rows={rows} id={(p) => `${p.op}|${p.name}`} /></>
}

/** The flow, and the same as a table. */
export function RoutingFlow({ code, version }: { code: string; version: string }) {
  const { data, error } = useGet('/api/v1/masterdata/routings/{code}', { path: { code }, query: { version: version || undefined } })
  if (error && !data) return <div className="kw-none" role="alert">{messageOf(error)}</div>
  if (!data) return null
  const ops = data.ops ?? []
  const shown = columns.filter((c) => !['split_max', 'split_min'].includes(c.key) || ops.some((o) => o.split_max > 1)).filter((c) => !['batch_min', 'transfer_lot'].includes(c.key) || ops.some((o) => !isZero(String(o[c.key])))).filter((c) => !['skill', 'tool'].includes(c.key) || ops.some((o) => o[c.key])).filter((c) => c.key !== 'alternatives' || ops.some((o) => o.alternatives.length > 0))
  return <div className="md-flowbox"><Flow ops={ops} /><Lines ns="masterdata" columns={shown} rows={ops} /><ParamLines ops={ops} /></div>
}
