import { ReloadOutlined } from '@ant-design/icons'
import { App, Button } from 'antd'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { messageOf } from '@/api/errors'
import { useSend } from '@/api/hooks'
import { ListPage, type Column } from '@/kit/crud'
import { useMay } from '@/kit/who'
import { CAUSES, hoursOf, REPAIR_STATES, repairTone, toItem, toOrder, type Repair } from './loop'

const tabs = { col: 'state', values: REPAIR_STATES, count: true, words: 'repairState' }
const sort = ['-found_ms']
const live = ['scheduling.']
const open = (r: Repair) => `/scheduling/repairs/${r.id}`

/** What happened on the floor, and the schedule that was repaired by itself. */
export default function RepairsPage() {
  const { t, i18n } = useTranslation('loop')
  const { message } = App.useApp()
  const may = useMay()('scheduling.repair')
  const look = useSend('post', '/api/v1/scheduling/repairs/look')
  const columns = useMemo<Column<Repair>[]>(() => [
    { key: 'state', type: 'status', options: REPAIR_STATES, words: 'repairState', tone: (r) => repairTone(r.state), width: 120 }, { key: 'kind', type: 'enum', label: 'f.cause', options: CAUSES, words: 'cause', width: 120 }, { key: 'machine' },
    { key: 'item', type: 'link', to: toItem }, { key: 'item_name', hidden: true }, { key: 'order', type: 'link', to: toOrder }, { key: 'op', type: 'number', render: (r) => (r.op ? <span className="num">{r.op}</span> : null) }, { key: 'document' },
    { key: 'new_late', type: 'number', render: (r) => <span className={r.new_late > 0 ? 'num kw-late' : 'num'}>{r.new_late}</span> }, { key: 'worse_ms', type: 'number', noFilter: true, render: (r) => (r.worse_ms > 0 ? <span className="num kw-late">{hoursOf(r.worse_ms, t)}</span> : null) },
    { key: 'moved', type: 'number' }, { key: 'since_ms', type: 'instant' }, { key: 'found_ms', type: 'instant', hidden: true }, { key: 'actor' }, { key: 'decided_ms', type: 'instant', hidden: true }, { key: 'reason', hidden: true },
  // eslint-disable-next-line react-hooks/exhaustive-deps
  ], [i18n.language])
  const button = may && (
    <Button icon={<ReloadOutlined />} loading={look.isPending} onClick={() => look.mutate({ body: {} }, { onSuccess: (w) => void message.success(t('repairs.looked', { found: w.found, made: w.made })), onError: (e) => void message.error({ content: messageOf(e), duration: 6 }) })}>{t('repairs.look')}</Button>
  )
  return <ListPage path="/api/v1/scheduling/repairs" ns="loop" columns={columns} sort={sort} tabs={tabs} live={live} open={open} searchHint={t('repairs.search')} actions={button} empty={<div className="kw-none"><b>{t('repairs.none')}</b><span>{t('repairs.noneText')}</span></div>} />
}
