import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { ListPage } from '@/kit/crud'
import { moveColumns } from './moves'
import { useAsFilter } from './useAsFilter'

const sort = ['-recorded_ms']

export default function MovesPage() {
  const { t } = useTranslation('inventory')
  const ready = useAsFilter(['document', 'item', 'lot'])
  const columns = useMemo(() => moveColumns(), [])
  return ready && <ListPage path="/api/v1/inventory/moves" ns="inventory" columns={columns} sort={sort} idOf={(m) => m.id} searchHint={t('moves.search')} empty={<div className="kw-none"><b>{t('moves.none')}</b></div>} />
}
