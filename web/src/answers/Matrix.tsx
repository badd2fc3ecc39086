import { useLayoutEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Answer } from '@/api/types'
import { format } from '@/kit/num'
import { toneOfState } from './words'

export type Kits = Answer<'get', '/api/v1/planning/kits'>
export type KitRow = NonNullable<Kits['orders']>[number]
export type KitCell = NonNullable<Kits['cells']>[number]

const shape = (s: KitCell['s']): string => (s === 'coming' ? '■' : s === 'transfer' ? '➜' : '◆')
const ROW = 34, COL = 76, HEAD = 62, LEFT = 330

/** What of a list is in sight, with a little more on both sides. */
const window_ = (at: number, room: number, size: number, count: number): [number, number] => [Math.max(0, Math.floor(at / size) - 4), Math.min(count, Math.ceil((at + room) / size) + 4)]

/** Orders by parts; only what is in sight is drawn, so 200 orders by 100 parts scroll as one. */
export function Matrix({ kits, onPick }: { kits: Kits; onPick: (row: KitRow, part?: string) => void }) {
  const { t } = useTranslation('answers')
  const box = useRef<HTMLDivElement>(null)
  const [view, setView] = useState({ top: 0, left: 0, width: 1200, height: 700 })
  const orders = kits.orders ?? [], parts = kits.parts ?? []
  const look = () => {
    const b = box.current
    if (b) setView({ top: b.scrollTop, left: b.scrollLeft, width: b.clientWidth, height: b.clientHeight })
  }
  useLayoutEffect(() => {
    look()
    const o = new ResizeObserver(look)
    if (box.current) o.observe(box.current)
    return () => o.disconnect()
  }, [])
  const cells = new Map<number, KitCell>()
  for (const c of kits.cells ?? []) cells.set(c.o * 1000 + c.p, c)
  const [r0, r1] = window_(view.top, view.height, ROW, orders.length)
  const [c0, c1] = window_(view.left, view.width - LEFT, COL, parts.length)
  const columns = parts.slice(c0, c1)
  return (
    <div className="an-matrix" ref={box} onScroll={look} role="table" aria-label={t('menu.kits')} aria-rowcount={orders.length} aria-colcount={parts.length}>
      <div style={{ width: LEFT + parts.length * COL, height: HEAD + orders.length * ROW }}>
        <div className="an-head" role="row" style={{ height: HEAD }}>
          <div className="an-corner" role="columnheader" style={{ width: LEFT, height: HEAD }}>{t('kits.order')}</div>
          {columns.map((p, k) => (
            <div key={p.item} className="an-part" role="columnheader" style={{ left: LEFT + (c0 + k) * COL, width: COL, height: HEAD }} title={`${p.item} ${p.name}${p.from ? ` ${t('kits.from_site', { site: p.from })}` : ''}`}>
              <b>{p.name}</b><small className="num">{p.from ? `← ${p.from}` : p.item}</small>{p.blocks > 0 && <em className="num">{t('kits.blocks', { n: p.blocks })}</em>}
            </div>
          ))}
        </div>
        {orders.slice(r0, r1).map((o, k) => {
          const row = r0 + k
          return (
            <div key={`${o.kind}${o.id}`} className="an-row" role="row" style={{ top: HEAD + row * ROW, height: ROW }}>
              <button type="button" role="rowheader" className={`an-order kw-${toneOfState(o.state)}`} style={{ width: LEFT }} onClick={() => onPick(o)} title={`${o.item} ${o.name}`}>
                <i aria-hidden="true" /><b className="num">{o.line ? `${o.number}-${o.line}` : o.number}</b><span>{o.name}</span>
                <em className="num">{format(o.sets)}/{format(o.qty)}</em><small className={`num${o.late ? ' kw-late' : ''}`}>{o.due.slice(5)}</small>
              </button>
              {columns.map((p, n) => {
                const c = cells.get(row * 1000 + c0 + n)
                if (!c) return null
                return (
                  <button key={p.item} type="button" role="cell" className={`an-cell kw-${toneOfState(c.s)}`} style={{ left: LEFT + (c0 + n) * COL, width: COL }} onClick={() => onPick(o, p.item)} title={`${p.item} ${p.name}: ${t(`state.${c.s}`)} ${format(c.have)} / ${format(c.need)}`}>
                    {c.s === 'there' || c.s === 'build' ? <><i aria-hidden="true">{c.s === 'there' ? '●' : '▲'}</i>{c.need.includes('.') ? format(c.need, 1) : format(c.need)}</> : <><i aria-hidden="true">{shape(c.s)}</i>{c.day ? c.day.slice(5) : '?'}</>}
                  </button>
                )
              })}
            </div>
          )
        })}
      </div>
    </div>
  )
}

/** The same for a phone: an order each, with the parts that it misses. */
export function OrderCards({ kits, onPick }: { kits: Kits; onPick: (row: KitRow, part?: string) => void }) {
  const { t } = useTranslation('answers')
  const parts = kits.parts ?? []
  const by = new Map<number, KitCell[]>()
  for (const c of kits.cells ?? []) if (c.s === 'short' || c.s === 'transfer' || c.s === 'coming') by.set(c.o, [...(by.get(c.o) ?? []), c])
  return (
    <ol className="an-cards">
      {(kits.orders ?? []).map((o, n) => (
        <li key={`${o.kind}${o.id}`} className={`kw-${toneOfState(o.state)}`}>
          <button type="button" onClick={() => onPick(o)}>
            <header><b className="num">{o.line ? `${o.number}-${o.line}` : o.number}</b><em className="num">{format(o.sets)} / {format(o.qty)} {o.uom}</em></header>
            <p>{o.name}</p>
            <footer><span className={o.late ? 'num kw-late' : 'num'}>{t('kits.due', { day: o.due })}</span><span>{o.state === 'complete' ? t('state.complete') : o.ready ? t('kits.ready', { day: o.ready }) : t('kits.never')}</span></footer>
          </button>
          {(by.get(n) ?? []).slice(0, 6).map((c) => (
            <button key={c.p} type="button" className={`an-line kw-${toneOfState(c.s)}`} onClick={() => onPick(o, parts[c.p]?.item)}>
              <i aria-hidden="true">{shape(c.s)}</i><span>{parts[c.p]?.name}{parts[c.p]?.from && <> <small>{t('kits.from_site', { site: parts[c.p]?.from })}</small></>}</span><em className="num">{format(c.have)}/{format(c.need)}</em><small className="num">{c.day || '?'}</small>
            </button>
          ))}
        </li>
      ))}
    </ol>
  )
}
