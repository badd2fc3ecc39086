import { useTranslation } from 'react-i18next'
import { ListPage } from '@/kit/crud'
import { sessionColumns } from './Sessions'

const sort = ['-seen_ms']

export default function SessionsPage() {
  const { t } = useTranslation('identity')
  return <ListPage path="/api/v1/identity/sessions" ns="identity" columns={sessionColumns} sort={sort} searchHint={t('session.search')} />
}
