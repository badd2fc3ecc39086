import { ProjectOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { ListPage, type Column } from '@/kit/crud'
import { slotColumns } from './columns'
import type { Slot } from './slots'

const sort = ['start_ms']

/** Every slot of the live schedule: the board as a list. */
export default function SlotsPage() {
  const { t, i18n } = useTranslation('scheduling')
  const columns = useMemo<Column<Slot>[]>(() => {
    const all = slotColumns(t)
    return [...all.slice(0, 2), { key: 'work_center_name', label: 'f.work_center' }, ...all.slice(2)]
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [i18n.language])
  return (
    <ListPage
      path="/api/v1/scheduling/dispatch" ns="scheduling" columns={columns} sort={sort} live={['production.']} searchHint={t('board.search')}
      actions={<Link to="/scheduling/board"><Button icon={<ProjectOutlined />}>{t('menu.board')}</Button></Link>}
      empty={<div className="kw-none"><b>{t('none.title')}</b><span>{t('none.text')}</span><Link to="/scheduling/run"><Button type="primary">{t('menu.run')}</Button></Link></div>}
    />
  )
}
