import { PrinterOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { url } from '@/api/client'
import { openPdf } from '@/kit/files'

/** Labels to hang on the chosen machines or tools: for the office printer and for the label printer. */
export function LabelButtons({ of, rows }: { of: 'machines' | 'tools'; rows: readonly { code: string; site: string }[] }) {
  const { t } = useTranslation('masterdata')
  const query = { code: rows.map((r) => r.code), site: rows[0]?.site }
  return (
    <>
      <Button size="small" type="primary" icon={<PrinterOutlined />} onClick={() => openPdf(`/api/v1/masterdata/${of}/label.pdf`, { query })}>{t('labels.pdf')}</Button>
      <Button size="small" icon={<PrinterOutlined />} href={url(`/api/v1/masterdata/${of}/label.zpl`, { query })} download>{t('labels.zpl')}</Button>
    </>
  )
}
