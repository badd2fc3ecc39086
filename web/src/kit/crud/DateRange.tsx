import { DatePicker } from 'antd'
import dayjs from 'dayjs'
import { useTranslation } from 'react-i18next'

/** Lazily loaded: the date panel is heavy. */
export default function DateRange({ from, to, onChange }: { from?: string; to?: string; onChange: (from?: string, to?: string) => void }) {
  const { t } = useTranslation('kit')
  const d = dayjs().startOf('day')
  return (
    <DatePicker.RangePicker
      autoFocus
      allowEmpty={[true, true]}
      value={[from ? dayjs(from) : null, to ? dayjs(to) : null]}
      presets={[
        { label: t('dates.overdue'), value: [null, d.subtract(1, 'day')] },
        { label: t('dates.today'), value: [d, d] },
        { label: t('dates.week'), value: [d.startOf('week'), d.endOf('week')] },
        { label: t('dates.next7'), value: [d, d.add(6, 'day')] },
        { label: t('dates.month'), value: [d.startOf('month'), d.endOf('month')] },
      ]}
      onChange={(v) => onChange(v?.[0]?.format('YYYY-MM-DD'), v?.[1]?.format('YYYY-MM-DD'))}
    />
  )
}
