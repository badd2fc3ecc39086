import { PrinterOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { Link, useParams } from 'react-router'
import { useGet, useSend } from '@/api/hooks'
import type { Answer } from '@/api/types'
import { ActButton, Card, DetailPage, Facts, Lines, type Column } from '@/kit/crud'
import { openPdf } from '@/kit/files'
import { may, myName } from '@/kit/who'
import { handoverUrl, orderUrl } from './orders'
import { usePauseNames } from './pauses'
import './production.css'

type Handover = Answer<'get', '/api/v1/production/handovers/{number}'>
type Body = Handover['body']
const facts: Column<Handover>[] = [{ key: 'work_centers' }, { key: 'day', type: 'date' }, { key: 'shift' }, { key: 'out_by' }, { key: 'out_ms', type: 'instant' }, { key: 'in_by' }, { key: 'in_ms', type: 'instant' }, { key: 'note' }, { key: 'in_note' }, { key: 'replaced_by', render: (h) => <Link to={handoverUrl(h.replaced_by ?? '')}>{h.replaced_by}</Link> }]
const openColumns = (why: (c: string) => string): Column<Body['open'][number]>[] => [
  { key: 'order', type: 'link', label: 'f.number', to: (r) => orderUrl(r.order) }, { key: 'op', type: 'number' }, { key: 'name', label: 'f.op_name' }, { key: 'item_name', label: 'f.name' }, { key: 'status', type: 'status' },
  { key: 'good', type: 'progress', of: 'qty' }, { key: 'left', type: 'qty', uom: 'uom', label: 'f.open' }, { key: 'due', type: 'due' }, { key: 'reason', label: 'f.pause', render: (r) => why(r.reason ?? '') },
]
const doneColumns: Column<Body['done'][number]>[] = [
  { key: 'order', type: 'link', label: 'f.number', to: (r) => orderUrl(r.order) }, { key: 'op', type: 'number' }, { key: 'name', label: 'f.op_name' }, { key: 'item_name', label: 'f.name' }, { key: 'good', type: 'qty', uom: 'uom' }, { key: 'scrap', type: 'qty' }, { key: 'rework', type: 'qty' },
]
const callColumns: Column<Body['calls'][number]>[] = [
  { key: 'order', type: 'link', label: 'f.number', to: (r) => orderUrl(r.order) }, { key: 'op_name' }, { key: 'kind', type: 'enum', words: 'ckind' }, { key: 'part_name' }, { key: 'text' }, { key: 'state', type: 'status', label: 'f.status' }, { key: 'caller' }, { key: 'called_ms', type: 'instant' },
]

/** A hand-over as both have signed it. */
export default function HandoverPage() {
  const { t } = useTranslation('production')
  const { number = '' } = useParams()
  const query = useGet('/api/v1/production/handovers/{number}', { path: { number } })
  const accept = useSend('post', '/api/v1/production/handovers/accept')
  const why = usePauseNames()
  const h = query.data
  return (
    <DetailPage query={query} title={number} sub={h?.work_centers} status={h?.replaced_by ? 'superseded' : undefined} facts={h && <Facts ns="production" columns={facts} row={h} />}
      actions={h && (
        <>
          {h.in_ms === 0 && !h.replaced_by && h.out_by !== myName() && may('production.report') && <ActButton type="primary" send={accept} input={{ body: { number } }} done={t('hand.taken')}>{t('hand.accept')}</ActButton>}
          <Button icon={<PrinterOutlined />} onClick={() => void openPdf(`/api/v1/production/handovers/${encodeURIComponent(number)}/sheet.pdf`)}>{t('hand.print')}</Button>
        </>
      )}>
      {h && (
        <div className="kw-panels pr-stack">
          <Card title={t('hand.left')} flush><Lines ns="production" columns={openColumns(why)} rows={h.body.open} id={(r) => `${r.order}/${r.op}`} empty={<div className="kw-none">{t('hand.nothing')}</div>} /></Card>
          <Card title={t('hand.made')} flush><Lines ns="production" columns={doneColumns} rows={h.body.done} id={(r) => `${r.order}/${r.op}`} empty={<div className="kw-none">{t('hand.nothing')}</div>} /></Card>
          <Card title={t('menu.calls')} flush><Lines ns="production" columns={callColumns} rows={h.body.calls} empty={<div className="kw-none">{t('hand.nothing')}</div>} /></Card>
        </div>
      )}
    </DetailPage>
  )
}
