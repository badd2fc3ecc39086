import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useParams } from 'react-router'
import { useGet, useSend } from '@/api/hooks'
import { ActButton, Card, DetailPage, Facts, History, SubList, type Column } from '@/kit/crud'
import { useMay } from '@/kit/who'
import { dictionaryColumns, OwnerChip } from './dictionary'

interface Noun { code: string; room: string; title_zh: string; title_en: string; meaning_zh: string; meaning_en: string; owner: string; default_owner: string; standard: string; standard_part: string; page: string; fields: number }

/** A noun: what it is, whose word counts for it, its fields. */
export default function DictionaryNounPage() {
  const { t, i18n } = useTranslation('masterdata')
  const zh = i18n.language.startsWith('zh')
  const may = useMay()
  const { noun = '' } = useParams()
  const query = useGet('/api/v1/masterdata/dictionary/nouns/{noun}', { path: { noun }, live: ['masterdata.'] })
  const own = useSend('put', '/api/v1/masterdata/dictionary/nouns/{noun}')
  const n = query.data
  const columns = useMemo(() => dictionaryColumns(zh, t, true), [zh, t])
  const fixed = useMemo(() => [{ col: 'noun', op: 'eq' as const, value: noun }], [noun])
  const facts: Column<Noun>[] = [
    { key: 'owner', label: 'dict.f.owner', render: (x) => <OwnerChip owner={x.owner} t={t} /> }, { key: 'default_owner', label: 'dict.f.default', type: 'enum', words: 'dict.owner' }, { key: 'room', label: 'dict.f.room', type: 'enum', words: 'dict.room' },
    { key: 'standard', label: 'dict.f.standard' }, { key: 'standard_part', label: 'dict.f.standard_part' }, { key: 'page', label: 'dict.f.pages', render: (x) => (x.page ? <Link to={x.page}>{t('dict.open')} →</Link> : '–') },
  ]
  const other: 'erp' | 'kaiwu' = n?.owner === 'erp' ? 'kaiwu' : 'erp'
  return (
    <DetailPage
      query={query} title={n ? (zh ? n.title_zh : n.title_en) : noun} sub={n && (zh ? n.meaning_zh : n.meaning_en)}
      actions={n && may('masterdata.settings') && (
        <ActButton send={own} input={(reason) => ({ path: { noun }, body: { owner: other, reason } })} confirm={{ title: t('dict.ask'), text: t('dict.askText'), reason: true }} done={t('dict.owned')}>{t(`dict.own.${other}`)}</ActButton>
      )}
      facts={n && <Facts ns="masterdata" columns={facts} row={n} />}
      tabs={n && [
        { key: 'fields', label: t('dict.fields'), count: n.fields, children: <SubList ns="masterdata" path="/api/v1/masterdata/dictionary" columns={columns} fixed={fixed} /> },
        { key: 'log', label: t('dict.history'), children: <Card><History subject={`setting:dictionary.owner.${noun}`} /></Card> },
      ]}
    />
  )
}
