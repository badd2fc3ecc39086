import { DeleteOutlined, EditOutlined } from '@ant-design/icons'
import { Alert, App, Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { ApiError, messageOf } from '@/api/errors'
import { useSend } from '@/api/hooks'
import { Card, FormDrawer, useConfirm } from '@/kit/crud'
import type { Field } from '@/kit/crud'
import { bomUrl, itemUrl, routingUrl } from '@/kit/links'
import { BomEditor } from './BomEditor'
import { draftBody, partBody, type Change, type ChangePart } from './changes'
import { BomSides, RoutingSides } from './Compare'
import { RoutingEditor } from './RoutingEditor'

const FIELDS: Field<Record<string, unknown>>[] = [
  { key: 'name' }, { key: 'spec', type: 'textarea' }, { key: 'family', half: true }, { key: 'kind', type: 'select', options: ['make', 'buy', 'subcontract', 'phantom', 'customer'], words: 'kind', half: true },
  { key: 'lead_days', type: 'int', half: true }, { key: 'safety_stock', type: 'qty', half: true }, { key: 'min_lot', type: 'qty', half: true }, { key: 'lot_multiple', type: 'qty', half: true },
  { key: 'yield_pct', type: 'qty', half: true }, { key: 'shelf_life_days', type: 'int', half: true },
  { key: 'supplier', type: 'entity', from: { path: '/api/v1/masterdata/partners', filters: [{ col: 'kinds', op: 'like', value: 'suppl' }] }, half: true },
]

/** A refusal of a draft names the part; the part's editor knows its own fields only. */
function own(err: Error, part: number): Error {
  if (!(err instanceof ApiError)) return err
  const cut = `parts[${part}].`
  return new ApiError({ ...err.problem, errors: err.problem.errors?.map((e) => ({ ...e, location: e.location?.replace(cut, '').replace('body.values.', 'body.') })) })
}

/** What a change proposes, part by part, with the difference; in a draft each is edited like a version. */
export function ChangeParts({ change, write, editing, onEdit }: { change: Change; write: boolean; editing?: number; onEdit: (part?: number) => void }) {
  const { t } = useTranslation('masterdata')
  const { message } = App.useApp()
  const ask = useConfirm()
  const put = useSend('put', '/api/v1/masterdata/changes/{number}')
  const [values, setValues] = useState<number>()
  const save = (parts: unknown[], on?: { onSuccess: () => void; onError: (err: Error) => void }) =>
    put.mutate({ path: { number: change.number }, body: { ...draftBody(change), parts: parts as never } }, { onSuccess: () => on?.onSuccess(), onError: (err) => (on ? on.onError(err) : void message.error({ content: messageOf(err), duration: 6 })) })
  const replaced = (i: number, more: object) => change.parts.map((p, k) => (k === i ? { ...partBody(p), ...more } : partBody(p)))
  const drop = async (i: number) => { if ((await ask({ title: t('ec.dropAsk', { item: change.parts[i]!.item }), danger: true })) !== false) save(change.parts.map(partBody).filter((_, k) => k !== i)) }
  const p = editing === undefined ? undefined : change.parts[editing]
  if (p && write && p.kind !== 'item') {
    const propose = <L,>(key: 'lines' | 'ops') => ({ version: p.version, busy: put.isPending, save: (version: string, list: L[], on: { onSuccess: () => void; onError: (err: Error) => void }) => save(replaced(editing!, { version, [key]: list }), { onSuccess: on.onSuccess, onError: (err) => on.onError(own(err, editing!)) }) })
    const shared = { code: p.item, fresh: true, versions: (p.versions ?? []).map((v) => v.version), onDone: () => onEdit(undefined), onClose: () => onEdit(undefined) }
    return (
      <>
        <h3 className="md-part">{t(`ec.kind.${p.kind}`)} · <Link to={itemUrl(p.item)}>{p.item}</Link> <span className="kw-dim">{p.name}</span></h3>
        {p.kind === 'bom'
          ? <BomEditor key={editing} {...shared} from={{ product: p.item, name: p.name, uom: p.uom, version: p.base, effective_from: '', effective_to: '', today: false, rev: 0, lines: p.lines ?? [], steps: p.steps ?? [], versions: p.versions ?? [] } as never} propose={propose('lines')} />
          : <RoutingEditor key={editing} {...shared} from={{ product: p.item, name: p.name, uom: p.uom, version: p.base, site: p.site ?? '', effective_from: '', effective_to: '', today: false, rev: 0, ops: p.ops ?? [], strays: [] } as never} propose={propose('ops')} />}
      </>
    )
  }
  if (change.parts.length === 0) return <div className="kw-none"><b>{t('ec.noParts')}</b><span>{write && t('ec.noPartsText')}</span></div>
  const item = values === undefined ? undefined : change.parts[values]
  return (
    <>
      {change.parts.map((x, i) => (
        <Card
          key={`${x.kind}|${x.item}`} flush
          title={<span className="md-part">{t(`ec.kind.${x.kind}`)} · <Link to={x.kind === 'bom' ? bomUrl(x.item) : x.kind === 'routing' ? routingUrl(x.item) : itemUrl(x.item)}>{x.item}</Link> <span className="kw-dim">{x.name}</span>{x.kind !== 'item' && <b className="num"> {x.base ? `${t('version', { v: x.base })} → ` : ''}{t('version', { v: x.version })}</b>}</span>}
          extra={write && (
            <span className="kw-actions">
              <Button size="small" icon={<EditOutlined />} onClick={() => (x.kind === 'item' ? setValues(i) : onEdit(i))}>{t('ec.editPart')}</Button>
              <Button size="small" type="text" danger icon={<DeleteOutlined />} aria-label={t('ec.drop')} onClick={() => void drop(i)} />
            </span>
          )}
        >
          {x.base_changed && ['draft', 'requested', 'approved'].includes(change.state) && <Alert type="warning" showIcon banner title={t('ec.baseChanged', { v: x.base || x.item })} />}
          {x.bom && <BomSides data={x.bom} />}
          {x.routing && <RoutingSides data={x.routing} />}
          {x.kind === 'item' && <Fields part={x} />}
        </Card>
      ))}
      {item && (
        <FormDrawer
          key={item.item} ns="masterdata" title={t('ec.values', { item: item.item })} method="put" path="/api/v1/masterdata/changes/{number}" pathParams={{ number: change.number }} open onClose={() => setValues(undefined)}
          fields={FIELDS as never} initial={item.values ?? {}} more={() => <p className="kw-dim">{t('ec.valuesHint')}</p>} shape={(b) => ({ ...draftBody(change), parts: replaced(values!, { values: Object.fromEntries(Object.entries(b).filter(([, v]) => v !== undefined && v !== '')) }) })}
        />
      )}
    </>
  )
}

function Fields({ part }: { part: ChangePart }) {
  const { t } = useTranslation('masterdata')
  if (!part.fields?.length) return <div className="kw-none"><span>{t('ec.noFields')}</span></div>
  const word = (field: string, v: string) => (['kind', 'tracking'].includes(field) && v ? t(`${field}.${v}`, { defaultValue: v }) : v || '–')
  return (
    <div className="kw-sublist"><div className="kw-grid md-compare"><table>
      <thead><tr><th>{t('ec.field')}</th><th className="md-side">{t('ec.before')}</th><th className="md-side">{t('ec.after')}</th></tr></thead>
      <tbody>{part.fields.map((f) => <tr key={f.field}><td>{t(`f.${f.field}`, { defaultValue: f.field })}</td><td className="md-side md-diff-a num">{word(f.field, f.before)}</td><td className="md-side md-diff-b num">{word(f.field, f.after)}</td></tr>)}</tbody>
    </table></div></div>
  )
}
