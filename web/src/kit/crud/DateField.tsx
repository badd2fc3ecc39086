import { DatePicker } from 'antd'
import dayjs from 'dayjs'

/** Lazily loaded. A date is the text YYYY-MM-DD everywhere else, with `time` YYYY-MM-DD HH:MM by the factory's clock. */
export default function DateField({ value, onChange, id, disabled, time }: { value?: string; onChange?: (v: string) => void; id?: string; disabled?: boolean; time?: boolean }) {
  return <DatePicker showTime={time && { format: 'HH:mm' }} id={id} disabled={disabled} style={{ width: '100%' }} onKeyDown={(e) => { if (e.key === 'Enter' && !e.ctrlKey) e.preventDefault() /* it takes the date, it does not send the form */ }} value={value ? dayjs(value) : null} onChange={(d) => onChange?.(d ? d.format(time ? 'YYYY-MM-DD HH:mm' : 'YYYY-MM-DD') : '')} />
}
