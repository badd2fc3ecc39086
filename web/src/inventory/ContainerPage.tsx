import { PrinterOutlined } from '@ant-design/icons'
import { Button, Dropdown } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useParams } from 'react-router'
import { useGet } from '@/api/hooks'
import type { Answer } from '@/api/types'
import { Card, DetailPage, Facts, FormDrawer, History, Lines, type Column } from '@/kit/crud'
import { openPdf } from '@/kit/files'
import { locationUrl, lotUrl, movesUrl, stockCardUrl } from '@/kit/links'
import { useMay } from '@/kit/who'
import { shapeOf } from './acts'
import { carry, fill, merge, takeOut } from './boxes'

type Box = Answer<'get', '/api/v1/inventory/containers/{code}'>
type Content = NonNullable<Box['contents']>[number]
type Move = NonNullable<Box['moves']>[number]

const facts: Column<Box>[] = [{ key: 'kind', type: 'enum', words: 'box' }, { key: 'location', label: 'f.stands_at', type: 'link', to: (b) => locationUrl(b.location) }, { key: 'note' }, { key: 'made_ms', label: 'f.created_ms', type: 'instant' }, { key: 'made_by', label: 'f.actor' }]
const contents: Column<Content>[] = [
  { key: 'item', type: 'link', to: (l) => stockCardUrl(l.item) }, { key: 'name' }, { key: 'lot', type: 'link', to: (l) => (l.lot ? lotUrl(l.item, l.lot) : undefined) }, { key: 'qty', type: 'qty', uom: 'uom' }, { key: 'status', type: 'status' },
]
const moves: Column<Move>[] = [
  { key: 'at_ms', label: 'f.happened_ms', type: 'instant' }, { key: 'way', type: 'enum', words: 'way' }, { key: 'item' }, { key: 'name' }, { key: 'lot' }, { key: 'qty', type: 'qty', uom: 'uom' }, { key: 'document', type: 'link', to: (m) => movesUrl(m.document) }, { key: 'actor' },
]
const ACTS = ['fill', 'takeout', 'move', 'merge'] as const

/** One container: what is in it, where it stands, how it came there. */
export default function ContainerPage() {
  const { t } = useTranslation('inventory')
  const { code = '' } = useParams()
  const may = useMay()
  const card = useGet('/api/v1/inventory/containers/{code}', { path: { code } })
  const [act, setAct] = useState<(typeof ACTS)[number] | undefined>()
  const c = card.data
  const shared = { ns: 'inventory', pathParams: { code }, method: 'post' as const, onClose: () => setAct(undefined), shape: shapeOf, said: (e: { number: string }) => t('act.done', { number: e.number }) }
  return (
    <>
    <DetailPage
      query={card} title={code} sub={c && t(`box.${c.kind}`)} facts={c && <Facts ns="inventory" columns={facts.filter((f) => f.key !== 'note' || c.note)} row={c} />}
      actions={c && (
        <>
          {may('inventory.transfer') && ACTS.filter((a) => a === 'fill' || a === 'move' || c.contents.length > 0).map((a) => <Button key={a} onClick={() => setAct(a)}>{t(`boxAct.${a}`)}</Button>)}
          <Dropdown trigger={['click']} menu={{ items: [{ key: 'pdf', label: t('labels.pdf') }, { key: 'zpl', label: t('labels.zpl') }], onClick: (e) => openPdf(`/api/v1/inventory/container-labels.${e.key}`, { query: { code: [code] } }) }}><Button type="primary" icon={<PrinterOutlined />}>{t('label')}</Button></Dropdown>
        </>
      )}
      tabs={c && [
        { key: 'in', label: t('boxes.contents'), count: c.contents.length, children: <Lines ns="inventory" columns={contents} rows={c.contents} id={(l) => `${l.item}|${l.lot}|${l.status}`} empty={<div className="kw-none">{t('boxes.empty')}</div>} /> },
        { key: 'moves', label: t('lot.moves'), count: c.moves.length, children: <Lines ns="inventory" columns={moves} rows={c.moves} id={(m) => `${m.document}|${m.item}|${m.lot}|${m.way}`} empty={<div className="kw-none">{t('moves.none')}</div>} /> },
        { key: 'log', label: t('boxes.log'), children: <Card><History subject={`box:${code}`} /></Card> },
      ]}
    />
    <FormDrawer {...shared} title={t('boxAct.fill')} path="/api/v1/inventory/containers/{code}/fill" fields={fill} initial={{ from: c?.location }} open={act === 'fill'} serial />
    <FormDrawer {...shared} title={t('boxAct.takeout')} path="/api/v1/inventory/containers/{code}/takeout" fields={takeOut} initial={c?.contents.length === 1 ? { item: c.contents[0]!.item, lot: c.contents[0]!.lot, qty: c.contents[0]!.qty } : {}} open={act === 'takeout'} />
    <FormDrawer {...shared} title={t('boxAct.move')} path="/api/v1/inventory/containers/{code}/move" fields={carry} open={act === 'move'} />
    <FormDrawer {...shared} title={t('boxAct.merge')} path="/api/v1/inventory/containers/{code}/merge" fields={merge} open={act === 'merge'} />
    </>
  )
}
