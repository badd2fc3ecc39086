import { SwapOutlined } from '@ant-design/icons'
import { Button, Grid, Select } from 'antd'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { messageOf } from '@/api/errors'
import { useGet } from '@/api/hooks'
import type { Answer } from '@/api/types'
import { Chip } from '@/kit/Chip'
import { itemUrl, workCenterUrl } from '@/kit/links'
import { format, isZero } from '@/kit/num'
import type { Version } from './VersionBar'
import './masterdata.css'

const TONE = { added: 'green', removed: 'red', changed: 'amber' } as const

function Pick({ versions, a, b, onPick }: { versions: Version[]; a: string; b: string; onPick: (a: string, b: string) => void }) {
  const { t } = useTranslation('masterdata')
  const options = versions.map((v) => ({ value: v.version, label: t('version', { v: v.version }) + (v.today ? ` · ${t('versionToday')}` : '') }))
  return (
    <div className="md-versions">
      <Select value={a} options={options} onChange={(v) => onPick(v, b)} aria-label={t('compare.a')} popupMatchSelectWidth={false} />
      <Button icon={<SwapOutlined />} aria-label={t('compare.swap')} onClick={() => onPick(b, a)} />
      <Select value={b} options={options} onChange={(v) => onPick(a, v)} aria-label={t('compare.b')} popupMatchSelectWidth={false} />
    </div>
  )
}

/** Which two: what is looked at against the one that holds today, else the one before it. */
function usePair(versions: Version[], version: string): [string, string, (a: string, b: string) => void] {
  const other = versions.find((v) => v.today && v.version !== version) ?? versions.find((v) => v.version !== version)
  const [pair, setPair] = useState<[string, string]>()
  const [a, b] = pair ?? [other?.version ?? version, version]
  return [a, b, (x, y) => setPair([x, y])]
}

interface DiffRow { key: string; change: string; title: ReactNode; name: string; fields: string[]; a?: Record<string, ReactNode>; b?: Record<string, ReactNode> }

/** Two versions side by side; what differs is marked. */
function Sides({ rows, cols, a, b, same }: { rows: DiffRow[]; cols: { key: string; title: string }[]; a: string; b: string; same: number }) {
  const { t } = useTranslation('masterdata')
  const wide = Grid.useBreakpoint().md
  if (rows.length === 0) return <div className="kw-none"><b>{t('compare.none')}</b><span>{t('compare.same', { n: same })}</span></div>
  const side = (r: DiffRow, which: 'a' | 'b') => cols.map((c, i) => <td key={which + c.key} className={[i === 0 ? 'md-side' : '', 'num', r.change === 'changed' && r.fields.includes(c.key) ? `md-diff-${which}` : ''].join(' ')}>{r[which] ? r[which][c.key] : ''}</td>)
  if (!wide) { // a phone: each line with what is different
    return (
      <div className="kw-sublist">
        <ul className="md-diffs">
          {rows.map((r) => (
            <li key={r.key} className={`md-${r.change}`}>
              <p>{r.title} <span className="kw-dim">{r.name}</span> <Chip status={r.change} tone={TONE[r.change as 'added']} word={t(`compare.${r.change}`)} /></p>
              <p className="num">{cols.filter((c) => (r.change === 'changed' ? r.fields.includes(c.key) : r[r.a ? 'a' : 'b']?.[c.key])).map((c) => (
                <span key={c.key} className="md-change">{c.title}: {r.a && (r.b ? <s>{r.a[c.key]}</s> : <b>{r.a[c.key]}</b>)}{r.a && r.b && ' → '}{r.b && <b>{r.b[c.key]}</b>}</span>
              ))}</p>
            </li>
          ))}
        </ul>
        <p className="md-note kw-dim">{t('compare.same', { n: same })}</p>
      </div>
    )
  }
  return (
    <div className="kw-sublist">
      <div className="kw-grid md-compare">
        <table>
          <thead>
            <tr><th rowSpan={2}>{t('compare.what')}</th><th rowSpan={2} /><th colSpan={cols.length} className="md-side">{t('version', { v: a })}</th><th colSpan={cols.length} className="md-side">{t('version', { v: b })}</th></tr>
            <tr>{(['a', 'b'] as const).map((w) => cols.map((c, i) => <th key={w + c.key} className={i === 0 ? 'md-side' : undefined}>{c.title}</th>))}</tr>
          </thead>
          <tbody>{rows.map((r) => <tr key={r.key} className={`md-${r.change}`}><td>{r.title} <span className="kw-dim">{r.name}</span></td><td><Chip status={r.change} tone={TONE[r.change as 'added']} word={t(`compare.${r.change}`)} /></td>{side(r, 'a')}{side(r, 'b')}</tr>)}</tbody>
        </table>
      </div>
      <p className="md-note kw-dim">{t('compare.same', { n: same })}</p>
    </div>
  )
}

