import { MinusOutlined, PlusOutlined } from '@ant-design/icons'
import { Button, Input } from 'antd'
import { useTranslation } from 'react-i18next'
import { cmp, format } from '@/kit/num'
import { goes, unpacked, type Boxes, type ShipRow } from './shipping'

interface Props { rows: ShipRow[]; n: number; boxes: Boxes; weights: Record<number, string>; onBoxes: (b: Boxes) => void; onWeights: (w: Record<number, string>) => void; onCount: (n: number) => void }

/** What is in which carton: a column for each, and what is in none. */
export function Packing({ rows, n, boxes, weights, onBoxes, onWeights, onCount }: Props) {
  const { t } = useTranslation('sales')
  const all = Array.from({ length: n }, (_, i) => i + 1)
  return (
    <div className="so-ship-box">
      <table className="so-ship so-packing">
        <thead><tr><th>{t('f.item')}</th>{all.map((no) => <th key={no}>{t('pack.carton', { no })}</th>)}<th className="kw-right">{t('pack.left')}</th></tr></thead>
        <tbody>
          {rows.filter(goes).map((r) => {
            const left = unpacked(r, boxes)
            return (
              <tr key={r.key}>
                <td><b>{r.name}</b><small>{[r.line, r.lot].filter(Boolean).join(' · ')}</small></td>
                {all.map((no) => <td key={no}><Input className="kw-numeric" inputMode="decimal" aria-label={`${r.name} ${t('pack.carton', { no })}`} value={boxes[r.key]?.[no] ?? ''} onChange={(e) => onBoxes({ ...boxes, [r.key]: { ...boxes[r.key], [no]: e.target.value } })} /></td>)}
                <td className={`kw-right num${cmp(left, '0') === 0 ? ' so-ok' : ' kw-late'}`}>{format(left)} <span className="kw-uom">{r.uom}</span></td>
              </tr>
            )
          })}
          <tr>
            <td className="kw-dim">{t('f.weight')}</td>
            {all.map((no) => <td key={no}><Input maxLength={20} placeholder={no === 1 ? t('pack.weight') : undefined} aria-label={`${t('f.weight')} ${no}`} value={weights[no] ?? ''} onChange={(e) => onWeights({ ...weights, [no]: e.target.value })} /></td>)}
            <td />
          </tr>
        </tbody>
      </table>
      <Button size="small" icon={<PlusOutlined />} disabled={n >= 50} onClick={() => onCount(n + 1)}>{t('pack.add')}</Button>{' '}
      {n > 1 && <Button size="small" icon={<MinusOutlined />} onClick={() => onCount(n - 1)}>{t('pack.drop')}</Button>}
    </div>
  )
}
