import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { ListPage } from '@/kit/crud'
import { dictionaryColumns, fieldUrl, OWNERS } from './dictionary'

const tabs = { col: 'owner', values: OWNERS, words: 'dict.owner' }

/** Every field of every noun, generated from where it is declared. */
export default function DictionaryPage() {
  const { t, i18n } = useTranslation('masterdata')
  const zh = i18n.language.startsWith('zh')
  const columns = useMemo(() => dictionaryColumns(zh, t), [zh, t])
  return (
    <ListPage
      path="/api/v1/masterdata/dictionary" ns="masterdata" columns={columns} open={fieldUrl} tabs={tabs} searchHint={t('dict.hint')}
      empty={<div className="kw-none"><b>{t('dict.none')}</b><span>{t('dict.noneText')}</span></div>}
    />
  )
}
