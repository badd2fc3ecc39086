import type { TFunction } from 'i18next'
import { showInstant } from '@/kit/dates'
import type { Change, Told } from './model'

const when = (ms?: number) => (ms ? showInstant(ms).slice(5) : '')

/** A change in one line, as people say it. */
export function changeText(c: Change, t: TFunction<'scheduling'>): string {
  return t(`change.${c.kind}`, { order: c.order ?? '', op: c.op ? (c.split_no ? `${c.op} (${t('part.no', { n: c.split_no })})` : `${c.op}`) : t('change.first'), machine: c.machine ?? '', center: c.work_center ?? '', from: when(c.from_ms), to: when(c.to_ms) })
}
export const toldText = (x: Told, t: TFunction<'scheduling'>): string => changeText({ kind: x.kind as Change['kind'], order: x.order, op: x.op, split_no: x.split_no, machine: x.machine, from_ms: x.from_ms, to_ms: x.to_ms }, t)
export const changeKey = (c: Change): string => [c.kind, c.order, c.op, c.split_no ?? 0, c.machine, c.work_center, c.from_ms, c.to_ms].join('|')
/** For trying only: the server would refuse to publish it. */
export const tryOnly = (c: Change): boolean => c.kind === 'drop' || c.kind === 'capacity'
