import { DeleteOutlined } from '@ant-design/icons'
import { App, Button, Input } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { messageOf } from '@/api/errors'
import { useGet, useSend } from '@/api/hooks'
import { Card, EntitySelect } from '@/kit/crud'
import { format, parse } from '@/kit/num'
import { useMay } from '@/kit/who'
import { customers } from './orders'

/** How much more or less than ordered customers take. */
export function ToleranceCard() {
  const { t } = useTranslation('sales')
  const { message } = App.useApp()
  const may = useMay()
  const now = useGet('/api/v1/sales/tolerances')
  const send = useSend('post', '/api/v1/sales/tolerances')
  const [customer, setCustomer] = useState('')
  const [pct, setPct] = useState('')
  const put = (code: string, text: string | null) => {
    const n = text === null ? undefined : parse(text)
    if (text !== null && n === undefined) return
    send.mutate({ body: { customer: code, pct: n } }, { onSuccess: () => { setCustomer(''); setPct(''); void message.success(t('tolerance.saved')) }, onError: (err) => void message.error(messageOf(err)) })
  }
  if (!now.data) return null
  return (
    <Card title={t('tolerance.title')}>
      <p className="so-hint">{t('tolerance.text')}</p>
      <div className="so-tolerances">
        <div><span>{t('tolerance.everybody')}</span><b className="num">{format(now.data.default)} %</b></div>
        {now.data.customers.map((c) => <div key={c.customer}><span>{c.customer}</span><b className="num">{format(c.pct ?? '0')} %</b>{may('sales.create') && <Button type="text" size="small" icon={<DeleteOutlined />} aria-label={t('tolerance.remove')} onClick={() => put(c.customer, null)} />}</div>)}
      </div>
      {may('sales.create') && (
        <div className="so-link-make">
          <EntitySelect path={customers.path} filters={[...customers.filters]} chosen={customer} placeholder={t('tolerance.everybody')} onChange={(v) => setCustomer(v ?? '')} />
          <Input className="kw-numeric so-qty" inputMode="decimal" suffix="%" aria-label={t('tolerance.pct')} value={pct} onChange={(e) => setPct(e.target.value)} onPressEnter={() => put(customer, pct)} />
          <Button disabled={parse(pct) === undefined} title={parse(pct) === undefined ? t('pct') : undefined} loading={send.isPending} onClick={() => put(customer, pct)}>{t('kit:save')}</Button>
        </div>
      )}
    </Card>
  )
}
