import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useParams } from 'react-router'
import { useGet, useSend } from '@/api/hooks'
import type { Answer } from '@/api/types'
import { ActButton, DetailPage, Facts, FormDrawer, Lines, type Column } from '@/kit/crud'
import { itemUrl, routingUrl, workCenterUrl } from '@/kit/links'
import { format, isZero } from '@/kit/num'
import { useMay } from '@/kit/who'
import { EditActions, Log, shaped } from './edit'
import { NONE, toolFields } from './resources'

type Tool = Answer<'get', '/api/v1/masterdata/tools/{code}'>
type Fit = NonNullable<Tool['fits']>[number]
type Run = NonNullable<Tool['routings']>[number]
const runs: Column<Run>[] = [{ key: 'item', type: 'link', to: (r) => routingUrl(r.item) }, { key: 'name' }, { key: 'version' }, { key: 'op', type: 'number' }, { key: 'work_center', type: 'link', to: (r) => workCenterUrl(r.work_center) }]

export default function ToolPage() {
  const { t } = useTranslation('masterdata')
  const { code = '' } = useParams()
  const may = useMay()
  const [editing, setEditing] = useState(false)
  const tool = useGet('/api/v1/masterdata/tools/{code}', { path: { code } })
  const reground = useSend('post', '/api/v1/masterdata/tools/{code}/reground')
  const x = tool.data
  const facts: Column<Tool>[] = [
    { key: 'kind', type: 'enum', words: 'toolKind' }, { key: 'life_count', type: 'number', render: (r) => (r.life_count ? t('tools.life', { n: format(String(r.life_count)), unit: t(`lifeUnit.${r.life_unit}`) }) : null) },
    ...(x && !isZero(x.regrind_hours) ? [{ key: 'regrind_hours', render: (r) => t('tools.hours', { n: format(r.regrind_hours) }) }, { key: 'reground_ms', type: 'instant' }] satisfies Column<Tool>[] : []),
    { key: 'quantity', type: 'number' }, { key: 'location', label: 'f.kept' }, { key: 'site' },
  ]
  const fits: Column<Fit>[] = [{ key: 'item', type: 'link', to: (f) => itemUrl(f.item) }, { key: 'name' }, { key: 'op', type: 'number', render: (f) => (f.op ? String(f.op) : <span className="kw-dim">{t('tools.everyOp')}</span>) }]
  return (
    <>
      <DetailPage
        query={tool} title={code} sub={x?.name} status={x && (x.active ? 'active' : 'inactive')} facts={x && <Facts ns="masterdata" columns={facts} row={x} />}
        actions={x && (
          <>
            {may('masterdata.write') && !isZero(x.regrind_hours) && <ActButton send={reground} input={(reason: string) => ({ path: { code }, body: { site: x.site, rev: x.rev, reason } })} confirm={{ title: t('tools.regroundAsk', { code }), text: t('tools.regroundText'), reason: true }} done={t('tools.regroundDone')}>{t('tools.reground')}</ActButton>}
            <EditActions noun="tools" code={code} site={x.site} rev={x.rev} active={x.active} onEdit={() => setEditing(true)} />
          </>
        )}
        tabs={x && [
          { key: 'fits', label: t('f.fits'), count: x.fits.length, children: <Lines ns="masterdata" columns={fits} rows={x.fits} id={(f) => `${f.item}:${f.op}`} empty={<div className="kw-none">{t('tools.fitsAny')}</div>} /> },
          { key: 'runs', label: t('tools.runs'), count: x.routings.length, children: <Lines ns="masterdata" columns={runs} rows={x.routings} id={(r) => `${r.item}|${r.version}|${r.op}`} empty={<div className="kw-none">{t('tools.noRuns')}</div>} /> },
          { key: 'log', label: t('item.log'), children: <Log subject={`tool:${code}`} /> },
        ]}
      />
      {x && may('masterdata.write') && <FormDrawer ns="masterdata" title={t('edit.title', { code })} method="put" path="/api/v1/masterdata/tools/{code}" pathParams={{ code }} fields={toolFields} initial={x} shape={(b) => shaped(x, toolFields, b, NONE)} open={editing} onClose={() => setEditing(false)} width={620} />}
    </>
  )
}
