import { Segmented } from 'antd'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useGet, useSend } from '@/api/hooks'
import type { Row } from '@/api/types'
import { Chip } from '@/kit/Chip'
import { ActButton, ListPage, type Column } from '@/kit/crud'
import { showInstant } from '@/kit/dates'
import { format } from '@/kit/num'
import { useEventWord } from './words'
import './system.css'

type Parked = Row<'/api/v1/events/parked'>
const sort = ['-parked_ms']
const waiting = [{ col: 'solved_ms', op: 'eq' as const, value: '0' }]
const live = ['kit.']

function Acts({ id }: { id: string }) {
  const { t } = useTranslation('system')
  const replay = useSend('post', '/api/v1/events/parked/{id}/replay')
  const skip = useSend('post', '/api/v1/events/parked/{id}/skip')
  return (
    <span className="sy-rowact">
      <ActButton size="small" type="primary" send={replay} input={{ path: { id } }} done={t('parked.replayed')}>{t('parked.replay')}</ActButton>
      <ActButton size="small" send={skip} input={(reason) => ({ path: { id }, body: { reason } })} confirm={{ title: t('parked.skipAsk'), text: t('parked.skipText'), reason: true, ok: t('parked.skip') }} done={t('parked.skipped')}>{t('parked.skip')}</ActButton>
    </span>
  )
}

/** Facts that a follower could not deal with wait here for a person; the others go on. */
export default function ParkedPage() {
  const { t } = useTranslation('system')
  const word = useEventWord()
  const [all, setAll] = useState(false)
  const { data } = useGet('/api/v1/events/subscribers', { live })
  const columns = useMemo<Column<Parked>[]>(() => [
    { key: 'seq', type: 'number', width: 70 }, { key: 'name', label: 'f.event', render: (p) => <span title={p.name}>{word(p.name)}</span> }, { key: 'subject' }, { key: 'subscriber' }, { key: 'error' }, { key: 'tries', type: 'number' }, { key: 'parked_ms', type: 'instant' },
    { key: 'solved_ms', type: 'instant', label: 'f.do', noFilter: true, render: (p) => (p.solved_ms ? <span className="num kw-dim">{showInstant(p.solved_ms)}</span> : <Acts id={p.id} />) },
  ], [word])
  const followers = data?.subscribers ?? []
  return (
    <div className="sy-split">
      <div className="sy-followers">
        <Segmented value={all ? 'all' : 'open'} onChange={(v) => setAll(v === 'all')} options={[{ value: 'open', label: t('parked.open') }, { value: 'all', label: t('kit:list.all') }]} />
        <span>{t('parked.head', { n: format(String(data?.head ?? 0)) })}</span>
        {followers.map((s) => <span key={s.subscriber} title={showInstant(s.moved_ms)}><b>{s.subscriber}</b> <span className="num kw-dim">{format(String(s.seq))}</span> {s.parked > 0 && <Chip status="parked" word={t('parked.waiting', { n: s.parked })} />}</span>)}
        {data && followers.length === 0 && <span className="kw-dim">{t('parked.noFollowers')}</span>}
      </div>
      <ListPage path="/api/v1/events/parked" ns="system" columns={columns} sort={sort} fixed={all ? undefined : waiting} live={live} empty={<div className="kw-none"><b>{t('parked.none')}</b><span>{t('parked.noneText')}</span></div>} />
    </div>
  )
}
