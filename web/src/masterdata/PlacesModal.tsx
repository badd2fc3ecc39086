import { useQuery } from '@tanstack/react-query'
import { Alert, App, Input, Modal } from 'antd'
import { useDeferredValue, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { call } from '@/api/client'
import { fieldErrors, messageOf } from '@/api/errors'
import { useSend } from '@/api/hooks'
import type { Answer } from '@/api/types'

type Told = Answer<'get', '/api/v1/masterdata/warehouses/{code}/places'>

/** One place, or all from A-01-01 to A-03-20; what would be made is shown while one types. */
export function PlacesModal({ warehouse, site, onClose }: { warehouse: string; site: string; onClose: () => void }) {
  const { t } = useTranslation('masterdata')
  const { message } = App.useApp()
  const [from, setFrom] = useState('')
  const [to, setTo] = useState('')
  const [name, setName] = useState('')
  const query = useDeferredValue({ from: from.trim(), to: to.trim(), site })
  const { data, error } = useQuery<Told>({ queryKey: ['places', warehouse, query], queryFn: ({ signal }) => call<Told>('GET', '/api/v1/masterdata/warehouses/{code}/places', { path: { code: warehouse }, query, signal }), enabled: query.from !== '', retry: false, gcTime: 0 })
  const send = useSend('post', '/api/v1/masterdata/warehouses/{code}/places')
  const seen = query.from !== '' && !error ? data : undefined
  const make = () => send.mutate({ path: { code: warehouse }, body: { site, from: from.trim(), to: to.trim(), name: to.trim() ? '' : name.trim() } }, {
    onSuccess: (r) => { void message.success(t('places.made', { n: r.new })); onClose() },
    onError: (err) => void message.error({ content: Object.values(fieldErrors(err))[0] ?? messageOf(err), duration: 6 }),
  })
  return (
    <Modal open title={t('places.title', { code: warehouse })} onCancel={onClose} okText={seen?.new ? t('places.make', { n: seen.new }) : t('kit:save')} okButtonProps={{ disabled: !seen?.new, loading: send.isPending }} onOk={make} cancelText={t('kit:cancel')}>
      <div className="md-form" onKeyDown={(e) => { if (e.key === 'Enter' && seen?.new) make() }}>
        <p className="kw-dim">{t('places.text')}</p>
        <div className="md-two">
          <label>{t('places.from')}<Input autoFocus value={from} placeholder="A-01-01" maxLength={60} onChange={(e) => setFrom(e.target.value)} /></label>
          <label>{t('places.to')}<Input value={to} placeholder="A-03-20" maxLength={60} onChange={(e) => setTo(e.target.value)} /></label>
        </div>
        {from && !to && <label>{t('f.name')}<Input value={name} maxLength={200} onChange={(e) => setName(e.target.value)} /></label>}
        {error && <Alert type="error" showIcon title={Object.values(fieldErrors(error))[0] ?? messageOf(error)} />}
        {seen && (
          <div className="md-impact" aria-live="polite">
            <p>{t('places.count', { n: seen.count, fresh: seen.new, there: seen.there })}</p>
            <div className="md-chips num">{seen.places.map((p) => <span key={p}>{p}</span>)}</div>
          </div>
        )}
      </div>
    </Modal>
  )
}
