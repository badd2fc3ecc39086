import { ThunderboltOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { useMay } from '@/kit/who'
import { useRun } from './useRun'

/** A site without a plan: what a run does, and the button. */
export function NoPlan() {
  const { t } = useTranslation('planning')
  const may = useMay()
  const { run, busy } = useRun()
  return <div className="kw-none kw-loaded"><b>{t('none.title')}</b><span>{t('none.text')}</span>{may('planning.run') && <Button type="primary" icon={<ThunderboltOutlined />} loading={busy} onClick={() => run()}>{t('run.do')}</Button>}</div>
}
