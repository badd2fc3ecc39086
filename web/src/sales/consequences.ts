import type { TFunction } from 'i18next'
import type { Answer, Body } from '@/api/types'

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

/** Where a line comes from, in words. */
export const supplyWord = (t: TFunction<'sales'>, supply: string): string => (supply ? t(`supply.${supply}`) : t('supply.any'))
