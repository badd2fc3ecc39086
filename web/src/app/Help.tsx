import { Modal } from 'antd'
import { useTranslation } from 'react-i18next'

const KEYS = [['Ctrl K', 'palette'], ['/', 'search'], ['j', 'down'], ['k', 'up'], ['Enter', 'open'], ['x', 'select'], ['n', 'new'], ['[ ]', 'page'], ['Esc', 'close'], ['?', 'help']] as const

export default function Help({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('app')
  return (
    <Modal open title={t('office:help.title')} onCancel={onClose} footer={null} width={420}>
      <dl className="kw-keys">{KEYS.map(([k, what]) => <div key={k}><dt><kbd>{k}</kbd></dt><dd>{t(`office:help.${what}`)}</dd></div>)}</dl>
      <p className="kw-help-scan">{t('office:help.scan')}</p>
    </Modal>
  )
}
