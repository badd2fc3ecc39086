import { useTranslation } from 'react-i18next'
import { FormDrawer } from '@/kit/crud'
import type { Field } from '@/kit/crud'
import type { Body } from '@/api/types'
import { EFFECTS, partBody, type Change, type PartBody } from './changes'

/** What a draft says of itself; its parts are edited on its page. */
export function ChangeForm({ open, change, parts, copy, onClose, onDone }: { open: boolean; change?: Change; parts?: PartBody[]; copy?: Change; onClose: () => void; onDone?: (c: Change) => void }) {
  const { t } = useTranslation('masterdata')
  const from = change ?? copy
  const fields: Field<Body<'post', '/api/v1/masterdata/changes'>>[] = [
    { key: 'title', required: true },
    { key: 'reason', type: 'textarea', label: 'ec.why', required: true },
    { key: 'effect', type: 'select', options: EFFECTS, words: 'ec.effect', required: true, initial: 'date', help: 'masterdata:ec.effectHelp' },
    { key: 'date', type: 'date', half: true, label: 'f.effective_on', required: true, hidden: (v) => v.effect !== 'date' },
    { key: 'use_up', type: 'entity', from: { path: '/api/v1/masterdata/items' }, half: true, help: 'masterdata:ec.useUpHelp', hidden: (v) => v.effect !== 'use_up' },
  ]
  const clean = (b: Record<string, unknown>) => ({ ...b, date: b.effect === 'date' ? b.date : undefined, use_up: b.effect === 'use_up' ? b.use_up : undefined })
  const initial = from && { title: from.title, reason: from.reason, effect: from.effect, date: copy ? '' : from.date, use_up: from.use_up?.item }
  if (change) {
    return (
      <FormDrawer
        ns="masterdata" title={t('ec.edit')} method="put" path="/api/v1/masterdata/changes/{number}" pathParams={{ number: change.number }} fields={fields as never} initial={initial} open={open} onClose={onClose}
        shape={(b) => ({ ...clean(b), rev: change.rev, parts: change.parts.map(partBody) })} onDone={(c) => onDone?.(c)}
      />
    )
  }
  return (
    <FormDrawer
      ns="masterdata" title={t(copy ? 'ec.copyOf' : 'ec.new', { number: copy?.number })} method="post" path="/api/v1/masterdata/changes" fields={fields} initial={initial} open={open} onClose={onClose} said={(c) => t('ec.drafted', { number: c.number })}
      shape={(b) => ({ ...clean(b), parts: parts ?? [], ...(copy ? { copy_from: copy.number } : {}) })} onDone={(c) => onDone?.(c)}
    />
  )
}
