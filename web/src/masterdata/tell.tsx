import i18n from 'i18next'
import type { Fact } from '@/kit/crud'

interface V { version?: string; lines?: { item: string; qty: string }[]; ops?: { op: number }[] }

/** What became of a version: "v2: 3 → 4 lines". */
export function tellVersion(fact: Fact) {
  if (!/\.(bom|routing)_(created|changed)$/.test(fact.name)) return undefined
  const { before, after } = fact.payload as { before?: V; after?: V }
  const size = (v?: V) => v?.lines?.length ?? v?.ops?.length
  const moved = before && after?.lines && before.lines ? after.lines.filter((l) => !before.lines!.some((o) => JSON.stringify(o) === JSON.stringify(l))).map((l) => l.item) : []
  return (
    <span className="num">
      {i18n.t('masterdata:version', { v: after?.version })}{' · '}
      {before && size(before) !== size(after) ? `${size(before)} → ${size(after)} ` : `${size(after)} `}
      {i18n.t(after?.ops ? 'masterdata:tell.ops' : 'masterdata:tell.lines')}
      {moved.length > 0 && `: ${moved.slice(0, 6).join(', ')}${moved.length > 6 ? ' …' : ''}`}
    </span>
  )
}
