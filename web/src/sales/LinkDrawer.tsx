import { CopyOutlined, LinkOutlined } from '@ant-design/icons'
import { Alert, App, Button, Checkbox, Drawer, Grid, Input, InputNumber, QRCode } from 'antd'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { messageOf } from '@/api/errors'
import { useGet, useSend } from '@/api/hooks'
import { ActButton } from '@/kit/crud'
import { showInstant } from '@/kit/dates'
import { useMay } from '@/kit/who'
import './sales.css'

/** A link that shows the customer this order and nothing else: made, shown as a code to scan, taken back. */
export function LinkDrawer({ number, open, onClose }: { number: string; open: boolean; onClose: () => void }) {
  const { t } = useTranslation('sales')
  const { message } = App.useApp()
  const may = useMay()
  const wide = Grid.useBreakpoint().md
  const links = useGet('/api/v1/sales/orders/{number}/links', { path: { number }, enabled: open })
  const make = useSend('post', '/api/v1/sales/orders/{number}/links')
  const revoke = useSend('post', '/api/v1/sales/orders/{number}/links/{id}/revoke')
  const [days, setDays] = useState(30)
  const [prices, setPrices] = useState(false)
  const [url, setUrl] = useState('')
  const { reset } = make
  useEffect(() => { if (open) { setUrl(''); setDays(30); setPrices(false); reset() } }, [open, reset])
  const now = Date.now()
  const state = (l: { revoked_ms: number; expires_ms: number }) => (l.revoked_ms ? 'revoked' : l.expires_ms <= now ? 'expired' : 'valid')
  return (
    <Drawer open={open} onClose={onClose} title={t('link.title', { number })} size={wide ? 520 : '100%'} destroyOnHidden>
      <p className="so-hint">{t('link.text')}</p>
      {make.error && <Alert type="error" showIcon title={messageOf(make.error)} style={{ marginBottom: 14 }} role="alert" />}
      {url
        ? (
            <div className="so-link-new">
              <QRCode value={url} size={220} />
              <p>{t('link.once')}</p>
              <Input readOnly value={url} aria-label={t('link.address')} onFocus={(e) => e.currentTarget.select()}
                suffix={<Button type="text" size="small" icon={<CopyOutlined />} aria-label={t('link.copy')} onClick={() => void navigator.clipboard?.writeText(url).then(() => message.success(t('link.copied')))} />}
              />
            </div>
          )
        : (
            <div className="so-link-make">
              <label>{t('link.days')} <InputNumber min={1} max={366} value={days} onChange={(v) => setDays(v ?? 30)} /></label>
              {may('see.sales_price') && <Checkbox checked={prices} onChange={(e) => setPrices(e.target.checked)}>{t('link.prices')}</Checkbox>}
              <Button type="primary" icon={<LinkOutlined />} loading={make.isPending} onClick={() => make.mutate({ path: { number }, body: { days, prices } }, { onSuccess: (l) => setUrl(location.origin + l.path) })}>{t('link.make')}</Button>
            </div>
          )}
      {(links.data ?? []).length > 0 && <h4 className="so-link-head">{t('link.list')}</h4>}
      {(links.data ?? []).map((l) => (
        <div key={l.id} className="so-link-row">
          <div>
            <b>{t(`link.${state(l)}`)}</b> <span className="num">{t('link.until', { date: showInstant(l.expires_ms) })}</span>{l.prices && <small> · {t('link.withPrices')}</small>}
            <small className="kw-dim">{t('link.by', { who: l.made_by, date: showInstant(l.made_ms) })}{l.opened > 0 ? t('link.opened', { n: l.opened, date: showInstant(l.opened_ms) }) : t('link.notOpened')}</small>
          </div>
          {state(l) === 'valid' && <ActButton size="small" danger send={revoke} input={{ path: { number, id: l.id } }} done={t('link.revoked')}>{t('link.revoke')}</ActButton>}
        </div>
      ))}
    </Drawer>
  )
}
