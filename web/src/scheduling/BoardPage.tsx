import { AimOutlined, SearchOutlined, UnorderedListOutlined } from '@ant-design/icons'
import { Button, Input, Segmented, Tooltip } from 'antd'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useSearchParams } from 'react-router'
import { messageOf } from '@/api/errors'
import { useGet } from '@/api/hooks'
import { Chip } from '@/kit/Chip'
import { startOf, today } from '@/kit/dates'
import { format } from '@/kit/num'
import { useMay } from '@/kit/who'
import { Board, ZOOMS, type Zoom } from './board/Board'
import { rowsOf } from './board/layout'
import { useCenters } from './centers'
import { useSlots } from './slots'
import '@/kit/crud/crud.css'
import './scheduling.css'

const DAY = 86_400_000

/** What every machine does in the next days. */
export default function BoardPage() {
  const { t } = useTranslation('scheduling')
  const may = useMay()
  const [params, setParams] = useSearchParams()
  const zoom: Zoom = (params.get('zoom') as Zoom | null) ?? 'shifts'
  const [q, setQ] = useState('')
  const [jump, setJump] = useState(0)
  const { slots, more, error, refetch } = useSlots()
  const machines = useGet('/api/v1/masterdata/machines', { query: { limit: 500, sort: 'code' }, enabled: may('masterdata.read') })
  const [from, to] = useMemo(() => {
    const midnight = startOf(today())
    const starts = slots?.map((s) => s.start_ms) ?? []
    const ends = slots?.map((s) => s.end_ms) ?? []
    return [Math.max(Math.min(midnight, ...starts), midnight - 2 * DAY), Math.min(Math.max(midnight + 3 * DAY, ...ends.map((e) => e + DAY / 2)), midnight + 60 * DAY)]
  }, [slots])
  const centers = useCenters(from, to + 10 * DAY)
  const rows = useMemo(() => {
    const named = centers ?? []
    // Those with work first, as the planner looks for it; idle ones follow in the same order.
    const busy = new Set(slots?.map((s) => s.work_center))
    return rowsOf([...named.filter((c) => busy.has(c.code)), ...named.filter((c) => !busy.has(c.code))], (machines.data?.items ?? []).map((m) => ({ code: m.code, name: m.name, center: m.work_center })), slots ?? [])
  }, [centers, machines.data, slots])
  return (
    <div className="ap-page">
      <div className="kw-toolbar">
        <Segmented value={zoom in ZOOMS ? zoom : 'shifts'} onChange={(v) => setParams(v === 'shifts' ? {} : { zoom: v }, { replace: true })} options={(Object.keys(ZOOMS) as Zoom[]).map((z) => ({ value: z, label: t(`zoom.${z}`) }))} />
        <Tooltip title={t('board.now')}><Button icon={<AimOutlined />} aria-label={t('board.now')} onClick={() => setJump(jump + 1)} /></Tooltip>
        <Input className="kw-search" allowClear prefix={<SearchOutlined />} placeholder={t('board.search')} aria-label={t('board.search')} value={q} onChange={(e) => setQ(e.target.value)} />
        <span className="ap-legend kw-desk">{(['running', 'ready', 'waiting_material'] as const).map((s) => <Chip key={s} status={s} />)}<Chip status="waiting_previous" tone="grey" /><Chip status="late" /></span>
        <span className="kw-grow" />
        <span className="kw-dim num kw-desk">{slots && t('board.count', { n: format(String(slots.length)) })}{more && '+'}</span>
        <Link to="/scheduling/slots"><Button icon={<UnorderedListOutlined />}>{t('board.list')}</Button></Link>
      </div>
      {error && !slots
        ? <div className="kw-none" role="alert"><b>{t('kit:list.failed')}</b><span>{messageOf(error)}</span><Button onClick={() => void refetch()}>{t('kit:retry')}</Button></div>
        : slots && slots.length === 0
          ? <div className="kw-none kw-loaded"><b>{t('none.title')}</b><span>{t('none.text')}</span><Link to="/scheduling/run"><Button type="primary">{t('menu.run')}</Button></Link></div>
          : slots && centers && <Board rows={rows} from={from} to={to} zoom={zoom in ZOOMS ? zoom : 'shifts'} q={q} jump={jump} />}
    </div>
  )
}
