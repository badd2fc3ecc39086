import { CheckOutlined } from '@ant-design/icons'
import { useTranslation } from 'react-i18next'
import { showInstant } from '@/kit/dates'
import { format, pct } from '@/kit/num'
import type { Track } from './orders'
import { stagesOf } from './progress'

/** ordered → made → inspected → received → allocated → shipped, as one line that fills up. */
export function StageLine({ track }: { track: Track }) {
  const { t } = useTranslation('sales')
  const { stages, total, uom } = stagesOf(track)
  return (
    <ol className="so-stages">
      {stages.map((s) => {
        const p = Math.floor(pct(s.qty, total))
        const state = p >= 100 ? 'so-full' : p > 0 ? 'so-part' : ''
        return (
          <li key={s.key} className={state}>
            <i className="so-dot" style={{ ['--p' as string]: `${p}%` }}>{p >= 100 ? <CheckOutlined /> : <span className="num">{p > 0 ? `${p}%` : ''}</span>}</i>
            <b>{t(`stage.${s.key}`)}</b>
            <span className="num">{uom === undefined ? `${p}%` : <>{format(s.qty)}<small> / {format(total)} {uom}</small></>}</span>
            <small className="num">{s.at ? showInstant(s.at) : ' '}</small>
          </li>
        )
      })}
    </ol>
  )
}
