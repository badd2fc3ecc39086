import { Alert, App, Button, Drawer, Grid, Input } from 'antd'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { messageOf } from '@/api/errors'
import { useGet, useSend } from '@/api/hooks'
import { answersOf } from './consequences'
import { Effects } from './Effects'
import './sales.css'

/** Cancels an order: what follows from it first, with an answer for each work order. */
export function CancelDrawer({ number, open, onClose }: { number: string; open: boolean; onClose: () => void }) {
  const { t } = useTranslation('sales')
  const { message } = App.useApp()
  const wide = Grid.useBreakpoint().md
  const effects = useGet('/api/v1/sales/orders/{number}/cancel/preview', { path: { number }, enabled: open, live: ['production.'] })
  const send = useSend('post', '/api/v1/sales/orders/{number}/cancel')
  const [chosen, setChosen] = useState<Record<string, string>>({})
  const [reason, setReason] = useState('')
  const { reset } = send
  useEffect(() => { if (open) { setChosen({}); setReason(''); reset() } }, [open, reset])
  const error = send.error ?? effects.error
  return (
    <Drawer
      open={open} onClose={onClose} title={t('cancel.ask', { number })} size={wide ? 620 : '100%'} destroyOnHidden
      footer={(
        <div className="kw-form-foot">
          <span className="kw-grow" />
          <Button onClick={onClose}>{t('kit:cancel')}</Button>
          <Button danger type="primary" disabled={!reason.trim() || !effects.data} title={reason.trim() ? undefined : t('cancel.why')} loading={send.isPending}
            onClick={() => send.mutate({ path: { number }, body: { reason: reason.trim(), work: answersOf(effects.data?.work ?? [], chosen) } }, { onSuccess: () => { void message.success(t('cancel.done')); onClose() } })}
          >{t('cancel.do')}
          </Button>
        </div>
      )}
    >
      {error && <Alert type="error" showIcon title={messageOf(error)} style={{ marginBottom: 14 }} role="alert" />}
      <p>{t('cancel.text')}</p>
      {effects.data && <Effects of={effects.data} chosen={chosen} onChoose={(o, a) => setChosen({ ...chosen, [o]: a })} />}
      <Input.TextArea rows={2} value={reason} maxLength={500} placeholder={t('kit:act.reason')} aria-label={t('kit:act.reason')} onChange={(e) => setReason(e.target.value)} />
    </Drawer>
  )
}
