import { CheckOutlined, CloseOutlined, CopyOutlined, EditOutlined, PlusOutlined, SendOutlined } from '@ant-design/icons'
import { Alert, App, Button, Dropdown, Modal } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useNavigate, useParams, useSearchParams } from 'react-router'
import { messageOf } from '@/api/errors'
import { useGet, useSend } from '@/api/hooks'
import type { Row } from '@/api/types'
import { ActButton, Attachments, Card, DetailPage, EntitySelect, Facts, History, SubList, type Column } from '@/kit/crud'
import { changeUrl, itemUrl, orderChangesUrl, workOrderUrl } from '@/kit/links'
import { format } from '@/kit/num'
import { useMay } from '@/kit/who'
import { ChangeForm } from './ChangeForm'
import { ChangeImpact } from './ChangeImpact'
import { ChangeParts } from './ChangeParts'
import { ChangeSteps } from './ChangeSteps'
import { draftBody, type Change, type PartBody } from './changes'

type Told = Row<'/api/v1/production/changes'>
const facts: Column<Change>[] = [
  { key: 'effect', type: 'enum', words: 'ec.effect' }, { key: 'effective_on', type: 'date' }, { key: 'requested_by', render: (c) => c.requested_by || c.made_by }, { key: 'approved_by', render: (c) => c.approved_by || c.rejected_by || c.withdrawn_by || '–' }, { key: 'answer', label: 'ec.f.answer', render: (c) => c.answer || '–' },
]
const told: Column<Told>[] = [
  { key: 'order', type: 'link', to: (r) => workOrderUrl(r.order), label: 'ec.f.order' }, { key: 'status', type: 'status', label: 'ec.f.status' }, { key: 'item' }, { key: 'name' }, { key: 'done', type: 'progress', of: 'qty', label: 'ec.f.done' }, { key: 'due', type: 'date', label: 'ec.f.due' },
  { key: 'state', type: 'status', words: 'ec.decision', label: 'ec.f.decision', tone: (r) => (r.state === 'open' ? 'amber' : undefined) }, { key: 'decided_by', label: 'ec.f.decided_by' }, { key: 'reason', label: 'ec.f.why' },
]
const makeable = [{ col: 'kind', op: 'in' as const, value: 'make,subcontract,phantom' }]

