import { PlusOutlined } from '@ant-design/icons'
import { Alert, App, Button, Input, Select } from 'antd'
import { useState, type KeyboardEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { messageOf } from '@/api/errors'
import { useSend } from '@/api/hooks'
import type { Answer } from '@/api/types'
import { Card } from '@/kit/crud'
import { parse } from '@/kit/num'
import { useMay } from '@/kit/who'
import { ANY, at, cellsOf, families, gridOf, paste, put, sameGrid, type Grid } from './changeovers'
import './masterdata.css'

type Center = Answer<'get', '/api/v1/masterdata/work-centers/{code}'>

/** Minutes from one family (down) to another (across); typed like a spreadsheet, the shade grows with the minutes. */
export function Changeovers({ center }: { center: Center }) {
  const { t } = useTranslation('masterdata')
  const { message } = App.useApp()
  const write = useMay()('masterdata.write')
  const first = gridOf(center.changeovers)
  const [grid, setGrid] = useState<Grid>(first)
  const [more, setMore] = useState<string[]>([])
  const [adding, setAdding] = useState('')
  const send = useSend('put', '/api/v1/masterdata/work-centers/{code}/changeovers')
  const names = families(center.changeovers, more)
  const wrong = [...grid.values()].some((m) => parse(m) === undefined || m.startsWith('-'))
  const dirty = !sameGrid(grid, first)
  const most = Math.max(...[...grid.values()].map((m) => Number.parseFloat(m) || 0), 1)
  const word = (f: string) => (f === ANY ? t('center.any') : f)
  const add = (f: string) => { const s = f.trim(); if (s && !names.includes(s)) setMore([...more, ...(names.length === 0 && s !== ANY ? [ANY] : []), s]); setAdding('') }
  const save = () => send.mutate({ path: { code: center.code }, body: { site: center.site, rev: center.rev, changeovers: cellsOf(grid).map((c) => ({ ...c, minutes: parse(c.minutes) ?? c.minutes })) } }, {
    onSuccess: () => void message.success(t('kit:form.saved')),
    onError: (err) => void message.error({ content: messageOf(err), duration: 6 }),
  })
  // arrows and Enter walk through the cells
  const walk = (e: KeyboardEvent<HTMLTableElement>) => {
    const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], Enter: [1, 0] }[e.key]
    if (!step || !(e.target instanceof HTMLInputElement)) return
    e.preventDefault()
    const cell = e.target.closest('td')!
    const row = cell.parentElement as HTMLTableRowElement
    const next = (row.parentElement as HTMLTableSectionElement).rows[row.sectionRowIndex + step[0]!]
    next?.cells[cell.cellIndex]?.querySelector('input')?.select()
  }
  if (names.length === 0 && !write) return <Card><p className="kw-dim">{t('center.noChangeovers')}</p></Card>
  return (
    <div className="kw-sublist">
      {write && (
        <div className="md-bar">
          <Select showSearch size="small" style={{ width: 180 }} placeholder={t('center.addFamily')} aria-label={t('center.addFamily')} value={null} searchValue={adding} onSearch={setAdding} notFoundContent={null} options={[...(names.includes(ANY) ? [] : [{ value: ANY, label: t('center.any') }]), ...(adding.trim() && !names.includes(adding.trim()) ? [{ value: adding.trim(), label: adding.trim() }] : [])]} filterOption={false} onSelect={(v) => add(String(v))} suffixIcon={<PlusOutlined />} />
          <span className="kw-grow" />
          {dirty && <Button size="small" onClick={() => setGrid(first)}>{t('edit.undo')}</Button>}
          <Button size="small" type="primary" disabled={!dirty || wrong} title={wrong ? t('why.minutes') : dirty ? undefined : t('kit:why.same')} loading={send.isPending} onClick={save}>{t('kit:save')}</Button>
        </div>
      )}
      {wrong && <Alert type="error" showIcon title={t('center.badMinutes')} />}
      {names.length === 0
        ? <p className="md-note kw-dim">{t('center.noChangeovers')}</p>
        : (
            <div className="kw-grid md-matrix">
              <table onKeyDown={walk}>
                <thead><tr><th>{t('center.fromTo')}</th>{names.map((f) => <th key={f} className="kw-right">{word(f)}</th>)}<th className="kw-rest" aria-hidden="true" /></tr></thead>
                <tbody>
                  {names.map((a) => (
                    <tr key={a}>
                      <td>{word(a)}</td>
                      {names.map((b) => {
                        const m = at(grid, a, b)
                        return (
                          <td key={b} className="kw-right num md-cell" style={m ? { background: `color-mix(in srgb, var(--amber-solid) ${Math.round(((Number.parseFloat(m) || 0) / most) * 34)}%, var(--card))` } : undefined}>
                            {write
                              ? <Input variant="borderless" size="small" value={m} placeholder="–" inputMode="decimal" aria-label={t('center.pair', { from: word(a), to: word(b) })} status={m && parse(m) === undefined ? 'error' : undefined} onFocus={(e) => e.target.select()} onChange={(e) => setGrid(put(grid, a, b, e.target.value))} onPaste={(e) => { const text = e.clipboardData.getData('text'); if (/[\t\n]/.test(text)) { e.preventDefault(); setGrid(paste(grid, names, a, b, text)) } }} />
                              : m || <span className="kw-dim">–</span>}
                          </td>
                        )
                      })}
                      <td className="kw-rest" />
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )}
      <p className="md-note kw-dim">{t(write ? 'center.minutesEdit' : 'center.minutes')}</p>
    </div>
  )
}
