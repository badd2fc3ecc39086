import { useTranslation } from 'react-i18next'
import './chip.css'
import { shapeOf, toneOf, type Tone } from './status'

/** A status as colour, shape and word. `word` overrides the word, `tone` the colour (late beats started). */
export function Chip({ status, tone, word, big }: { status: string; tone?: Tone; word?: string; big?: boolean }) {
  const { t } = useTranslation('kit')
  const c = tone ?? toneOf(status)
  return (
    <span className={`kw-chip kw-${c}${big ? ' kw-chip-big' : ''}`}>
      <i aria-hidden="true">{shapeOf(c)}</i>
      {word ?? t(`status.${status}`, { defaultValue: status })}
    </span>
  )
}
