import { PlusOutlined } from '@ant-design/icons'
import { Button, Space } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useGet, useSend } from '@/api/hooks'
import type { Body, Row } from '@/api/types'
import { ActButton, FormDrawer, SubList, type Column, type Field } from '@/kit/crud'
import { bomUrl, itemUrl } from '@/kit/links'
import { useMay } from '@/kit/who'

export type General = Row<'/api/v1/masterdata/substitutes'>
export const GENERAL_STATES = ['open', 'approved', 'refused', 'ended'] as const

/** The answer to a request in general, and the end of an approval. */
function Decide({ row }: { row: General }) {
  const { t } = useTranslation('masterdata')
  const may = useMay()
  const decide = useSend('post', '/api/v1/masterdata/substitutes/decide')
  const end = useSend('post', '/api/v1/masterdata/substitutes/end')
  if (!may('masterdata.substitute')) return null
  const words = { product: row.product, item: row.item, sub: row.substitute }
  return (
    <Space size={4}>
      {row.state === 'open' && <ActButton size="small" type="primary" send={decide} input={{ body: { id: row.id, approve: true } }} confirm={{ title: t('gsub.approveAsk', words), text: t('gsub.approveText') }} done={t('gsub.approved')}>{t('gsub.approve')}</ActButton>}
      {row.state === 'open' && <ActButton size="small" danger send={decide} input={(answer) => ({ body: { id: row.id, approve: false, answer } })} confirm={{ title: t('gsub.refuseAsk', words), reason: true }} done={t('gsub.refused')}>{t('gsub.refuse')}</ActButton>}
      {row.state === 'approved' && <ActButton size="small" danger send={end} input={(reason) => ({ body: { id: row.id, reason: reason ?? '' } })} confirm={{ title: t('gsub.endAsk', words), text: t('gsub.endText'), reason: true }} done={t('gsub.ended')}>{t('gsub.end')}</ActButton>}
    </Space>
  )
}

export const generalColumns: Column<General>[] = [
  { key: 'product', type: 'link', to: (r) => `${bomUrl(r.product)}?tab=general` }, { key: 'product_name', label: 'gsub.productName', hidden: true }, { key: 'item', label: 'gsub.item', type: 'link', to: (r) => itemUrl(r.item) }, { key: 'name' },
  { key: 'substitute', label: 'gsub.sub', type: 'link', to: (r) => itemUrl(r.substitute) }, { key: 'substitute_name', label: 'gsub.subName' },
  { key: 'state', type: 'status', options: GENERAL_STATES, words: 'gsub.state' }, { key: 'planned', type: 'bool', label: 'gsub.planned' }, { key: 'effective_from', type: 'date' }, { key: 'effective_to', type: 'date' }, { key: 'reason', label: 'gsub.reason' },
  { key: 'id', label: 'gsub.act', noSort: true, noFilter: true, render: (r) => <Decide row={r} /> },
  { key: 'asked_by', label: 'gsub.askedBy' }, { key: 'asked_ms', type: 'instant', label: 'gsub.askedMs' }, { key: 'decided_by', label: 'gsub.decidedBy' }, { key: 'answer', label: 'gsub.answer' }, { key: 'ended_by', label: 'gsub.endedBy' }, { key: 'ended_why', label: 'gsub.endedWhy' },
]

type Ask = NonNullable<Body<'post', '/api/v1/masterdata/substitutes'>>

/** What may stand for a component in every order of a product, and who allowed it. */
export function GeneralSubs({ product, version }: { product: string; version: string }) {
  const { t } = useTranslation('masterdata')
  const may = useMay()
  const [asking, setAsking] = useState(false)
  const bom = useGet('/api/v1/masterdata/boms/{code}/versions/{version}', { path: { code: product, version }, enabled: version !== '' })
  const lines = (bom.data?.lines ?? []).filter((l) => l.role === 'component' && l.substitutes.length > 0)
  const pairs = lines.flatMap((l) => l.substitutes.map((s) => ({ key: `${l.item}\n${s}`, word: `${s} → ${l.item} ${l.name}` })))
  const fields: Field<Ask & { pair: string }>[] = [
    { key: 'pair', label: 'gsub.pair', type: 'select', required: true, options: pairs.map((p) => p.key), names: Object.fromEntries(pairs.map((p) => [p.key, p.word])), help: 'masterdata:gsub.pairHelp' },
    { key: 'planned', type: 'bool', label: 'gsub.planned', help: 'masterdata:gsub.plannedHelp' },
    { key: 'effective_from', type: 'date', half: true }, { key: 'effective_to', type: 'date', half: true },
    { key: 'reason', type: 'textarea', required: true, label: 'gsub.reason' },
  ]
  return (
    <>
      <div className="md-more kw-actions">
        <p className="kw-dim">{t('gsub.hint')}</p>
        {may('masterdata.change') && <Button icon={<PlusOutlined />} disabled={bom.data !== undefined && pairs.length === 0} title={bom.data !== undefined && pairs.length === 0 ? t('gsub.noneListed') : undefined} onClick={() => setAsking(true)}>{t('gsub.ask')}</Button>}
      </div>
      <SubList ns="masterdata" path="/api/v1/masterdata/substitutes" columns={generalColumns.filter((c) => c.key !== 'product')} fixed={[{ col: 'product', op: 'eq', value: product }]} sort={['-asked_ms']} live={['masterdata.']} empty={<div className="kw-none"><b>{t('gsub.none')}</b><span>{t('gsub.noneText')}</span></div>} />
      <FormDrawer
        ns="masterdata" title={t('gsub.title', { product })} method="post" path="/api/v1/masterdata/substitutes" fields={fields as unknown as Field<Ask>[]} open={asking} onClose={() => setAsking(false)} ok={t('gsub.ask')} said={() => t('gsub.asked')}
        initial={{ planned: true, pair: pairs[0]?.key } as unknown as Partial<Ask>}
        shape={(b) => { const { pair, ...rest } = b as unknown as Ask & { pair: string }; const [item = '', substitute = ''] = (pair ?? '').split('\n'); return { ...rest, product, item, substitute } }}
      />
    </>
  )
}
