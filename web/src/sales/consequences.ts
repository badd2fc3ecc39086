import type { TFunction } from 'i18next'
import type { Answer, Body } from '@/api/types'
import { max, min, sub } from '@/kit/num'

export type Consequences = Answer<'post', '/api/v1/sales/orders/{number}/change/preview'>
export type Affected = Consequences['work'][number]
export type WorkAnswer = NonNullable<NonNullable<Body<'post', '/api/v1/sales/orders/{number}/cancel'>>['work']>[number]

/** The answers as they stand: what the person chose, else what the server suggests; only for work orders that need one. */
export function answersOf(work: Affected[], chosen: Readonly<Record<string, string>>): WorkAnswer[] {
  const out = new Map<string, WorkAnswer>()
  for (const w of work) {
    const answer = chosen[w.number] ?? w.suggest
    if ((w.asked || chosen[w.number]) && w.answers?.includes(answer)) out.set(w.number, { order: w.number, answer: answer as WorkAnswer['answer'] })
  }
  return [...out.values()]
}

/** What a work order makes when it is made smaller: what is too much of its line, less what others of the line answer for. */
export function shrunk(of: Consequences, order: string, chosen: Readonly<Record<string, string>>): string {
  const w = of.work.find((x) => x.number === order)
  if (!w) return '0'
  const said = (x: Affected) => chosen[x.number] ?? (x.asked ? x.suggest : 'keep')
  const siblings = of.work.filter((x) => x.line === w.line)
  let left = of.lines.find((l) => l.line === w.line)?.surplus ?? '0'
  for (const x of siblings) if (said(x) === 'stock' || said(x) === 'cancel') left = sub(left, x.coming)
  for (const x of siblings) {
    const cut = said(x) === 'shrink' ? max('0', min(left, x.coming)) : '0'
    if (x.number === order) return sub(x.qty, cut)
    left = sub(left, cut)
  }
  return w.qty
}

/** Where a line comes from, in words. */
export const supplyWord = (t: TFunction<'sales'>, supply: string): string => (supply ? t(`supply.${supply}`) : t('supply.any'))
