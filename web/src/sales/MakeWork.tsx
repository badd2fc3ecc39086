import { CheckCircleFilled, ShoppingCartOutlined, WarningFilled } from '@ant-design/icons'
import { Alert, Button, Checkbox, Drawer, Form, Grid } from 'antd'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { messageOf } from '@/api/errors'
import { useSend } from '@/api/hooks'
import type { Answer } from '@/api/types'
import { Lines, type Column } from '@/kit/crud'
import { FieldInput } from '@/kit/crud/fields'
import { useMay } from '@/kit/who'
import { orderUrl, workUrl } from './orders'
import './sales.css'

type Made = Answer<'post', '/api/v1/sales/work-orders'>
const madeColumns: Column<Made['orders'][number]>[] = [
  { key: 'number', type: 'link', label: 'f.work_order', to: (o) => workUrl(o.number) }, { key: 'name' }, { key: 'item' }, { key: 'qty', type: 'qty' }, { key: 'due', type: 'date' },
  { key: 'for', type: 'link', to: (o) => (o.for ? orderUrl(o.for) : undefined) },
]
const skippedColumns: Column<Made['skipped'][number]>[] = [{ key: 'for' }, { key: 'item' }, { key: 'reason', type: 'enum', words: 'make.why' }]

/** Work orders for sales orders: what to make, then what was made, what was not and why, and what has to be bought. */
export function MakeWork({ orders, open, onClose }: { orders: string[]; open: boolean; onClose: () => void }) {
  const { t } = useTranslation('sales')
  const may = useMay()
  const wide = Grid.useBreakpoint().md
  const send = useSend('post', '/api/v1/sales/work-orders')
  const [dueTo, setDueTo] = useState('')
  const [parts, setParts] = useState(true)
  const [release, setRelease] = useState(false)
  const [made, setMade] = useState<Made | undefined>()
  const { reset } = send
  useEffect(() => { if (open) { setMade(undefined); reset() } }, [open, reset])
  const go = () => send.mutate({ body: { orders, due_to: dueTo || undefined, parts, release } }, { onSuccess: setMade })
  return (
    <Drawer
      open={open} onClose={onClose} title={t('make.title')} size={wide ? (made ? 860 : 460) : '100%'} destroyOnHidden
      footer={(
        <div className="kw-form-foot">
          <span className="kw-grow" />
          <Button onClick={onClose}>{t(made ? 'kit:close' : 'kit:cancel')}</Button>
          {!made && <Button type="primary" autoFocus loading={send.isPending} onClick={go}>{t('make.go')}</Button>}
        </div>
      )}
    >
      {made
        ? <Result made={made} />
        : (
            <Form layout="vertical" onFinish={go}>
              <p className="so-hint">{orders.length ? t('make.some', { n: orders.length }) : t('make.all')}</p>
              {orders.length > 0 && <p className="so-numbers">{orders.slice(0, 12).join('  ')}{orders.length > 12 && ' …'}</p>}
              {send.error && <Alert type="error" showIcon title={messageOf(send.error)} style={{ marginBottom: 14 }} role="alert" />}
              <Form.Item label={t('make.dueTo')} extra={t('make.dueToHelp')}><FieldInput ns="sales" f={{ key: 'due_to', type: 'date', label: 'make.dueTo' }} value={dueTo} onChange={(v) => setDueTo(String(v ?? ''))} /></Form.Item>
              <Form.Item extra={t('make.partsHelp')}><Checkbox checked={parts} onChange={(e) => setParts(e.target.checked)}>{t('make.parts')}</Checkbox></Form.Item>
              {may('production.release') && <Form.Item extra={t('make.releaseHelp')}><Checkbox checked={release} onChange={(e) => setRelease(e.target.checked)}>{t('make.release')}</Checkbox></Form.Item>}
              <button type="submit" hidden />
            </Form>
          )}
    </Drawer>
  )
}

function Result({ made }: { made: Made }) {
  const { t } = useTranslation('sales')
  const may = useMay()
  const shortColumns: Column<Made['short'][number]>[] = [
    { key: 'item' }, { key: 'name' }, { key: 'kind', type: 'enum', words: 'kind' }, { key: 'qty', type: 'qty', uom: 'uom', label: 'f.short' },
    ...(may('purchasing.read') ? [{ key: 'uom' as const, label: 'make.onOrder', render: (s: Made['short'][number]) => <Link to={`/purchasing/orders?q=${encodeURIComponent(s.item)}`}><ShoppingCartOutlined /> {t('make.toPurchasing')}</Link> }] : []),
  ]
  return (
    <div className="so-result">
      <h4>{made.orders.length ? <><CheckCircleFilled className="so-ok" /> {t('make.made', { n: made.orders.length })}</> : <>{t('make.madeNone')}</>}</h4>
      {made.orders.length > 0 && <Lines ns="sales" columns={madeColumns} rows={made.orders} id={(o) => o.number} />}
      {made.short.length > 0 && <><h4><WarningFilled className="so-warn" /> {t('make.short', { n: made.short.length })}</h4><Lines ns="sales" columns={shortColumns} rows={made.short} id={(s) => s.item} /></>}
      {made.skipped.length > 0 && <><h4>{t('make.skipped', { n: made.skipped.length })}</h4><Lines ns="sales" columns={skippedColumns} rows={made.skipped} id={(s) => `${s.for} ${s.item}`} /></>}
    </div>
  )
}
