import { CheckOutlined } from '@ant-design/icons'
import { Button, Drawer, Grid } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSend } from '@/api/hooks'
import type { Body, Row } from '@/api/types'
import { ActButton, Facts, FormDrawer, ListPage, type Column, type Field } from '@/kit/crud'
import { purchaseOrderUrl } from '@/kit/links'
import { useMay } from '@/kit/who'
import { filled, toItem, toPartner } from './orders'

type Change = Row<'/api/v1/purchasing/changes'>
const STATES = ['open', 'agreed', 'refused', 'withdrawn'] as const

const state: Column<Change> = { key: 'state', type: 'status', words: 'changes.state', options: STATES, width: 100 }
const columns: Column<Change>[] = [
  { key: 'number' }, state, { key: 'order', type: 'link', to: (r) => purchaseOrderUrl(r.order) }, { key: 'line', type: 'number' }, { key: 'item', type: 'link', to: toItem }, { key: 'name' },
  { key: 'supplier_name', type: 'link', to: (r) => toPartner(r.supplier) }, { key: 'was_due', type: 'date' }, { key: 'due', type: 'date' }, { key: 'was_qty', type: 'qty', uom: 'uom' }, { key: 'qty', type: 'qty', uom: 'uom' },
  { key: 'reason' }, { key: 'wanted_for', hidden: true }, { key: 'answer' }, { key: 'asked_by' }, { key: 'asked_ms', type: 'instant', hidden: true }, { key: 'answered_by', hidden: true }, { key: 'answered_ms', type: 'instant', hidden: true },
]
const facts: Column<Change>[] = [state, ...columns.filter((c) => !['number', 'state'].includes(c.key))]
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
  const wide = Grid.useBreakpoint().md
  const [row, setRow] = useState<Change | undefined>()
  const [agreeing, setAgreeing] = useState(false)
  const answer = useSend('post', '/api/v1/purchasing/changes/{number}')
  const number = row?.number ?? ''
  const close = () => { setRow(undefined); setAgreeing(false) }
  return (
    <>
      <ListPage
        path="/api/v1/purchasing/changes" ns="purchasing" columns={columns} idOf={(r) => r.number} onOpen={setRow} sort={sort} tabs={tabs} live={live} searchHint={t('changes.search')}
        empty={<div className="kw-none"><b>{t('changes.none')}</b><span>{t('changes.noneText')}</span></div>}
      />
      <Drawer
        open={row !== undefined && !agreeing} onClose={close} title={number} size={wide ? 520 : '100%'} destroyOnHidden
        footer={row?.state === 'open' && (
          <div className="kw-form-foot">
            <ActButton send={answer} input={() => ({ path: { number }, body: { state: 'withdrawn' as const } })} confirm={{ title: t('changes.withdrawAsk', { number }), ok: t('changes.withdraw') }} done={t('changes.withdrawn', { number })} onDone={close}>{t('changes.withdraw')}</ActButton>
            <span className="kw-grow" />
            {may('purchasing.create') && <ActButton send={answer} input={(reason) => ({ path: { number }, body: { state: 'refused' as const, answer: reason } })} confirm={{ title: t('changes.refuseAsk', { number }), text: t('changes.refuseText'), reason: true, ok: t('changes.refuse') }} done={t('changes.refused', { number })} onDone={close}>{t('changes.refuse')}</ActButton>}
            {may('purchasing.create') && <Button type="primary" icon={<CheckOutlined />} onClick={() => setAgreeing(true)}>{t('changes.agree')}</Button>}
          </div>
        )}
      >
        {row && <Facts ns="purchasing" columns={facts.filter((c) => row[c.key as keyof Change] !== '' && row[c.key as keyof Change] !== 0)} row={row} />}
      </Drawer>
      <FormDrawer ns="purchasing" title={t('changes.agreeTitle', { number })} ok={t('changes.agree')} method="post" path="/api/v1/purchasing/changes/{number}" pathParams={{ number }} fields={fields} shape={(b) => ({ ...filled(b), state: 'agreed' as const })}
        initial={row ? { due: row.due, qty: row.qty } : {}} open={row !== undefined && agreeing} onClose={close} said={(r) => t('changes.agreed', { number: r.number })} />
    </>
  )
}
