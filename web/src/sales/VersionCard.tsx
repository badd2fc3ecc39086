import { WarningFilled } from '@ant-design/icons'
import { useTranslation } from 'react-i18next'
import { useSend } from '@/api/hooks'
import { ActButton } from '@/kit/crud'
import { format } from '@/kit/num'
import { useMay } from '@/kit/who'
import type { TrackLine } from './orders'

/** A line that names another version of its bill than the one in force: the difference, and the question. */
export function VersionCard({ number, line: l }: { number: string; line: TrackLine }) {
  const { t } = useTranslation('sales')
  const may = useMay()
  const send = useSend('post', '/api/v1/sales/orders/{number}/version')
  const c = l.version_conflict
  if (!c) return null
  const input = (answer: 'named' | 'effective') => ({ path: { number }, body: { line: l.line, answer } })
  return (
    <div className={c.answer ? 'so-version' : 'so-version so-version-open'} role={c.answer ? undefined : 'alert'}>
      <b>{!c.answer && <WarningFilled />} {t(c.answer ? 'version.answered' : 'version.ask', { named: c.named, effective: c.effective, due: l.due })}</b>
      <table>
        <thead><tr><th>{t('f.item')}</th><th className="kw-right">{t('version.named', { version: c.named })}</th><th className="kw-right">{t('version.effective', { version: c.effective })}</th></tr></thead>
        <tbody>{(c.differs ?? []).map((d) => <tr key={d.item}><td>{d.name} <small className="kw-dim">{d.item}</small></td><td className="kw-right num">{d.named ? `${format(d.named)} ${d.uom}` : '–'}</td><td className="kw-right num">{d.effective ? `${format(d.effective)} ${d.uom}` : '–'}</td></tr>)}</tbody>
      </table>
      {may('sales.create') && (
        <div className="so-version-acts">
          <ActButton size="small" type={c.answer === 'named' ? 'primary' : 'default'} send={send} input={input('named')} done={t('version.done')}>{t('version.take', { version: c.named })}</ActButton>
          <ActButton size="small" type={c.answer === 'effective' ? 'primary' : 'default'} send={send} input={input('effective')} done={t('version.done')}>{t('version.take', { version: c.effective })}</ActButton>
        </div>
      )}
    </div>
  )
}
