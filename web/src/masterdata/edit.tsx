import { EditOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { useSend } from '@/api/hooks'
import { ActButton, Card, History, type Fact, type Field } from '@/kit/crud'
import { useMay } from '@/kit/who'

type Noun = 'work-centers' | 'machines' | 'workers' | 'skills' | 'teams' | 'tools' | 'partners' | 'warehouses'

/** Deactivate or activate, with a reason; then edit. */
export function EditActions({ noun, code, site, rev, active, onEdit, perm = 'masterdata.write' }: { noun: Noun; code: string; site?: string; rev: number; active: boolean; onEdit: () => void; perm?: string }) {
  const { t } = useTranslation('masterdata')
  const may = useMay()
  if (!may(perm)) return null
  return (
    <>
      <SwitchButton noun={noun} code={code} site={site} rev={rev} active={active} />
      <Button type="primary" icon={<EditOutlined />} onClick={onEdit}>{t('item.edit')}</Button>
    </>
  )
}

export function SwitchButton({ noun, code, site, rev, active, onDone }: { noun: Noun; code: string; site?: string; rev: number; active: boolean; onDone?: () => void }) {
  const { t } = useTranslation('masterdata')
  const off = useSend('post', `/api/v1/masterdata/${noun}/{code}/deactivate` as '/api/v1/masterdata/workers/{code}/deactivate')
  const on = useSend('post', `/api/v1/masterdata/${noun}/{code}/activate` as '/api/v1/masterdata/workers/{code}/activate')
  return active
    ? <ActButton send={off} danger input={(reason) => ({ path: { code }, body: { site, rev, reason } })} confirm={{ title: t('edit.offAsk', { code }), text: t(`edit.offText.${noun}`), reason: true }} done={t('item.offDone')} onDone={onDone}>{t('item.off')}</ActButton>
    : <ActButton send={on} input={{ path: { code }, body: { site, rev } }} done={t('item.onDone')} onDone={onDone}>{t('item.on')}</ActButton>
}

/** The time line of a noun whose events say before and after. */
export function Log({ subject }: { subject: string }) {
  return <Card><History subject={subject} tell={tell} /></Card>
}

/** "name: old → new" for every value that was changed. */
function tell(fact: Fact) {
  const { before, after } = fact.payload as { before?: Record<string, unknown>; after?: Record<string, unknown> }
  if (!before || !after) return undefined
  return <span className="num">{Object.keys({ ...before, ...after }).filter((k) => k !== 'rev' && JSON.stringify(before[k]) !== JSON.stringify(after[k])).map((k) => <ChangeOf key={k} name={k} before={before[k]} after={after[k]} />)}</span>
}

function ChangeOf({ name, before, after }: { name: string; before: unknown; after: unknown }) {
  const { t } = useTranslation('masterdata')
  const word = (v: unknown): string => (v === undefined || v === null || v === '' ? '–' : Array.isArray(v) ? t('edit.rows', { n: v.length }) : String(v))
  return <span className="md-change">{t(`f.${name}`, { defaultValue: name })}: <s>{word(before)}</s> → <b>{word(after)}</b></span>
}

/**
 * What was emptied in the form is taken away, not left as it was; lines without their first field are dropped.
 * `none` says what an emptied field becomes.
 */
export function shaped<B>(was: { rev: number; site?: string }, fields: Field<B>[], body: Record<string, unknown>, none: Record<string, unknown> = {}): Record<string, unknown> {
  const out: Record<string, unknown> = { ...body, rev: was.rev }
  if (was.site !== undefined) out.site = was.site
  const old = was as unknown as Record<string, unknown>
  for (const f of fields) {
    if (f.type === 'lines') out[f.key] = ((body[f.key] as Record<string, unknown>[] | undefined) ?? []).filter((l) => l[f.fields![0]!.key])
    else if (body[f.key] === undefined && old[f.key] !== undefined && old[f.key] !== '' && f.key in none) out[f.key] = none[f.key]
  }
  return out
}

/** Of a new thing: lines that nobody filled in are dropped. */
export function filled<B>(fields: Field<B>[], body: Record<string, unknown>): Record<string, unknown> {
  const out = { ...body }
  for (const f of fields) if (f.type === 'lines') out[f.key] = ((body[f.key] as Record<string, unknown>[] | undefined) ?? []).filter((l) => l[f.fields![0]!.key])
  return out
}
