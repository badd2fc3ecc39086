import { useTranslation } from 'react-i18next'
import type { Answer } from '@/api/types'
import { Card } from '@/kit/crud'
import { format } from '@/kit/num'
import './masterdata.css'

type Changeover = NonNullable<Answer<'get', '/api/v1/masterdata/work-centers/{code}'>['changeovers']>[number]

/** Minutes from one family (down) to another (across); the shade grows with the minutes. */
export function Changeovers({ rows }: { rows: Changeover[] }) {
  const { t } = useTranslation('masterdata')
  if (rows.length === 0) return <Card><p className="kw-dim">{t('center.noChangeovers')}</p></Card>
  const from = [...new Set(rows.map((r) => r.from_family))].sort()
  const to = [...new Set(rows.map((r) => r.to_family))].sort()
  const most = Math.max(...rows.map((r) => Number.parseFloat(r.minutes)), 1)
  const word = (f: string) => (f === '' || f === '*' ? t('center.any') : f)
  return (
    <div className="kw-sublist">
      <div className="kw-grid md-matrix">
        <table>
          <thead><tr><th>{t('center.fromTo')}</th>{to.map((f) => <th key={f} className="kw-right">{word(f)}</th>)}<th className="kw-rest" aria-hidden="true" /></tr></thead>
          <tbody>
            {from.map((a) => (
              <tr key={a}>
                <td>{word(a)}</td>
                {to.map((b) => {
                  const r = rows.find((x) => x.from_family === a && x.to_family === b)
                  return <td key={b} className="kw-right num" style={r ? { background: `color-mix(in srgb, var(--amber-solid) ${Math.round((Number.parseFloat(r.minutes) / most) * 34)}%, var(--card))` } : undefined}>{r ? format(r.minutes) : <span className="kw-dim">–</span>}</td>
                })}
                <td className="kw-rest" />
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className="md-note kw-dim">{t('center.minutes')}</p>
    </div>
  )
}
