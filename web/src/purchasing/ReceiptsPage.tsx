import { InboxOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ListPage } from '@/kit/crud'
import { useMay } from '@/kit/who'
import { receiptColumns } from './papers'
import { ReceiveDrawer, type Due } from './ReceiveDrawer'
import type { Receipt } from './orders'

const columns = receiptColumns()
const id = (r: Receipt) => r.number
const sort = ['-recorded_ms']

export default function ReceiptsPage() {
  const { t } = useTranslation('purchasing')
  const may = useMay()
  const [due, setDue] = useState<Due | undefined>()
  return (
    <>
      <ListPage
        path="/api/v1/purchasing/receipts" ns="purchasing" columns={columns} idOf={id} sort={sort} searchHint={t('receipts.search')}
        onNew={may('purchasing.receive') ? () => setDue({}) : undefined}
        actions={may('purchasing.receive') && <Button icon={<InboxOutlined />} onClick={() => setDue({})}>{t('receive.free')}</Button>}
        empty={<div className="kw-none"><b>{t('receipts.none')}</b>{may('purchasing.receive') && <span>{t('receipts.noneText')}</span>}</div>}
      />
      <ReceiveDrawer due={due} onClose={() => setDue(undefined)} />
    </>
  )
}
