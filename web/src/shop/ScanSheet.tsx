import { useTranslation } from 'react-i18next'
import { BigButton, ScanBox, Sheet } from '@/kit/shop'

/** Asks for one code: a location, a supplier's lot, a serial number, a waybill. */
export function ScanSheet({ open, title, hint, onScan, onClose, onClear }: { open: boolean; title: string; hint?: string; onScan: (code: string) => void; onClose: () => void; onClear?: () => void }) {
  const { t } = useTranslation('floor')
  return (
    <Sheet open={open} title={title} onClose={onClose} bar={<>{onClear && <BigButton onClick={onClear}>{t('scan.clear')}</BigButton>}<BigButton onClick={onClose}>{t('scan.done')}</BigButton></>}>
      <ScanBox title={t('kit:scan.any')} hint={hint} onScan={onScan} />
    </Sheet>
  )
}
