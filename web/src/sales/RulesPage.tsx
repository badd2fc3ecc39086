import { ArrowDownOutlined, ArrowUpOutlined, DeleteOutlined, PlusOutlined } from '@ant-design/icons'
import { Alert, App, Button, Checkbox, Input, InputNumber, Select } from 'antd'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { messageOf } from '@/api/errors'
import { useGet, useSend } from '@/api/hooks'
import type { Answer } from '@/api/types'
import { Card, DetailPage, EntitySelect } from '@/kit/crud'
import { useMay } from '@/kit/who'
import { CHANNELS, customers } from './orders'
import { ToleranceCard } from './ToleranceCard'
import './sales.css'

type Rule = Answer<'get', '/api/v1/sales/work-rules'>['rules'][number]
const GROUPINGS = ['line', 'order', 'item_day'] as const
const fresh: Rule = { name: '', active: true, grouping: 'line' }

/** By which rule lines of sales orders become work orders: the first that fits. */
export default function RulesPage() {
  const { t } = useTranslation('sales')
  const { message } = App.useApp()
  const may = useMay()
  const stored = useGet('/api/v1/sales/work-rules')
  const save = useSend('put', '/api/v1/sales/work-rules')
  const [rules, setRules] = useState<Rule[]>([])
  const [touched, setTouched] = useState(false)
  useEffect(() => { if (stored.data && !touched) setRules(stored.data.rules) }, [stored.data, touched])
  const write = may('production.create')
  const put = (next: Rule[]) => { setTouched(true); setRules(next) }
  const edit = (i: number, next: Partial<Rule>) => put(rules.map((r, n) => (n === i ? { ...r, ...next } : r)))
  const swap = (i: number, j: number) => { const n = [...rules]; const a = n[i]; const b = n[j]; if (a && b) { n[i] = b; n[j] = a; put(n) } }
  return (
    <DetailPage query={stored} title={t('menu.rules')} sub={t('rules.text')}
      actions={write && (
        <>
          <Button icon={<PlusOutlined />} onClick={() => put([...rules, { ...fresh, name: t('rules.new', { n: rules.length + 1 }) }])}>{t('rules.add')}</Button>
          <Button type="primary" disabled={!touched} title={touched ? undefined : t('rules.untouched')} loading={save.isPending} onClick={() => save.mutate({ body: { rules } }, { onSuccess: () => { setTouched(false); void message.success(t('rules.saved')) } })}>{t('kit:save')}</Button>
        </>
      )}
    >
      {save.error && <Alert type="error" showIcon title={messageOf(save.error)} style={{ marginBottom: 14 }} role="alert" />}
      {rules.length === 0 && <Card><div className="kw-none"><b>{t('rules.none')}</b><span>{t('rules.noneText')}</span></div></Card>}
      <div className="so-rules">
        {rules.map((r, i) => (
          <Card key={i} title={<><span className="num kw-dim">{i + 1}</span> <Input variant="borderless" aria-label={t('f.name')} disabled={!write} value={r.name} maxLength={60} onChange={(e) => edit(i, { name: e.target.value })} /></>}
            extra={write && (
              <>
                <Checkbox checked={r.active} onChange={(e) => edit(i, { active: e.target.checked })}>{t('rules.active')}</Checkbox>
                <Button type="text" size="small" icon={<ArrowUpOutlined />} aria-label={t('rules.up')} disabled={i === 0} onClick={() => swap(i, i - 1)} />
                <Button type="text" size="small" icon={<ArrowDownOutlined />} aria-label={t('rules.down')} disabled={i === rules.length - 1} onClick={() => swap(i, i + 1)} />
                <Button type="text" size="small" icon={<DeleteOutlined />} aria-label={t('rules.remove')} onClick={() => put(rules.filter((_, n) => n !== i))} />
              </>
            )}
          >
            <div className="so-rule">
              <fieldset disabled={!write}>
                <legend>{t('rules.when')}</legend>
                <label><span>{t('f.item')}</span><EntitySelect path="/api/v1/masterdata/items" chosen={r.item ?? ''} placeholder={t('rules.any')} onChange={(v) => edit(i, { item: v })} /></label>
                <label><span>{t('f.family')}</span><Input value={r.family ?? ''} placeholder={t('rules.any')} onChange={(e) => edit(i, { family: e.target.value })} /></label>
                <label><span>{t('f.customer')}</span><EntitySelect path={customers.path} filters={[...customers.filters]} chosen={r.customer ?? ''} placeholder={t('rules.any')} onChange={(v) => edit(i, { customer: v })} /></label>
                <label><span>{t('f.channel')}</span><Select allowClear value={r.channel || undefined} placeholder={t('rules.any')} options={CHANNELS.map((c) => ({ value: c, label: t(`channel.${c}`) }))} onChange={(v) => edit(i, { channel: v ?? '' })} /></label>
              </fieldset>
              <fieldset disabled={!write}>
                <legend>{t('rules.then')}</legend>
                <label><span>{t('f.grouping')}</span><Select value={r.grouping} options={GROUPINGS.map((g) => ({ value: g, label: t(`grouping.${g}`) }))} onChange={(v) => edit(i, { grouping: v })} /></label>
                <label><span>{t('f.work_center')}</span><EntitySelect path="/api/v1/masterdata/work-centers" chosen={r.work_center ?? ''} placeholder={t('rules.asRouting')} onChange={(v) => edit(i, { work_center: v })} /></label>
                <label><span>{t('f.priority')}</span><InputNumber min={0} value={r.priority ?? 0} onChange={(v) => edit(i, { priority: v ?? 0 })} /></label>
                <label className="so-check"><Checkbox checked={!!r.release} onChange={(e) => edit(i, { release: e.target.checked })}>{t('rules.release')}</Checkbox></label>
              </fieldset>
            </div>
          </Card>
        ))}
        <ToleranceCard />
      </div>
    </DetailPage>
  )
}