/** An engineering change: what it proposes, what it touches, how far it is. */
export default function ChangePage() {
  const { t } = useTranslation('masterdata')
  const { message } = App.useApp()
  const may = useMay()
  const navigate = useNavigate()
  const { number = '' } = useParams()
  const [params, setParams] = useSearchParams()
  const query = useGet('/api/v1/masterdata/changes/{number}', { path: { number }, live: ['masterdata.', 'inventory.', 'purchasing.'] })
  const put = useSend('put', '/api/v1/masterdata/changes/{number}')
  const request = useSend('post', '/api/v1/masterdata/changes/{number}/request')
  const approve = useSend('post', '/api/v1/masterdata/changes/{number}/approve')
  const reject = useSend('post', '/api/v1/masterdata/changes/{number}/reject')
  const withdraw = useSend('post', '/api/v1/masterdata/changes/{number}/withdraw')
  const effect = useSend('post', '/api/v1/masterdata/changes/{number}/effect')
  const [adding, setAdding] = useState<PartBody['kind']>()
  const [form, setForm] = useState<'edit' | 'copy'>()
  const c = query.data
  const write = c?.state === 'draft' && may('masterdata.change')
  const edit = (part?: number) => setParams((p) => { if (part === undefined) p.delete('part'); else p.set('part', String(part)); return p }, { replace: true })
  const at = params.get('part')
  const editing = write && at !== null ? Number(at) : undefined
  const act = (note: string) => ({ path: { number }, body: { rev: c!.rev, ...(note !== 'yes' ? { note } : {}) } })
  const add = (item?: string) => {
    if (!item || !adding || !c) return
    put.mutate({ path: { number }, body: { ...draftBody(c), parts: [...draftBody(c).parts, { kind: adding, item }] as never } }, {
      onSuccess: (b) => { setAdding(undefined); if (adding !== 'item') edit(b.parts.length - 1) },
      onError: (err) => void message.error({ content: messageOf(err), duration: 6 }),
    })
  }
  const u = c?.use_up
  return (
    <DetailPage
      query={query} title={number} sub={c?.title} status={c?.state} word={c && t(`ec.state.${c.state}`)}
      actions={c && editing === undefined && (
        <>
          {write && <Dropdown trigger={['click']} menu={{ items: (['bom', 'routing', 'item'] as const).map((k) => ({ key: k, label: t(`ec.kind.${k}`) })), onClick: (e) => setAdding(e.key as 'bom') }}><Button icon={<PlusOutlined />}>{t('ec.add')}</Button></Dropdown>}
          {write && <Button icon={<EditOutlined />} onClick={() => setForm('edit')}>{t('ec.editShort')}</Button>}
          {c.state !== 'draft' && may('masterdata.change') && <Button icon={<CopyOutlined />} onClick={() => setForm('copy')}>{t('ec.copy')}</Button>}
          {['draft', 'requested', 'approved'].includes(c.state) && may('masterdata.change') && <ActButton send={withdraw} input={act} confirm={{ title: t('ec.withdrawAsk'), text: t(c.state === 'approved' ? 'ec.withdrawApproved' : 'ec.withdrawText'), reason: true, danger: true }} done={t('ec.withdrawn')}>{t('ec.withdraw')}</ActButton>}
          {write && <ActButton type="primary" icon={<SendOutlined />} send={request} input={act} disabled={c.parts.length === 0} done={t('ec.requested')}>{t('ec.request')}</ActButton>}
          {c.state === 'requested' && may('masterdata.change_approve') && <ActButton danger icon={<CloseOutlined />} send={reject} input={act} confirm={{ title: t('ec.rejectAsk'), reason: true, danger: true }} done={t('ec.rejected')}>{t('ec.reject')}</ActButton>}
          {c.state === 'requested' && may('masterdata.change_approve') && <ActButton type="primary" icon={<CheckOutlined />} disabled={!c.may_approve} title={c.may_approve ? undefined : t('ec.ownHint')} send={approve} input={act} confirm={{ title: t('ec.approveAsk'), text: t(`ec.approveText.${c.effect}`, { date: c.date, item: u?.item }) }} done={t('ec.approved')}>{t('ec.approve')}</ActButton>}
          {c.state === 'approved' && may('masterdata.change_approve') && <ActButton send={effect} input={act} confirm={{ title: t('ec.effectAsk'), text: t('ec.effectText'), reason: true }} done={t('ec.effected')}>{t('ec.now')}</ActButton>}
        </>
      )}
      facts={c && <Facts ns="masterdata" columns={facts} row={c} />}
      tabs={c && (editing !== undefined ? [] : [
        { key: 'parts', label: t('ec.parts'), count: c.parts.length, children: <div className="md-ec"><ChangeParts change={c} write={write === true} onEdit={edit} /></div> },
        { key: 'impact', label: t('ec.impact'), children: <ChangeImpact number={number} /> },
        ...(['effective'].includes(c.state) && may('production.read') ? [{ key: 'orders', label: t('ec.orders'), children: (
          <Card flush title={t('ec.ordersTitle')} extra={<Link to={orderChangesUrl(number)}>{t('ec.decide')} →</Link>}>
            <SubList ns="masterdata" path="/api/v1/production/changes" columns={told} fixed={[{ col: 'change', op: 'eq', value: number }]} live={['production.']} open={() => orderChangesUrl(number)} empty={<div className="kw-none"><b>{t('ec.noOrders')}</b></div>} />
          </Card>
        ) }] : []),
        { key: 'files', label: t('ec.files'), children: <Card><Attachments subject={`change:${number}`} write={may('masterdata.change')} /></Card> },
        { key: 'log', label: t('item.log'), children: <Card><History subject={`change:${number}`} /></Card> },
      ])}
    >
      {c && editing !== undefined && <ChangeParts change={c} write editing={editing} onEdit={edit} />}
      {c && editing === undefined && (
        <>
          <ChangeSteps change={c} />
          {c.problem && <Alert type="error" showIcon title={t('ec.problem')} description={c.problem} />}
          {c.state === 'requested' && !c.may_approve && c.own && <Alert type="info" showIcon title={t('ec.ownHint')} />}
          {c.others.length > 0 && <Alert type="warning" showIcon title={<>{t('ec.others')} {c.others.map((n) => <Link key={n} to={changeUrl(n)}>{n} </Link>)}</>} />}
          {u && c.state !== 'effective' && (
            <Card title={<>{t('ec.useUp')} · <Link to={itemUrl(u.item)}>{u.item}</Link> <span className="kw-dim">{u.name}</span></>}>
              <div className="md-useup num">
                <span><b>{format(u.usable)}</b> {u.uom}<small>{t('ec.f.usable')}</small></span>
                <span><b>{format(u.receipts)}</b> {u.uom}<small>{t('ec.f.receipts')}</small></span>
                <span><b>{u.done ? t('ec.usedUp') : u.on || t('ec.unknown')}</b><small>{u.done ? t('ec.basis.done') : t(`ec.basis.${u.basis}`)}</small></span>
              </div>
            </Card>
          )}
          <Card title={t('ec.why')}><p className="md-reason">{c.reason}</p></Card>
        </>
      )}
      <Modal open={adding !== undefined} title={adding && t(`ec.kind.${adding}`)} footer={null} onCancel={() => setAdding(undefined)} destroyOnHidden>
        <p className="kw-dim">{t('ec.pickItem')}</p>
        <EntitySelect path="/api/v1/masterdata/items" filters={adding === 'item' ? undefined : makeable} onChange={(code) => add(code as string)} />
      </Modal>
      {c && <ChangeForm open={form === 'edit'} change={c} onClose={() => setForm(undefined)} />}
      {c && <ChangeForm open={form === 'copy'} copy={c} onClose={() => setForm(undefined)} onDone={(n) => void navigate(changeUrl(n.number))} />}
    </DetailPage>
  )
}
