import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { BigButton, NumberBox, NumberPad, Notice, Sheet } from '@/kit/shop'
import type { OpFloor } from './opfloor'
import { shareMinutes } from './quantity'

/** How the time of a report is shared among the people who did it: evenly, or as they say; together it is the time it took. */
export default function TeamSheet({ crew, all, minutes, onClose, onDone }: { crew: OpFloor['crew']; all: number; minutes?: number[]; onClose: () => void; onDone: (minutes: number[] | undefined) => void }) {
  const { t } = useTranslation('floor')
  const [typed, setTyped] = useState<(number | undefined)[]>(() => crew.map((_, i) => minutes?.[i]))
  const [active, setActive] = useState(0)
  const [fresh, setFresh] = useState(true) // the first key replaces what is shown
  const share = shareMinutes(all, typed)
  const sum = share.reduce((a, b) => a + b, 0)
  const press = (v: string) => {
    const text = fresh ? v.slice(String(share[active]).length) || v.slice(0, -1) : v
    const n = parseInt(text, 10)
    setFresh(false)
    setTyped(typed.map((x, i) => (i === active ? (Number.isNaN(n) ? 0 : Math.min(n, 99_999)) : x)))
  }
  const even = () => { setTyped(crew.map(() => undefined)); setFresh(true) }
  return (
    <Sheet open title={t('report.teamTitle')} onClose={onClose}
      bar={<><BigButton onClick={even}>{t('report.even')}</BigButton><BigButton kind="main" icon="check" disabled={sum !== all} onClick={() => onDone(typed.every((x) => x === undefined) ? undefined : share)}>{t('kit:ok')}</BigButton></>}>
      <div className="kf-team">{crew.map((c, i) => <NumberBox key={c.code} label={c.name} value={String(share[i])} uom={t('report.min')} active={i === active} onClick={() => { setActive(i); setFresh(true) }} />)}</div>
      <Notice tone={sum === all ? 'green' : 'amber'} title={`${t('report.teamSum')} ${t('report.teamOf', { sum, min: all })}`}>{sum < all ? t('report.teamLess', { n: all - sum }) : sum > all ? t('report.teamOver', { n: sum - all }) : ''}</Notice>
      <NumberPad value={String(share[active])} onChange={press} />
    </Sheet>
  )
}
