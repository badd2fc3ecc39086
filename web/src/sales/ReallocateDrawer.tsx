import { Alert, App, Button, Drawer, Grid, Input } from 'antd'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { messageOf } from '@/api/errors'
import { useGet, useSend } from '@/api/hooks'
import { cmp, format } from '@/kit/num'
import { orderUrl } from './orders'
import './sales.css'

/** Shares stock anew by priority: who loses what is seen first. */
export function ReallocateDrawer({ number, open, onClose }: { number: string; open: boolean; onClose: () => void }) {
  const { t } = useTranslation('sales')
  const { message } = App.useApp()
  const wide = Grid.useBreakpoint().md
  const plan = useGet('/api/v1/sales/orders/{number}/reallocate/preview', { path: { number }, enabled: open, live: ['inventory.', 'sales.'] })
  const send = useSend('post', '/api/v1/sales/orders/{number}/reallocate')
  const [reason, setReason] = useState('')
  const { reset } = send
  useEffect(() => { if (open) { setReason(''); reset() } }, [open, reset])
  const error = send.error ?? plan.error
  const p = plan.data
  const gets = (p?.lines ?? []).some((l) => cmp(l.free, '0') > 0 || cmp(l.taken, '0') > 0)
  return (
    <Drawer
      open={open} onClose={onClose} title={t('reallocate.title', { number })} size={wide ? 620 : '100%'} destroyOnHidden
      footer={(
        <div className="kw-form-foot">
          <span className="kw-grow" />
          <Button onClick={onClose}>{t('kit:cancel')}</Button>
          <Button type="primary" disabled={!reason.trim() || !gets} title={!reason.trim() || !gets ? t('reallocate.why') : undefined} loading={send.isPending}
            onClick={() => send.mutate({ path: { number }, body: { reason: reason.trim() } }, { onSuccess: () => { void message.success(t('reallocate.done')); onClose() } })}
          >{t('reallocate.go')}
          </Button>
        </div>
      )}
    >
      {error && <Alert type="error" showIcon title={messageOf(error)} style={{ marginBottom: 14 }} role="alert" />}
      <p>{t('reallocate.text')}</p>
      {p && (
        <div className="so-effects">
          {p.lines.length > 0 && <h4>{t('reallocate.gets')}</h4>}
          {p.lines.map((l) => (
            <section key={l.line}>
              <h4><span className="num kw-dim">{l.line}</span> {l.item}</h4>
              <p>
                <span>{t('reallocate.line', { need: format(l.need), free: format(l.free), taken: format(l.taken) })}</span>
                {cmp(l.short, '0') > 0 && <span className="so-warn">{t('reallocate.short', { short: format(l.short) })}</span>}
              </p>
            </section>
          ))}
          {(p.soft ?? []).map((s) => <p key={s.line} className="kw-dim">{t('reallocate.soft', { line: s.line, date: s.from })}</p>)}
          {!gets && <Alert type="info" showIcon title={t('reallocate.none')} style={{ margin: '12px 0' }} />}
          {gets && <h4>{t('reallocate.loses')}</h4>}
          {gets && p.loses.length === 0 && <p className="kw-dim">{t('reallocate.nobody')}</p>}
          {p.loses.map((x, i) => (
            <section key={`${x.order}${x.line}${x.lot}${i}`}>
              <h4><Link to={orderUrl(x.order)}>{x.order}</Link> <span className="kw-dim num">{x.line}</span> <small>{x.customer}</small></h4>
              <p><span className="so-warn">{x.lot || x.item} × {format(x.qty)}</span><span className="kw-dim">{t('reallocate.rank', { priority: x.priority, due: x.due })}</span></p>
              {x.serials && x.serials.length > 0 && <p className="kw-dim num">{x.serials.join(', ')}</p>}
            </section>
          ))}
        </div>
      )}
      <Input.TextArea rows={2} value={reason} maxLength={500} placeholder={t('reallocate.reason')} aria-label={t('reallocate.reason')} style={{ marginTop: 14 }} onChange={(e) => setReason(e.target.value)} />
    </Drawer>
  )
}
