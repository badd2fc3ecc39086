import { DeleteOutlined, PlusOutlined } from '@ant-design/icons'
import { Alert, App, Button, Input, Select } from 'antd'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { fieldErrors, messageOf } from '@/api/errors'
import { useGet, useSend } from '@/api/hooks'
import type { Answer } from '@/api/types'
import { format, parse } from '@/kit/num'
import './masterdata.css'

type Detail = Answer<'get', '/api/v1/masterdata/items/{code}'>
interface Row { uom: string; per: string; own: string; decimals: string }

/** Other units of an item as ratios: 3 sheets = 1 kg, not 0.333333. */
export function UnitsCard({ item, write }: { item: Detail; write: boolean }) {
  const { t } = useTranslation('masterdata')
  const { message } = App.useApp()
  const [rows, setRows] = useState<Row[] | undefined>()
  const [problem, setProblem] = useState('')
  const save = useSend('put', '/api/v1/masterdata/items/{code}/units')
  const set = (i: number, change: Partial<Row>) => setRows((rs) => rs?.map((r, k) => (k === i ? { ...r, ...change } : r)))
  const start = () => { setProblem(''); setRows(item.units.length > 0 ? item.units.map((u) => ({ uom: u.uom, per: u.per, own: u.own, decimals: String(u.decimals) })) : [{ uom: '', per: '1', own: '', decimals: '0' }]) }
  const send = () => {
    const units = (rows ?? []).filter((r) => r.uom.trim() || r.own.trim()).map((r) => ({ uom: r.uom.trim() || '?', per: parse(r.per) ?? '0', own: parse(r.own) ?? '0', decimals: Number(parse(r.decimals) ?? 6) }))
    save.mutate({ path: { code: item.code }, body: { rev: item.rev, units } }, {
      onSuccess: () => { setRows(undefined); void message.success(t('units.saved')) },
      onError: (err) => setProblem([messageOf(err), ...Object.values(fieldErrors(err))].join(' ')),
    })
  }
  if (rows) {
    return (
      <>
        {problem && <Alert type="error" showIcon title={problem} role="alert" style={{ marginBottom: 8 }} />}
        {rows.map((r, i) => (
          <div key={i} className="md-unitrow">
            <Input aria-label={t('units.per')} className="kw-numeric" value={r.per} onChange={(e) => set(i, { per: e.target.value })} />
            <Input aria-label={t('units.uom')} autoFocus={i === 0} placeholder={t('units.uom')} value={r.uom} onChange={(e) => set(i, { uom: e.target.value })} />
            <span>=</span>
            <Input aria-label={t('units.own')} className="kw-numeric" value={r.own} onChange={(e) => set(i, { own: e.target.value })} onPressEnter={() => { if (i === rows.length - 1) setRows([...rows, { uom: '', per: '1', own: '', decimals: '0' }]) }} />
            <span>{item.uom}</span>
            <label className="kw-dim">{t('units.decimals')} <Select size="small" aria-label={t('units.decimals')} value={r.decimals} onChange={(v) => set(i, { decimals: v })} options={['0', '1', '2', '3', '4', '5', '6'].map((v) => ({ value: v }))} /></label>
            <Button type="text" size="small" icon={<DeleteOutlined />} aria-label={t('edit.drop')} onClick={() => setRows(rows.filter((_, k) => k !== i))} />
          </div>
        ))}
        <div className="kw-actions">
          <Button size="small" type="dashed" icon={<PlusOutlined />} onClick={() => setRows([...rows, { uom: '', per: '1', own: '', decimals: '0' }])}>{t('units.add')}</Button>
          <Button size="small" onClick={() => setRows(undefined)}>{t('edit.cancel')}</Button>
          <Button size="small" type="primary" loading={save.isPending} onClick={send}>{t('edit.save')}</Button>
        </div>
      </>
    )
  }
  return (
    <>
      {item.units.length === 0
        ? <p className="kw-dim" style={{ margin: '0 0 8px' }}>{t('units.none')}</p>
        : <ul className="md-units">{item.units.map((u) => <li key={u.uom} className="num">{t('units.ratio', { per: format(u.per), uom: u.uom, own: format(u.own), base: item.uom })}</li>)}</ul>}
      {write && <Button size="small" style={{ marginTop: 8 }} onClick={start}>{t('units.edit')}</Button>}
      {item.units.length > 0 && <Converter item={item} />}
    </>
  )
}

function Converter({ item }: { item: Detail }) {
  const { t } = useTranslation('masterdata')
  const [typed, setTyped] = useState('1')
  const [qty, setQty] = useState('1')
  const [from, setFrom] = useState(item.units[0]?.uom ?? item.uom)
  const [to, setTo] = useState(item.uom)
  useEffect(() => { const n = parse(typed); if (n === undefined) return; const timer = setTimeout(() => setQty(n), 200); return () => clearTimeout(timer) }, [typed])
  const { data, error } = useGet('/api/v1/masterdata/items/{code}/convert', { path: { code: item.code }, query: { qty, from, to }, placeholderData: (old) => old })
  const options = [item.uom, ...item.units.map((u) => u.uom)].map((v) => ({ value: v }))
  return (
    <div className="md-convert">
      <Input size="small" className="kw-numeric" style={{ width: 90 }} value={typed} aria-label={t('f.qty')} onChange={(e) => setTyped(e.target.value)} />
      <Select size="small" value={from} options={options} aria-label={t('units.from')} onChange={setFrom} />
      <span>=</span>
      <b className="num">{error ? '–' : data ? (data.exact ? '' : '≈ ') + format(data.value) : ''}</b>
      <Select size="small" value={to} options={options} aria-label={t('units.to')} onChange={setTo} />
      {error && <small className="md-bad-text">{messageOf(error)}</small>}
    </div>
  )
}
