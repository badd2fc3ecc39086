import { useTranslation } from 'react-i18next'
import type { Body } from '@/api/types'
import { FormDrawer, type Field } from '@/kit/crud'
import { filled } from './orders'

export interface Edit { order: string; line: number; qty: string; due: string; ask: boolean }

const fields: Field<NonNullable<Body<'post', '/api/v1/purchasing/orders/{number}/lines/{line}'>>>[] = [
  { key: 'due', type: 'date', required: true, half: true }, { key: 'qty', type: 'qty', required: true, half: true }, { key: 'reason', type: 'textarea', required: true },
]

/** Another day or quantity of an ordered line: at once by who may order, else the buyer is asked. */
export function LineDrawer({ edit, onClose }: { edit: Edit | undefined; onClose: () => void }) {
  const { t } = useTranslation('purchasing')
  const start = edit ? { due: edit.due, qty: edit.qty } : {}
  const title = t('changes.editTitle', { order: edit?.order, line: edit?.line })
  return (
    <>
      <FormDrawer ns="purchasing" title={title} method="post" path="/api/v1/purchasing/orders/{number}/lines/{line}" pathParams={{ number: edit?.order ?? '', line: edit?.line ?? 1 }} fields={fields} shape={filled} initial={start} open={edit?.ask === false} onClose={onClose}
        said={() => t('changes.edited', { order: edit?.order, line: edit?.line })} />
      <FormDrawer ns="purchasing" title={title} ok={t('changes.ask')} method="post" path="/api/v1/purchasing/changes" fields={fields} shape={(b) => ({ ...filled(b), order: edit?.order, line: edit?.line })} initial={start} open={edit?.ask === true} onClose={onClose}
        said={(r) => t('changes.asked', { number: r.number })} />
    </>
  )
}
