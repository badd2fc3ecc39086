import { DeleteOutlined, PlusOutlined } from '@ant-design/icons'
import { Alert, App, Button, Checkbox, Drawer, Form, Grid } from 'antd'
import { useEffect, useState, type KeyboardEvent, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { fieldErrors, messageOf } from '@/api/errors'
import { useSend } from '@/api/hooks'
import type { Answer, Body, PathOf, PathParams } from '@/api/types'
import { parse } from '../num'
import { FieldInput, toBody, type Field } from './fields'
import './crud.css'

type WriteMethod = 'post' | 'put' | 'patch'
export interface FormProps<M extends WriteMethod, P extends PathOf<M>> {
  ns: string
  title: string
  method: M
  path: P
  pathParams?: PathParams<M, P>
  fields: Field<NonNullable<Body<M, P>>>[]
  /** What stands in the form at first: the thing to edit, or defaults. */
  initial?: object
  /** Last word on what is sent. */
  shape?: (body: Record<string, unknown>) => Record<string, unknown>
  open: boolean
  onClose: () => void
  /** `stays`: the form is kept open for the next one. */
  onDone?: (answer: Answer<M, P>, stays: boolean) => void
  /** What is said when it went well; default "saved". */
  said?: (answer: Answer<M, P>) => string
  /** Offer to stay open for the next one. */
  serial?: boolean
  width?: number
  ok?: string
  /** What stands below the fields: what the input would do, or the long form of a refusal. */
  more?: (values: Record<string, unknown>, error: unknown) => ReactNode
}

/** A form in a drawer. Refusals land on their fields; a retry after a lost answer carries the same key. */
export function FormDrawer<M extends WriteMethod, P extends PathOf<M>>(p: FormProps<M, P>) {
  const { t } = useTranslation(['kit', p.ns])
  const { message, modal } = App.useApp()
  const [form] = Form.useForm<Record<string, unknown>>()
  const [again, setAgain] = useState(false)
  const [problem, setProblem] = useState('')
  const send = useSend(p.method, p.path)
  const fields = p.fields as Field[]
  const values = Form.useWatch([], form) ?? {}
  const wide = Grid.useBreakpoint().md

  const start = () => Object.fromEntries(fields.map((f) => [f.key, (p.initial as Record<string, unknown> | undefined)?.[f.key] ?? f.initial ?? (f.type === 'lines' ? [Object.fromEntries((f.fields ?? []).filter((x) => x.initial !== undefined).map((x) => [x.key, x.initial]))] : undefined)]))
  useEffect(() => {
    if (!p.open) return
    form.setFieldsValue(start())
    setProblem('')
    send.reset()
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [p.open])

  const submit = async () => {
    try {
      await form.validateFields()
    } catch {
      return
    }
    setProblem('')
    const body = toBody(fields, form.getFieldsValue(true) as Record<string, unknown>)
    send.mutate({ path: p.pathParams, body: (p.shape ? p.shape(body) : body) as unknown as Body<M, P> }, {
      onSuccess: (answer) => {
        void message.success(p.said?.(answer) ?? t('form.saved'))
        p.onDone?.(answer, again)
        form.resetFields()
        if (again) form.setFieldsValue(start())
        else p.onClose()
      },
      onError: (err) => {
        const byField = Object.entries(fieldErrors(err)).map(([at, text]) => ({ name: nameOf(at), text }))
        const known = byField.filter((e) => fields.some((f) => f.key === e.name[0]))
        form.setFields(known.map((e) => ({ name: e.name as never, errors: [e.text] })))
        if (known[0]) form.scrollToField(known[0].name as never)
        setProblem([messageOf(err), ...byField.filter((e) => !known.includes(e)).map((e) => `${e.name.join('.')}: ${e.text}`)].join(' · '))
      },
    })
  }
  const close = () => {
    if (!form.isFieldsTouched() || send.isPending) return p.onClose()
    modal.confirm({ title: t('form.discardTitle'), content: t('form.discard'), okText: t('form.discardYes'), cancelText: t('form.discardNo'), okButtonProps: { danger: true }, onOk: () => { form.resetFields(); p.onClose() } })
  }
  return (
    <Drawer
      open={p.open} onClose={close} title={p.title} size={wide ? (p.width ?? 520) : '100%'} destroyOnHidden className="kw-form-drawer"
      footer={(
        <div className="kw-form-foot">
          {p.serial && <Checkbox checked={again} onChange={(e) => setAgain(e.target.checked)}>{t('form.again')}</Checkbox>}
          <span className="kw-grow" />
          <Button onClick={close}>{t('cancel')}</Button>
          <Button type="primary" loading={send.isPending} onClick={() => void submit()}>{p.ok ?? t('save')}</Button>
        </div>
      )}
    >
      <Form form={form} layout="vertical" requiredMark onKeyDown={(e) => { if (e.key === 'Enter' && (e.ctrlKey || e.metaKey)) void submit() }} onFinish={() => void submit()}>
        {problem && <Alert type="error" showIcon title={problem} style={{ marginBottom: 14 }} role="alert" />}
        <div className="kw-form">
          {fields.filter((f) => !f.hidden?.(values)).map((f, i) => (f.type === 'lines'
            ? <LinesField key={f.key} f={f} ns={p.ns} />
            : (
                <Form.Item key={f.key} name={f.key} label={labelOf(f, p.ns, t)} className={f.half ? 'kw-half' : undefined} rules={rulesOf(f, t)} extra={f.help && f.type !== 'bool' ? t(f.help) : undefined}>
                  <FieldInput f={f} ns={p.ns} autoFocus={i === 0} />
                </Form.Item>
              )))}
        </div>
        {p.open && p.more?.(values, send.error)}
        <button type="submit" hidden />
      </Form>
    </Drawer>
  )
}

type T = ReturnType<typeof useTranslation>['t']
const labelOf = (f: Field, ns: string, t: T): string => {
  const key = f.label ?? `f.${f.key}`
  return t(key.includes(':') ? key : `${ns}:${key}`)
}
const rulesOf = (f: Field, t: T) => [
  ...(f.required ? [{ required: true, message: t('form.required') }] : []),
  ...(f.type === 'qty' || f.type === 'int'
    ? [{ validator: (_: unknown, v: unknown) => {
        if (v === undefined || v === null || v === '') return Promise.resolve()
        const n = parse(String(v))
        return n !== undefined && (f.type === 'qty' || !n.includes('.')) ? Promise.resolve() : Promise.reject(new Error(t(f.type === 'qty' ? 'form.number' : 'form.int')))
      } }]
    : []),
]
/** "lines[2].qty" → ['lines', 2, 'qty'] */
const nameOf = (at: string): (string | number)[] => at.split(/[.[\]]+/).filter(Boolean).map((x) => (/^\d+$/.test(x) ? Number(x) : x))

/** Enter in a line goes to the next one, and makes it when there is none; it does not send a half-typed form (Ctrl+Enter does). */
function walkLines(e: KeyboardEvent<HTMLTableElement>, add: () => void): void {
  const input = e.target as HTMLInputElement
  if (e.key !== 'Enter' || e.ctrlKey || e.metaKey || input.tagName !== 'INPUT') return
  e.preventDefault()
  if (input.role === 'combobox' || input.closest('.ant-picker,.ant-select')) return // Enter chooses there
  const row = input.closest('tr')
  const next = () => (row?.nextElementSibling?.querySelector('input') as HTMLInputElement | null)?.focus()
  if (row?.nextElementSibling) return next()
  add()
  setTimeout(next, 60)
}

function LinesField({ f, ns }: { f: Field; ns: string }) {
  const { t } = useTranslation(['kit', ns])
  const subs = f.fields ?? []
  return (
    <div className="kw-lines">
      <h4>{labelOf(f, ns, t)}</h4>
      <Form.List name={f.key}>
        {(rows, { add, remove }) => (
          <>
            <table onKeyDown={(e) => walkLines(e, () => add({}))}>
              <thead><tr><th>#</th>{subs.map((s) => <th key={s.key} style={s.width ? { width: s.width } : undefined}>{labelOf(s, ns, t)}{s.required && <em> *</em>}</th>)}<th /></tr></thead>
              <tbody>
                {rows.map((row, i) => (
                  <tr key={row.key}>
                    <td className="kw-dim num">{i + 1}</td>
                    {subs.map((s) => <td key={s.key} data-label={`${labelOf(s, ns, t)}${s.required ? ' *' : ''}`} className={s.type === 'entity' || s.type === 'text' ? 'kw-wide-cell' : undefined}><Form.Item name={[row.name, s.key]} rules={rulesOf(s, t)} noStyle={false} style={{ margin: 0 }}><FieldInput f={s} ns={ns} row={[f.key, row.name]} /></Form.Item></td>)}
                    <td><Button type="text" size="small" icon={<DeleteOutlined />} aria-label={t('form.dropLine')} disabled={rows.length === 1} onClick={() => remove(row.name)} /></td>
                  </tr>
                ))}
              </tbody>
            </table>
            <Button type="dashed" size="small" icon={<PlusOutlined />} onClick={() => add({})}>{t('form.addLine')}</Button>
          </>
        )}
      </Form.List>
    </div>
  )
}
