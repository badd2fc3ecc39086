import { CheckOutlined, DownloadOutlined, ReloadOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { messageOf } from '@/api/errors'
import { useGet } from '@/api/hooks'
import { url } from '@/api/client'
import '@/kit/crud/crud.css'
import './system.css'

/** From nothing to the first shipped order: what is done is read from the facts, the next step stands out. */
export default function FirstStepsPage() {
  const { t } = useTranslation('system')
  const { data, error, refetch } = useGet('/api/v1/first-steps', { live: ['masterdata.', 'sales.', 'production.', 'inventory.', 'purchasing.'], staleTime: 5_000 })
  if (error && !data) return <div className="kw-none" role="alert"><b>{messageOf(error)}</b><Button icon={<ReloadOutlined />} onClick={() => void refetch()}>{t('kit:retry')}</Button></div>
  const steps = data?.steps ?? []
  const next = steps.find((s) => !s.done)?.code
  const sample = (factory: 'starter' | 'small-appliance') => window.open(url('/api/v1/first-steps/sample', { query: { factory, format: 'xlsx' } }), '_self')
  return (
    <div className="kw-detail-body sy-doctor">
      <section className={`kw-panel sy-summary ${data && !next ? 'sy-good' : ''}`}>
        <div>
          <b>{data ? t(next ? 'steps.progress' : 'steps.all', { done: data.done, n: steps.length }) : t('doctor.busy')}</b>
          <span className="kw-grow" />
          <Button icon={<DownloadOutlined />} onClick={() => sample('starter')}>{t('steps.starter')}</Button>
          <Button icon={<DownloadOutlined />} onClick={() => sample('small-appliance')}>{t('steps.demo')}</Button>
          <Link to="/system/doctor" className="sy-go">{t('menu.doctor')} →</Link>
        </div>
        <div className="sy-bar" role="progressbar" aria-valuenow={data?.done ?? 0} aria-valuemin={0} aria-valuemax={steps.length}><i style={{ width: `${steps.length ? ((data?.done ?? 0) * 100) / steps.length : 0}%` }} /></div>
      </section>
      <ol className="sy-steps">
        {steps.map((s, i) => (
          <li key={s.code} className={`kw-panel ${s.done ? 'sy-done' : s.code === next ? 'sy-next' : ''}`}>
            <span className="sy-no num">{s.done ? <CheckOutlined aria-label={t('steps.done')} /> : i + 1}</span>
            <div><b>{t(`steps.${s.code}.do`)}</b><p>{t(`steps.${s.code}.how`)}</p></div>
            {s.done && <span className="kw-dim num">{s.count >= 1000 ? '1,000+' : s.count}</span>}
            <Link to={s.url} className="sy-go">{t(s.done ? 'steps.look' : 'steps.go')} →</Link>
          </li>
        ))}
      </ol>
    </div>
  )
}
