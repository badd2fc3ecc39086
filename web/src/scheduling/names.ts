import type { TFunction } from 'i18next'

const CAUSE = /^(quality|slow|machine|material):(.+)$/

/** What a draft or a publication is called: its own name, what made a repair propose it, or else `other`. */
export function draftName(t: TFunction<'scheduling'>, name: string | undefined, other: string): string {
  const cause = CAUSE.exec(name ?? '')
  return cause ? t(`cause.${cause[1]}`, { of: cause[2] }) : name || other
}
