import { DownloadOutlined, UploadOutlined } from '@ant-design/icons'
import { App, Button } from 'antd'
import { useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { call, download, newKey } from '@/api/client'
import { ApiError, messageOf } from '@/api/errors'
import { save } from '@/kit/files'
import { EditGrid, type Draft, type GridCol } from './EditGrid'
import { blankParam, paramDrafts, type ParamLine } from './params'

/** The process parameters of all steps of a version, as one table: typed, or brought from a spreadsheet. */
export function ParamGrid({ code, version, ops, rows, onChange, errors, onSave }: { code: string; version?: string; ops: Draft[]; rows: Draft[]; onChange: (rows: Draft[]) => void; errors: Record<string, string>; onSave: () => void }) {
  const { t } = useTranslation('masterdata')
  const { message, modal } = App.useApp()
  const file = useRef<HTMLInputElement>(null)
  const points = ops.filter((o) => o.report === '1' && o.op)
  const cols: GridCol[] = [
    { key: 'op', title: t('f.op'), type: 'select', width: 130, options: points.map((o) => ({ value: o.op!, label: `${o.op} ${o.name ?? ''}` })) },
    { key: 'name', title: t('param.name'), width: 140 },
    { key: 'unit', title: t('f.unit'), width: 70 },
    { key: 'lower', title: t('f.lower'), type: 'num', width: 84, hint: t('param.limitHint') },
    { key: 'target', title: t('f.target'), type: 'num', width: 84 },
    { key: 'upper', title: t('f.upper'), type: 'num', width: 84, hint: t('param.limitHint') },
    { key: 'decimals', title: t('f.decimals'), type: 'int', width: 64 },
    { key: 'taken', title: t('f.taken'), type: 'select', width: 120, options: (['report', 'start', 'piece'] as const).map((v) => ({ value: v, label: t(`param.at.${v}`) })) },
    { key: 'every', title: t('f.every'), type: 'int', width: 80, hint: t('param.everyHint'), off: (r) => r.taken !== 'piece' },
    { key: 'beyond', title: t('f.beyond'), type: 'select', width: 170, hint: t('param.beyondHint'), options: (['', 'warn', 'hold_op', 'hold_order'] as const).map((v) => ({ value: v, label: t(v === '' ? 'param.then.site' : `param.then.${v}`) })) },
  ]
  const blank = () => blankParam(rows[rows.length - 1]?.op ?? points[0]?.op ?? '')
  const read = async (f: File | undefined) => {
    if (!f) return
    const body = new FormData()
    body.append('file', f)
    try {
      const got = await call<{ lines: ParamLine[] }>('POST', '/api/v1/masterdata/routings/params/read', { body, key: newKey() })
      onChange(paramDrafts(got.lines))
      void message.success(t('param.read', { n: got.lines.length }))
    } catch (err) {
      const list = err instanceof ApiError ? err.problem.errors ?? [] : []
      modal.error({ title: messageOf(err), content: list.length > 0 && <ul>{list.slice(0, 12).map((e, i) => <li key={i}>{e.location} {e.message}</li>)}</ul> })
    }
  }
  const out = async () => {
    try { const f = await download('/api/v1/masterdata/routings/{code}/versions/{version}/params.xlsx', { path: { code, version: version! } }); save(f.blob, f.name) } catch (err) { void message.error(messageOf(err)) }
  }
  return (
    <section className="md-params">
      <header>
        <h3>{t('param.title')}</h3><span className="kw-dim">{t('param.hint')}</span><span className="kw-grow" />
        {version && <Button size="small" icon={<DownloadOutlined />} onClick={() => void out()}>{t('param.export')}</Button>}
        <Button size="small" icon={<UploadOutlined />} onClick={() => file.current?.click()}>{t('param.import')}</Button>
        <input ref={file} type="file" accept=".xlsx,.csv" hidden onChange={(e) => { void read(e.target.files?.[0]); e.target.value = '' }} />
      </header>
      <EditGrid none cols={cols} rows={rows} onChange={onChange} errors={errors} prefix="params" onSave={onSave} blank={blank} add={t('param.add')} />
    </section>
  )
}
