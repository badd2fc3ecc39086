import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { Column } from '@/kit/crud'
import { planItemUrl } from '@/kit/links'
import { daysLate, docUrl, KINDS, STATES, type Planned } from './plan'
import type { ToRelease } from './ReleaseDrawer'

export const toRelease = (o: Planned): ToRelease => ({ n: o.n, run: o.run, site: o.site, item: o.item, name: o.name, uom: o.uom, kind: o.kind, qty: o.qty, start: o.start, due: o.due, possible: o.possible, past: o.past, supplier: o.supplier_name || o.supplier || o.from_site, state: o.state })

export const useColumns = (): Column<Planned>[] => {
  const { t, i18n } = useTranslation('planning')
  return useMemo<Column<Planned>[]>(() => [
    { key: 'n', type: 'number', render: (o) => <b className="num pn-n">#{o.n}</b> },
    { key: 'kind', type: 'enum', options: KINDS, words: 'kind' },
    { key: 'item', type: 'link', to: (o) => planItemUrl(o.item) }, { key: 'name' },
    { key: 'qty', type: 'qty', uom: 'uom' },
    { key: 'start', type: 'date', render: (o) => <span className={o.past ? 'num kw-late' : 'num'} title={o.past ? t('why.past') : undefined}>{o.start}</span> },
    { key: 'due', type: 'date' },
    { key: 'possible', type: 'date', render: (o) => { const n = daysLate(o.due, o.possible); return <span className={n || !o.possible ? 'num kw-late' : 'num kw-dim'}>{o.possible || t('why.never')}{n > 0 && <small className="pn-days">{t('list.lateBy', { n })}</small>}</span> } },
    { key: 'state', type: 'status', options: STATES, words: 'state', width: 96 },
    { key: 'supplier', hidden: true }, { key: 'supplier_name' }, { key: 'from_site', hidden: true },
    { key: 'wanted_for' },
    { key: 'document', type: 'link', to: (o) => docUrl(o.document_kind, o.document) },
    { key: 'past', type: 'bool', hidden: true }, { key: 'priority', type: 'number', hidden: true }, { key: 'level', type: 'number', hidden: true }, { key: 'bom_version', hidden: true },
    // eslint-disable-next-line react-hooks/exhaustive-deps
  ], [i18n.language])
}
