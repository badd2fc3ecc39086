import { NumberOutlined } from '@ant-design/icons'
import { Button, Form, Tooltip } from 'antd'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useGet } from '@/api/hooks'
import type { Body } from '@/api/types'
import { FormDrawer, type Field } from '@/kit/crud'
import { KINDS } from './items'

type Rules = NonNullable<Body<'put', '/api/v1/masterdata/item-codes'>>
const fields = [{ key: 'rules', type: 'lines', label: 'codes.rules', fields: [
  { key: 'kind', type: 'select', options: KINDS, words: 'kind', width: 120 }, { key: 'family', width: 120 }, { key: 'pattern', label: 'codes.pattern', width: 190 },
] }] as unknown as Field<Rules>[]

/** Which codes new items get. */
export function CodeRulesButton() {
  const { t } = useTranslation('masterdata')
  const [open, setOpen] = useState(false)
  const { data } = useGet('/api/v1/masterdata/item-codes')
  return (
    <>
      <Tooltip title={t('codes.title')}><Button icon={<NumberOutlined />} aria-label={t('codes.title')} disabled={!data} onClick={() => setOpen(true)} /></Tooltip>
      <FormDrawer
        ns="masterdata" title={t('codes.title')} method="put" path="/api/v1/masterdata/item-codes" fields={fields} open={open} onClose={() => setOpen(false)} width={560} initial={{ rules: data?.rules?.length ? data.rules : [{}] }}
        shape={(b) => ({ rules: ((b.rules as Record<string, unknown>[]) ?? []).filter((r) => r.pattern) })} said={() => t('codes.saved')}
      />
    </>
  )
}

/** In the field of a new code: puts the next free one there, until somebody types another. */
export function NextCode() {
  const { t } = useTranslation('masterdata')
  const form = Form.useFormInstance<Record<string, string | undefined>>()
  const kind = Form.useWatch('kind', form)
  const family = Form.useWatch('family', form)
  const mine = useRef('')
  const { data } = useGet('/api/v1/masterdata/item-codes/next', { query: { kind: kind ?? '', family: family ?? '' }, staleTime: 0 })
  const next = data?.code ?? ''
  const put = () => { mine.current = next; form.setFieldValue('code', next) }
  useEffect(() => {
    const now = form.getFieldValue('code')
    if (next && (!now || now === mine.current)) put()
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [next])
  return next ? <Tooltip title={t('codes.next', { pattern: data?.pattern })}><button type="button" className="md-next" tabIndex={-1} onClick={put}>{next}</button></Tooltip> : null
}
