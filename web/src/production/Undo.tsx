import { useTranslation } from 'react-i18next'
import { useSend } from '@/api/hooks'
import { ActButton } from '@/kit/crud'
import { useMay } from '@/kit/who'

/** Takes a report back by its mirror; the reason stays on record. */
export function UndoReport({ id, done }: { id: string; done: boolean }) {
  const { t } = useTranslation('production')
  const may = useMay()
  const undo = useSend('post', '/api/v1/production/reports/undo')
  if (done) return <span className="kw-dim">{t('undo.was')}</span>
  if (!may('production.undo')) return null
  return <ActButton type="link" size="small" className="pr-act" send={undo} input={(reason) => ({ body: { report: id, reason } })} confirm={{ title: t('undo.report'), text: t('undo.reportText'), ok: t('undo.do'), danger: true, reason: true }} done={t('undo.done')}>{t('undo.do')}</ActButton>
}

export function UndoReceipt({ number, done }: { number: string; done: boolean }) {
  const { t } = useTranslation('production')
  const may = useMay()
  const undo = useSend('post', '/api/v1/production/receipts/undo')
  if (done) return <span className="kw-dim">{t('undo.was')}</span>
  if (!may('production.undo')) return null
  return <ActButton type="link" size="small" className="pr-act" send={undo} input={(reason) => ({ body: { receipt: number, reason } })} confirm={{ title: t('undo.receipt', { number }), text: t('undo.receiptText'), ok: t('undo.do'), danger: true, reason: true }} done={t('undo.done')}>{t('undo.do')}</ActButton>
}
