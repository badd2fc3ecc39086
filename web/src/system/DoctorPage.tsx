import { CheckCircleFilled, ReloadOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { messageOf } from '@/api/errors'
import { useGet } from '@/api/hooks'
import { Chip } from '@/kit/Chip'
import type { Tone } from '@/kit/status'
import '@/kit/crud/crud.css'
import './system.css'

const TONES: Record<string, Tone> = { error: 'red', warn: 'amber', info: 'grey' }

/** What would keep a factory from working well with the product, and where to put it right. */
export default function DoctorPage() {
  const { t, i18n } = useTranslation('system')
  const { data, error, isFetching, refetch } = useGet('/api/v1/doctor', { live: ['masterdata.', 'identity.'], staleTime: 10_000 })
  if (error && !data) return <div className="kw-none" role="alert"><b>{messageOf(error)}</b><Button icon={<ReloadOutlined />} onClick={() => void refetch()}>{t('kit:retry')}</Button></div>
  const found = data?.findings ?? []
  return (
    <div className="kw-detail-body sy-doctor" lang={i18n.language}>
      <section className={`kw-panel sy-summary ${!data ? '' : data.errors ? 'sy-bad' : 'sy-good'}`}>
        <div>
          {data && (data.errors === 0 && data.warnings === 0 ? <><CheckCircleFilled /> <b>{t('doctor.fine')}</b></> : <><b>{t(data.ok ? 'doctor.ok' : 'doctor.notOk')}</b> <span className="kw-dim">{t('doctor.counts', { errors: data.errors, warnings: data.warnings })}</span></>)}
          {!data && <span className="kw-dim">{t('doctor.busy')}</span>}
          <span className="kw-grow" />
          <Button icon={<ReloadOutlined />} loading={isFetching} onClick={() => void refetch()}>{t('doctor.again')}</Button>
        </div>
      </section>
      {found.map((f) => (
        <section key={`${f.code}|${f.params?.first ?? ''}`} className={`kw-panel sy-finding sy-${f.severity}`}>
          <Chip status={f.severity} tone={TONES[f.severity]} word={t(`severity.${f.severity}`)} />
          <div>
            <p>{f.message}</p>
            {(f.records ?? []).length > 0 && <p className="sy-records">{(f.records ?? []).map((r) => (r.url ? <Link key={r.code} to={r.url} title={r.name}>{r.code}</Link> : <span key={r.code} title={r.name}>{r.code}</span>))}{f.count > (f.records ?? []).length && <span className="kw-dim">{t('doctor.more', { n: f.count - (f.records ?? []).length })}</span>}</p>}
          </div>
          {f.url && <Link to={f.url} className="sy-go">{t('doctor.go')} →</Link>}
        </section>
      ))}
    </div>
  )
}
