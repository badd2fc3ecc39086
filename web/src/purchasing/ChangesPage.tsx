import { CheckOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSend } from '@/api/hooks'
import type { Body, Row } from '@/api/types'
import { ActButton, FormDrawer, ListPage, type Column, type Field } from '@/kit/crud'
import { purchaseOrderUrl } from '@/kit/links'
import { useMay } from '@/kit/who'
import { filled, toItem, toPartner } from './orders'

type Change = Row<'/api/v1/purchasing/changes'>
const STATES = ['open', 'agreed', 'refused', 'withdrawn'] as const

const columns: Column<Change>[] = [
  { key: 'number' }, { key: 'order', type: 'link', to: (r) => purchaseOrderUrl(r.order) }, { key: 'line', type: 'number' }, { key: 'item', type: 'link', to: toItem }, { key: 'name' },
  { key: 'supplier_name', type: 'link', to: (r) => toPartner(r.supplier) }, { key: 'was_due', type: 'date' }, { key: 'due', type: 'date' }, { key: 'was_qty', type: 'qty', uom: 'uom' }, { key: 'qty', type: 'qty', uom: 'uom' },
  { key: 'reason' }, { key: 'wanted_for', hidden: true }, { key: 'answer' }, { key: 'asked_by' }, { key: 'asked_ms', type: 'instant', hidden: true }, { key: 'answered_by', hidden: true }, { key: 'answered_ms', type: 'instant', hidden: true },
  { key: 'state', type: 'status', options: STATES, width: 100 },
]
const fields: Field<NonNullable<Body<'post', '/api/v1/purchasing/changes/{number}'>>>[] = [
  { key: 'due', type: 'date', required: true, half: true }, { key: 'qty', type: 'qty', required: true, half: true }, { key: 'answer', type: 'textarea' },
]
const tabs = { col: 'state', values: STATES, count: true }
const sort = ['-asked_ms']
const live = ['purchasing.']

/** What ordered lines are asked to become, until the buyer has settled it with the supplier. */
export default function ChangesPage() {
  const { t } = useTranslation('purchasing')
  const may = useMay()
  const [row, setRow] = useState<Change | undefined>()
  const answer = useSend('post', '/api/v1/purchasing/changes/{number}')
  const one = (rows: readonly Change[]) => (rows.length === 1 && rows[0]?.state === 'open' ? rows[0] : undefined)
  return (
    <>
      <ListPage
        path="/api/v1/purchasing/changes" ns="purchasing" columns={columns} idOf={(r) => r.number} sort={sort} tabs={tabs} live={live} searchHint={t('changes.search')}
        bulk={(rows) => {
          const r = one(rows)
          const number = r?.number ?? ''
          const why = r ? undefined : t('changes.notOpen')
          return (
            <>
              {may('purchasing.create') && <Button size="small" type="primary" icon={<CheckOutlined />} disabled={!r} title={why} onClick={() => setRow(r)}>{t('changes.agree')}</Button>}
              {r && may('purchasing.create') && <ActButton size="small" send={answer} input={(reason) => ({ path: { number }, body: { state: 'refused' as const, answer: reason } })} confirm={{ title: t('changes.refuseAsk', { number }), text: t('changes.refuseText'), reason: true, ok: t('changes.refuse') }} done={t('changes.refused', { number })}>{t('changes.refuse')}</ActButton>}
              {r && <ActButton size="small" send={answer} input={() => ({ path: { number }, body: { state: 'withdrawn' as const } })} confirm={{ title: t('changes.withdrawAsk', { number }), ok: t('changes.withdraw') }} done={t('changes.withdrawn', { number })}>{t('changes.withdraw')}</ActButton>}
            </>
          )
        }}
        empty={<div className="kw-none"><b>{t('changes.none')}</b><span>{t('changes.noneText')}</span></div>}
      />
      <FormDrawer ns="purchasing" title={t('changes.agreeTitle', { number: row?.number })} ok={t('changes.agree')} method="post" path="/api/v1/purchasing/changes/{number}" pathParams={{ number: row?.number ?? '' }} fields={fields} shape={(b) => ({ ...filled(b), state: 'agreed' as const })}
        initial={row ? { due: row.due, qty: row.qty } : {}} open={row !== undefined} onClose={() => setRow(undefined)} said={(r) => t('changes.agreed', { number: r.number })} />
    </>
  )
}
