import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { ListPage } from '@/kit/crud'
import { decisionColumns } from './loop'

const sort = ['-recorded_ms']
const live = ['scheduling.']

/** Which times were adopted or declined, by whom and why. */
export default function DecisionsPage() {
  const { t, i18n } = useTranslation('loop')
  // eslint-disable-next-line react-hooks/exhaustive-deps
  const columns = useMemo(() => decisionColumns(t), [i18n.language])
  return <ListPage path="/api/v1/scheduling/time-decisions" ns="loop" columns={columns} sort={sort} live={live} empty={<div className="kw-none"><b>{t('decisions.none')}</b><span>{t('decisions.noneText')}</span></div>} />
}
