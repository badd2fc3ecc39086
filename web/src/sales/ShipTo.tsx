import { Form, Select } from 'antd'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { useGet } from '@/api/hooks'

/** Which of the customer's addresses the goods go to; another customer has others. */
export function ShipTo({ id, value, onChange }: { id?: string; value: string; onChange: (v: string) => void }) {
  const { t } = useTranslation('sales')
  const form = Form.useFormInstance<Record<string, unknown>>()
  const customer = (Form.useWatch('customer', form) as string | undefined) ?? ''
  const partner = useGet('/api/v1/masterdata/partners/{code}', { path: { code: customer }, enabled: customer !== '' }).data
  const addresses = partner?.code === customer ? partner.addresses.filter((a) => a.label) : []
  const known = !value || partner?.code !== customer && customer !== '' || addresses.some((a) => a.label === value)
  useEffect(() => { if (!known) onChange('') })
  return (
    <Select
      id={id} style={{ width: '100%' }} value={value} disabled={addresses.length === 0} onChange={onChange}
      options={[{ value: '', label: t(customer && partner && addresses.length === 0 ? 'change.ownAddress' : 'change.usualAddress') }, ...addresses.map((a) => ({ value: a.label, label: [a.label, a.address].filter(Boolean).join('  ') }))]}
    />
  )
}
