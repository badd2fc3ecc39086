import { CopyOutlined } from '@ant-design/icons'
import { App, Button, Input, Modal } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { customerText } from './customerText'
import type { Track } from './orders'

/** Puts a text for the customer on the clipboard; where the browser has none (plain http) it is shown to be copied by hand. */
export function CopyText({ track }: { track: Track }) {
  const { t } = useTranslation('sales')
  const { message } = App.useApp()
  const [shown, setShown] = useState<string | undefined>()
  const copy = () => {
    const text = customerText(track, t)
    if (!navigator.clipboard) return setShown(text)
    navigator.clipboard.writeText(text).then(() => message.success(t('tell.copied')), () => setShown(text))
  }
  return (
    <>
      <Button icon={<CopyOutlined />} onClick={copy}>{t('tell.copy')}</Button>
      <Modal open={shown !== undefined} title={t('tell.byHand')} footer={null} onCancel={() => setShown(undefined)}>
        <Input.TextArea autoFocus readOnly value={shown} autoSize={{ minRows: 4, maxRows: 14 }} onFocus={(e) => e.currentTarget.select()} />
      </Modal>
    </>
  )
}
