import { CaretDownFilled, CaretRightFilled } from '@ant-design/icons'
import { Button } from 'antd'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { messageOf } from '@/api/errors'
import { useGet } from '@/api/hooks'
import { itemUrl, stockCardUrl } from '@/kit/links'
import { cmp, format, isZero, sub } from '@/kit/num'
import { useMay } from '@/kit/who'
import { paths, visible, type Node } from './tree'
import './masterdata.css'

const NONE: Node[] = []

/** A product taken apart level by level, with what a quantity of it needs and what lies in stock. */
export function BomTree({ code, version, qty }: { code: string; version: string; qty: string }) {
  const { t } = useTranslation('masterdata')
  const may = useMay()
  const { data, error } = useGet('/api/v1/masterdata/boms/{code}', { path: { code }, query: { version: version || undefined, qty }, placeholderData: (old) => old })
  const lines = data?.lines ?? NONE
  const all = useMemo(() => paths(lines), [lines])
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set())
  const stock = useFree(lines, may('inventory.read'))
  if (error && !data) return <div className="kw-none" role="alert">{messageOf(error)}</div>
  if (!data) return null
  const parents = all.filter((_, i) => lines[i]!.below > 0)
  const toggle = (p: string) => setFolded((old) => { const next = new Set(old); if (!next.delete(p)) next.add(p); return next })
  return (
    <div className="kw-sublist">
      <div className="kw-grid md-tree">
        <table>
          <thead>
            <tr>
              <th><div>{t('tree.item')}{parents.length > 0 && <Button type="link" size="small" onClick={() => setFolded(folded.size ? new Set() : new Set(parents))}>{t(folded.size ? 'tree.unfold' : 'tree.fold')}</Button>}</div></th>
              <th>{t('f.name')}</th>
              <th className="kw-right">{t('f.per')}</th>
              <th className="kw-right">{t('f.scrap_pct')}</th>
              <th className="kw-right">{t('tree.need', { qty: format(qty), uom: data.uom })}</th>
              {stock && <th className="kw-right">{t('tree.free')}</th>}
              <th>{t('f.kind')}</th>
              <th>{t('f.issue')}</th>
              <th className="kw-right">{t('f.op')}</th>
              <th>{t('f.substitutes')}</th>
              <th className="kw-rest" aria-hidden="true" />
            </tr>
          </thead>
          <tbody>
            {visible(lines, all, folded).map((i) => {
              const l = lines[i]!
              const p = all[i]!
              const have = stock?.get(l.item) ?? '0'
              const short = stock && l.role === 'component' && l.issue !== 'none' && l.kind !== 'phantom' && cmp(have, l.qty) < 0
              return (
                <tr key={`${p}|${i}`} className={l.role === 'component' ? undefined : 'md-out'}>
                  <td>
                    <span className="md-node" style={{ paddingLeft: (l.level - 1) * 20 }}>
                      {l.below > 0
                        ? <button type="button" className="md-fold" aria-expanded={!folded.has(p)} aria-label={t('tree.toggle', { item: l.item })} onClick={() => toggle(p)}>{folded.has(p) ? <CaretRightFilled /> : <CaretDownFilled />}</button>
                        : <i className="md-leaf" aria-hidden="true" />}
                      <Link to={itemUrl(l.item)}>{l.item}</Link>
                    </span>
                  </td>
                  <td title={l.name}>{l.name}{l.spec && <span className="md-spec">{l.spec}</span>}</td>
                  <td className="kw-right num">{format(l.per)}<span className="kw-uom">{l.uom}</span></td>
                  <td className="kw-right num">{isZero(l.scrap_pct) ? <span className="kw-dim">–</span> : `${format(l.scrap_pct)}%`}</td>
                  <td className="kw-right num"><b>{format(l.qty, places(l.qty))}</b><span className="kw-uom">{l.uom}</span></td>
                  {stock && <td className="kw-right num">{l.kind === 'phantom' ? <span className="kw-dim">–</span> : <Link to={stockCardUrl(l.item)} className={short ? 'md-short' : 'md-enough'}>{format(have)}</Link>}</td>}
                  <td>{l.role === 'component' ? t(`kind.${l.kind}`) : <em className="md-role">{t(`role.${l.role}`)}</em>}</td>
                  <td>{t(`issue.${l.issue}`)}</td>
                  <td className="kw-right num">{l.op || <span className="kw-dim">–</span>}</td>
                  <td>{l.substitutes.length === 0 ? <span className="kw-dim">–</span> : l.substitutes.map((s) => <Link key={s} to={itemUrl(s)} className="md-sub">{s}</Link>)}</td>
                  <td className="kw-rest" />
                </tr>
              )
            })}
          </tbody>
        </table>
      </div>
      {data.capped && <p className="md-note kw-dim">{t('tree.capped')}</p>}
    </div>
  )
}

/** Three decimals are enough to read a norm; the full figure stays on the server. */
const places = (q: string): number | undefined => ((q.split('.')[1]?.length ?? 0) > 3 ? 3 : undefined)

/** What can be taken of each item now; undefined for those who may not see stock. */
function useFree(lines: Node[], may: boolean): Map<string, string> | undefined {
  const codes = useMemo(() => [...new Set(lines.map((l) => l.item))].slice(0, 200), [lines])
  const { data } = useGet('/api/v1/inventory/items', { query: { filter: [`item:in:${codes.join(',')}`], limit: 200 }, enabled: may && codes.length > 0, live: ['inventory.'] })
  return useMemo(() => data && new Map((data.items ?? []).map((s) => [s.item, sub(sub(s.on_hand, s.held), s.reserved)])), [data])
}
