import type { TFunction } from 'i18next'
import { Link } from 'react-router'
import type { Row } from '@/api/types'
import type { Column } from '@/kit/crud'
import { Chip } from '@/kit/Chip'

export type Field = Row<'/api/v1/masterdata/dictionary'>
export const OWNERS = ['erp', 'kaiwu'] as const
const ROOMS = ['masterdata', 'inventory', 'quality', 'purchasing', 'production', 'sales', 'planning', 'scheduling', 'identity', 'kit'] as const
const TYPES = ['text', 'int', 'decimal', 'bool', 'date', 'instant', 'list', 'object'] as const

export const nounUrl = (noun: string) => `/masterdata/dictionary/${encodeURIComponent(noun)}`
export const fieldUrl = (f: Field) => `${nounUrl(f.noun)}/${encodeURIComponent(f.field)}`

/** Columns of the list; names and definitions in the reader's language. */
export function dictionaryColumns(zh: boolean, t: TFunction<'masterdata'>, within = false): Column<Field>[] {
  const noun: Column<Field> = { key: zh ? 'noun_zh' : 'noun_en', label: 'dict.f.noun', width: 150, render: (f) => <Link to={nounUrl(f.noun)}>{zh ? f.noun_zh : f.noun_en}</Link> }
  return [
    ...(within ? [] : [noun]),
    { key: 'field', type: 'link', label: 'dict.f.field', to: fieldUrl, width: 150 },
    { key: zh ? 'definition_zh' : 'definition_en', label: 'dict.f.definition', width: 340 },
    ...(within ? [] : [{ key: 'owner', type: 'enum', words: 'dict.owner', options: OWNERS, label: 'dict.f.owner', width: 100, render: (f) => <OwnerChip owner={f.owner} t={t} /> } satisfies Column<Field>]),
    { key: 'type', type: 'enum', words: 'dict.type', options: TYPES, label: 'dict.f.type', width: 100 },
    { key: 'unit', type: 'enum', words: 'dict.unit', label: 'dict.f.unit', width: 110 },
    { key: 'required', type: 'bool', label: 'dict.f.required', width: 80 },
    { key: 'standard', label: 'dict.f.standard', width: 260 },
    { key: 'pack', label: 'dict.f.pack', width: 190 },
    { key: 'values', label: 'dict.f.values', hidden: true },
    { key: 'room', type: 'enum', words: 'dict.room', options: ROOMS, label: 'dict.f.room', hidden: true, width: 110 },
    { key: 'noun', label: 'dict.f.code', hidden: true },
    { key: 'pages', label: 'dict.f.pages', hidden: true },
    { key: 'lists', label: 'dict.f.lists', hidden: true },
    { key: 'operations', label: 'dict.f.operations', hidden: true },
  ]
}

export function OwnerChip({ owner, t }: { owner: string; t: TFunction<'masterdata'> }) {
  return <Chip status={owner} tone={owner === 'erp' ? 'blue' : 'green'} word={t(`dict.owner.${owner}`)} />
}
