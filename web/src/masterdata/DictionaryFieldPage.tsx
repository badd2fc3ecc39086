import { useTranslation } from 'react-i18next'
import { Link, useParams } from 'react-router'
import { useGet, useSend } from '@/api/hooks'
import { ActButton, Card, DetailPage, Facts, History, type Column } from '@/kit/crud'
import { useMay } from '@/kit/who'
import { nounUrl, OwnerChip, type Field } from './dictionary'
import './masterdata.css'

/** One field: its meaning in both languages, its owner, its name in the standard, who uses it. */
export default function DictionaryFieldPage() {
  const { t, i18n } = useTranslation('masterdata')
  const zh = i18n.language.startsWith('zh')
  const { noun = '', field = '' } = useParams()
  const query = useGet('/api/v1/masterdata/dictionary/fields/{id}', { path: { id: `${noun}.${field}` }, live: ['masterdata.'] })
  const own = useSend('put', '/api/v1/masterdata/dictionary/fields/{id}')
  const may = useMay()
  const f = query.data
  const facts: Column<Field>[] = [
    { key: zh ? 'noun_zh' : 'noun_en', label: 'dict.f.noun', render: (x) => <Link to={nounUrl(x.noun)}>{zh ? x.noun_zh : x.noun_en}</Link> },
    { key: 'owner', label: 'dict.f.owner', render: (x) => <OwnerChip owner={x.owner} t={t} /> }, { key: 'chosen_owner', label: 'dict.f.chosen', render: (x) => t(x.chosen_owner ? 'dict.ownField' : 'dict.asNoun') }, { key: 'type', type: 'enum', words: 'dict.type', label: 'dict.f.type' }, { key: 'unit', type: 'enum', words: 'dict.unit', label: 'dict.f.unit' }, { key: 'required', type: 'bool', label: 'dict.f.required' },
  ]
  const words: [string, string | undefined][] = f ? [['zh', f.definition_zh], ['en', f.definition_en], ['values', f.values], ['standard', f.standard], ['standard_part', f.standard_part]] : []
  const uses: [string, string | undefined][] = f ? [['lists', f.lists], ['pack', f.pack], ['operations', f.operations]] : []
  const table = (rows: [string, string | undefined][]) => rows.map(([k, v]) => <div key={k}><dt>{t(`dict.f.${k}`)}</dt><dd>{v || <span className="kw-dim">–</span>}</dd></div>)
  const other: 'erp' | 'kaiwu' = f?.owner === 'erp' ? 'kaiwu' : 'erp'
  const act = (owner: 'erp' | 'kaiwu' | 'noun', word: string) => (
    <ActButton send={own} input={(reason) => ({ path: { id: `${noun}.${field}` }, body: { owner, reason } })} confirm={{ title: t('dict.askField'), text: t('dict.askFieldText'), reason: true }} done={t('dict.owned')}>{word}</ActButton>
  )
  return (
    <DetailPage
      actions={f && may('masterdata.settings') && <>{f.chosen_owner && act('noun', t('dict.backToNoun'))}{act(other, t(`dict.own.${other}`))}</>}
      query={query} title={`${noun}.${field}`} sub={f && (zh ? f.definition_zh : f.definition_en)} facts={f && <Facts ns="masterdata" columns={facts} row={f} />}>
      {f && (
        <div className="kw-panels">
          <Card title={t('dict.f.definition')}><dl className="md-dict">{table(words)}</dl></Card>
          <Card title={t('dict.uses')}><dl className="md-dict">{f.pages && <div><dt>{t('dict.f.pages')}</dt><dd><Link to={f.pages}>{f.pages}</Link></dd></div>}{table(uses)}</dl></Card>
          <Card title={t('dict.history')}><History subject={`setting:dictionary.owner.${noun}.${field}`} /></Card>
        </div>
      )}
    </DetailPage>
  )
}
