import { CopyOutlined } from '@ant-design/icons'
import { Alert, App, Button, Modal } from 'antd'
import { useTranslation } from 'react-i18next'
import './identity.css'

export interface Secret { title: string; text: string; secret: string }

/** A password, PIN or key that nobody can be told again. */
export function Once({ told, onClose }: { told: Secret | undefined; onClose: () => void }) {
  const { t } = useTranslation('identity')
  const { message } = App.useApp()
  const copy = async () => {
    // The clipboard is missing on plain http; then the text is selected for Ctrl C.
    try { await navigator.clipboard.writeText(told!.secret); void message.success(t('once.copied')) } catch {
      const el = document.querySelector('.id-secret')
      if (el) getSelection()?.selectAllChildren(el)
      void message.info(t('once.byHand'))
    }
  }
  return (
    <Modal open={told !== undefined} title={told?.title} closable={false} mask={{ closable: false }} keyboard={false} width={480} footer={[
      <Button key="copy" icon={<CopyOutlined />} onClick={() => void copy()}>{t('once.copy')}</Button>,
      <Button key="ok" type="primary" onClick={onClose}>{t('once.noted')}</Button>,
    ]}>
      <p>{told?.text}</p>
      <code className="id-secret">{told?.secret}</code>
      <Alert type="warning" showIcon title={t('once.only')} />
    </Modal>
  )
}
