import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { OPEN_END } from '@/kit/dates'
import { cmp, format } from '@/kit/num'
import { BigButton, BigFacts, Choices, Notice, NumberBox, NumberPad, Sheet } from '@/kit/shop'
import { useEntry } from '@/kit/units'
import { clean } from './quantity'
import { defaultQty, earlier, type Chosen } from './picks'
import { UnitKeys } from './UnitKeys'

/** How much of the scanned lot goes to the order; says so when another one should go first. */
export function IssueSheet({ chosen: c, busy, onClose, onSend }: { chosen: Chosen; busy: boolean; onClose: () => void; onSend: (qty: string, over: string | undefined, unit: { uom?: string; shown?: string }) => void }) {
  const { t } = useTranslation('floor')
  const [qty, setQty] = useState(() => defaultQty(c))
  const [fresh, setFresh] = useState(true)
  const [why, setWhy] = useState(false)
  const first = earlier(c)
  const entry = useEntry(c.serial ? undefined : c.item, { uom: c.uom, places: Math.min(c.decimals, 6) })
  const own = entry.own(clean(qty))
  const over = !!c.line && own !== undefined && cmp(own, c.line.open) > 0
  const sent = { ...entry.body, shown: entry.shown }
  const type = (v: string) => { setQty(fresh && v.length > qty.length && v.startsWith(qty) ? v.slice(qty.length) : v); setFresh(false) }
  const all = entry.typed(defaultQty(c))
  const codes = ['scrapped', 'bad', 'lost', 'rework', 'pack', 'other']
  return (
    <Sheet open title={why ? t('issue.why') : (c.name ?? c.item ?? t('issue.unchecked'))} onClose={onClose}
      bar={!why && <BigButton kind={over || first ? 'warn' : 'main'} icon="issue" busy={busy} disabled={own === undefined || (cmp(clean(qty), '0') <= 0 && !!c.line)} onClick={() => (over ? setWhy(true) : onSend(clean(qty), undefined, sent))}>{c.line || cmp(clean(qty), '0') > 0 ? t('issue.send', { qty: format(clean(qty)), uom: entry.shown ?? '' }) : t('issue.sendNeed')}</BigButton>}
    >
      {why
        ? <Choices options={codes.map((x) => ({ value: t(`reason.over.${x}`), label: t(`reason.over.${x}`) }))} onChange={(r) => onSend(clean(qty), r, sent)} />
        : (
            <>
              <BigFacts items={[
                [c.serial ? t('issue.serial') : t('issue.lot'), c.serial ?? c.lot ?? t('issue.noLot')],
                [t('issue.expires'), c.expires && c.expires !== OPEN_END ? c.expires : undefined],
                [t('issue.has'), c.available && `${format(c.available)} ${c.uom ?? ''}`],
                [t('issue.needs'), c.line && `${format(c.line.open)} ${c.line.uom}`],
              ]} />
              {!c.line && <Notice tone="amber" icon="alert" title={t('issue.noLine')}>{t('issue.noLineDo')}</Notice>}
              {first && !over && <Notice tone="amber" icon="alert" title={t('issue.notFirst', { lot: first.lot, location: first.location })}>{first.days > 0 ? t('issue.notFirstDays', { date: first.expires, days: first.days }) : t('issue.notFirstDo', { date: first.expires })}</Notice>}
              {!c.serial && <NumberBox label={t('fig.qty')} value={qty} uom={entry.shown} active />}
              {!c.serial && <UnitKeys entry={entry} qty={clean(qty)} onChange={() => { setQty(''); setFresh(false) }} />}
              {over && c.line && <Notice tone="amber" icon="alert" title={t('issue.over', { open: format(c.line.open), uom: c.line.uom })} />}
              {!c.serial && <NumberPad value={qty} places={entry.places} all={all} allLabel={entry.places === 0 && all !== undefined ? `${t('kit:pad.all')} ${format(all)}` : undefined} onChange={type} />}
            </>
          )}
    </Sheet>
  )
}
