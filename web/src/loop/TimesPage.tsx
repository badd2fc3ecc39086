import { CheckOutlined, HistoryOutlined, ReloadOutlined } from '@ant-design/icons'
import { App, Button } from 'antd'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { messageOf } from '@/api/errors'
import { useSend } from '@/api/hooks'
import { ListPage, useConfirm } from '@/kit/crud'
import { useMay } from '@/kit/who'
import { TIME_STATES, timeColumns, type Time } from './loop'

const tabs = { col: 'state', values: TIME_STATES, count: true, words: 'state' }
const filters = [{ col: 'state', op: 'eq' as const, value: 'open' }]
const sort = ['-effect_ms', '-diff_pct']
const live = ['scheduling.', 'masterdata.routing']
const open = (r: Time) => `/scheduling/times/${r.id}`

/** What the floor really takes beside what is planned: adopt, or decline with a reason. */
export default function TimesPage() {
  const { t, i18n } = useTranslation('loop')
  const { message } = App.useApp()
  const may = useMay()('scheduling.learn')
  const ask = useConfirm()
  // eslint-disable-next-line react-hooks/exhaustive-deps
  const columns = useMemo(() => timeColumns(t), [i18n.language])
  const learn = useSend('post', '/api/v1/scheduling/times/learn')
  const decide = useSend('post', '/api/v1/scheduling/times/decide')
  const failed = (e: Error) => void message.error({ content: messageOf(e), duration: 6 })
  const look = () => learn.mutate({ body: {} }, { onSuccess: (l) => void message.success(t('times.learned', { steps: l.steps, open: l.open, few: l.few })), onError: failed })
  const settle = async (rows: Time[], adopt: boolean, clear: () => void) => {
    const said = await ask(adopt ? { title: t('times.adoptAsk', { n: rows.length }), text: t('times.adoptText') } : { title: t('times.declineAsk', { n: rows.length }), reason: true })
    if (said === false) return
    decide.mutate({ body: { times: rows.map((r) => r.id), adopt, ...(adopt ? {} : { reason: said }) } }, { onSuccess: (d) => { clear(); void message.success(t(adopt ? 'times.adopted' : 'times.declined', { n: (d.decided ?? []).length })) }, onError: failed })
  }
  const over = (rows: Time[]) => rows.some((r) => r.state === 'few' || r.state === 'asked') ? t('times.notOpen') : undefined
  const button = may && <Button type="primary" icon={<ReloadOutlined />} loading={learn.isPending} onClick={look}>{t('times.learn')}</Button>
  return (
    <ListPage
      path="/api/v1/scheduling/times" ns="loop" columns={columns} sort={sort} tabs={tabs} filters={filters} live={live} open={open} searchHint={t('times.search')}
      bulk={may
        ? (rows, clear) => (
          <>
            <Button size="small" type="primary" icon={<CheckOutlined />} loading={decide.isPending} disabled={!!over(rows)} title={over(rows)} onClick={() => void settle(rows, true, clear)}>{t('times.adopt')}</Button>
            <Button size="small" disabled={!!over(rows) || decide.isPending} title={over(rows)} onClick={() => void settle(rows, false, clear)}>{t('times.decline')}</Button>
          </>
        )
        : undefined}
      actions={<>{button}<Link to="/scheduling/time-decisions"><Button icon={<HistoryOutlined />}>{t('menu.decisions')}</Button></Link></>}
      empty={<div className="kw-none"><b>{t('times.none')}</b><span>{t('times.noneText')}</span>{button}</div>}
    />
  )
}