type BomDiff = Answer<'get', '/api/v1/masterdata/boms/{code}/compare'>
type RoutingDiff = Answer<'get', '/api/v1/masterdata/routings/{code}/compare'>

/** How two versions of a bill differ. */
export function BomSides({ data }: { data: BomDiff }) {
  const { t } = useTranslation('masterdata')
  type L = NonNullable<BomDiff['lines'][number]['a']>
  const cells = (l?: L): Record<string, ReactNode> | undefined => l && {
    qty: format(l.qty), scrap_pct: isZero(l.scrap_pct) ? '–' : `${format(l.scrap_pct)}%`, op: l.op || '–', issue: l.role === 'component' ? t(`issue.${l.issue}`) : '–', substitutes: l.substitutes.join(', ') || '–', cost_share_pct: l.cost_share_pct ?? '–',
  }
  const shares = data.lines.some((l) => l.a?.cost_share_pct ?? l.b?.cost_share_pct)
  const cols = ['qty', 'scrap_pct', 'op', 'issue', 'substitutes', ...(shares ? ['cost_share_pct'] : [])].map((key) => ({ key, title: key === 'qty' ? t('f.per') : t(`f.${key}`) }))
  return <Sides a={data.a} b={data.b} same={data.same} cols={cols} rows={data.lines.map((l, i) => ({ key: `${i}|${l.item}`, change: l.change, title: <Link to={itemUrl(l.item)}>{l.item}</Link>, name: l.role === 'component' ? l.name : `${l.name} (${t(`role.${l.role}`)})`, fields: l.fields, a: cells(l.a), b: cells(l.b) }))} />
}

/** How two versions of a routing differ. */
export function RoutingSides({ data }: { data: RoutingDiff }) {
  const { t } = useTranslation('masterdata')
  type O = NonNullable<RoutingDiff['ops'][number]['a']>
  const zero = (s: string) => (isZero(s) ? '–' : format(s))
  const cells = (o?: O): Record<string, ReactNode> | undefined => o && {
    name: o.name, work_center: <Link to={workCenterUrl(o.work_center)}>{o.work_center}</Link>, setup_min: zero(o.setup_min), run_min: zero(o.run_min), batch_min: zero(o.batch_min), transfer_lot: zero(o.transfer_lot), split_max: o.split_max > 1 ? String(o.split_max) : '–', split_min: zero(o.split_min),
    report: t(o.report ? 'edit.yes' : 'edit.no'), inspection: t(`inspection.${o.inspection}`), tool: o.tool || '–', skill: o.skill || '–', piece_rate: o.piece_rate ?? '–', alternatives: o.alternatives.map((x) => `${x.work_center} ${format(x.run_min)}`).join(', ') || '–',
    params: (o.params ?? []).map((p) => `${p.name} ${[p.lower, p.upper].map((x) => (x === undefined ? '' : format(x))).join('–')} ${p.unit ?? ''} ${p.taken === 'piece' ? `1/${p.every ?? 1}` : ''} ${p.beyond ? t(`param.then.${p.beyond}`) : ''}`.replace(/ +/g, ' ').trim()).join(', ') || '–',
  }
  const always = ['name', 'work_center', 'setup_min', 'run_min']
  const cols = [...always, ...['batch_min', 'transfer_lot', 'split_max', 'split_min', 'report', 'inspection', 'tool', 'skill', 'piece_rate', 'alternatives', 'params'].filter((k) => data.ops.some((o) => o.fields.includes(k)))].map((key) => ({ key, title: t(`f.${key}`) }))
  return <Sides a={data.a} b={data.b} same={data.same} cols={cols} rows={data.ops.map((o) => ({ key: String(o.op), change: o.change, title: <b className="num">{o.op}</b>, name: o.b?.name ?? o.a?.name ?? '', fields: o.fields, a: cells(o.a), b: cells(o.b) }))} />
}

export function BomCompare({ code, versions, version }: { code: string; versions: Version[]; version: string }) {
  const [a, b, setPair] = usePair(versions, version)
  const { data, error } = useGet('/api/v1/masterdata/boms/{code}/compare', { path: { code }, query: { a, b }, placeholderData: (old) => old })
  return (
    <>
      <Pick versions={versions} a={a} b={b} onPick={setPair} />
      {error && !data && <div className="kw-none" role="alert">{messageOf(error)}</div>}
      {data && <BomSides data={data} />}
    </>
  )
}

export function RoutingCompare({ code, versions, version }: { code: string; versions: Version[]; version: string }) {
  const [a, b, setPair] = usePair(versions, version)
  const { data, error } = useGet('/api/v1/masterdata/routings/{code}/compare', { path: { code }, query: { a, b }, placeholderData: (old) => old })
  return (
    <>
      <Pick versions={versions} a={a} b={b} onPick={setPair} />
      {error && !data && <div className="kw-none" role="alert">{messageOf(error)}</div>}
      {data && <RoutingSides data={data} />}
    </>
  )
}
