import { FilePdfOutlined, PrinterOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { Link, useParams } from 'react-router'
import { useGet, useSend } from '@/api/hooks'
import type { Answer } from '@/api/types'
import { ActButton, Card, DetailPage, Facts, History, Lines, type Column } from '@/kit/crud'
import { openPdf } from '@/kit/files'
import { itemUrl, lotUrl } from '@/kit/links'
import { useMay } from '@/kit/who'
import { statementUrl } from './links'
import './back.css'

type Supply = Answer<'get', '/api/v1/sales/supplies/{number}'>
const facts: Column<Supply>[] = [
  { key: 'kind', type: 'enum', words: 'supply' }, { key: 'customer_name', label: 'f.customer', render: (s) => <Link to={statementUrl(s.customer)}>{s.customer_name}</Link> }, { key: 'ref' }, { key: 'note' }, { key: 'at_ms', type: 'instant' }, { key: 'actor' }, { key: 'undone_why' },
]
const columns: Column<Supply['lines'][number]>[] = [
  { key: 'item', type: 'link', to: (l) => itemUrl(l.item) }, { key: 'name' }, { key: 'lot', type: 'link', to: (l) => (l.lot ? lotUrl(l.item, l.lot) : undefined) }, { key: 'qty', type: 'qty', uom: 'uom', said: true }, { key: 'serials', render: (l) => (l.serials ?? []).join(', ') }, { key: 'location' },
]

/** A receipt of a customer's material, or its return to him: with paper and labels. */
export default function SupplyPage() {
  const { t } = useTranslation('back')
  const { number = '' } = useParams()
  const may = useMay()
  const supply = useGet('/api/v1/sales/supplies/{number}', { path: { number } })
  const undo = useSend('post', '/api/v1/sales/supplies/{number}/undo')
  const s = supply.data
  const print = (what: string) => openPdf(`/api/v1/sales/supplies/{number}/${what}`, { path: { number } })
  return (
    <DetailPage query={supply} title={number} sub={s?.customer_name} status={s ? (s.undone_ms ? 'reversed' : 'done') : undefined} facts={s && <Facts ns="back" columns={facts.filter((f) => s[f.key])} row={s} />}
      actions={s && (
        <>
          {!s.undone_ms && may('sales.supply') && <ActButton danger send={undo} input={(reason) => ({ path: { number }, body: { reason } })} confirm={{ title: t('supplies.undoAsk', { number }), reason: true }} done={t('return.undid')}>{t('return.undo')}</ActButton>}
          <Button icon={<PrinterOutlined />} onClick={() => print('labels.pdf')}>{t('supplies.labels')}</Button>
          <Button type="primary" icon={<FilePdfOutlined />} onClick={() => print('document.pdf')}>{t('supplies.document')}</Button>
        </>
      )}
    >
      {s && (
        <div className="bk-page">
          <Card title={t('supplies.lines')} flush><Lines ns="back" columns={columns} rows={s.lines} id={(l) => `${l.item} ${l.lot} ${l.location}`} /></Card>
          {may('quality.read') && <Card title={t('complaint.log')}><History subject={`supply:${number}`} /></Card>}
        </div>
      )}
    </DetailPage>
  )
}
