import { useTranslation } from 'react-i18next'
import { ListPage } from '@/kit/crud'
import { purchaseOrderUrl } from '@/kit/links'
import { useMay } from '@/kit/who'
import { sendColumns } from './papers'
import type { Sending } from './orders'

const columns = sendColumns()
const id = (s: Sending) => `${s.number}|${s.item}|${s.lot}`
const open = (s: Sending) => `${purchaseOrderUrl(s.order)}?tab=sendings`
const sort = ['-recorded_ms']

export default function SendingsPage() {
  const { t } = useTranslation('purchasing')
  const may = useMay()
  return <ListPage path="/api/v1/purchasing/sendings" ns="purchasing" columns={columns} open={open} idOf={id} sort={sort} searchHint={t('sendings.search')} empty={<div className="kw-none"><b>{t('sendings.none')}</b>{may('purchasing.send') && <span>{t('sendings.noneText')}</span>}</div>} />
}
