import type { UseMutationResult } from '@tanstack/react-query'
import { App, Button, Input, type ButtonProps } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { messageOf } from '@/api/errors'

export interface Question { title: string; text?: React.ReactNode; ok?: string; danger?: boolean; reason?: boolean }

/** `const ask = useConfirm(); if (await ask({ title })) …`; with reason: true the answer is the reason typed. */
export function useConfirm(): (q: Question) => Promise<string | false> {
  const { modal } = App.useApp()
  const { t } = useTranslation('kit')
  return (q) => new Promise((resolve) => {
    let reason = ''
    const dialog = modal.confirm({
      title: q.title,
      content: <>{q.text}{q.reason && <Input.TextArea autoFocus rows={2} placeholder={t('act.reason')} style={{ marginTop: 8 }} onChange={(e) => { reason = e.target.value.trim(); dialog.update({ okButtonProps: { danger: q.danger, disabled: !reason } }) }} />}</>,
      okText: q.ok ?? t('ok'),
      cancelText: t('cancel'),
      okButtonProps: { danger: q.danger, disabled: q.reason },
      focusable: { autoFocusButton: q.danger || q.reason ? null : 'ok' },
      onOk: () => resolve(q.reason ? reason : 'yes'),
      onCancel: () => resolve(false),
    })
  })
}

/** A button that sends a command: asks first when told to, shows the refusal, says when it is done. */
export function ActButton<I, O>({ send, input, confirm, done, onDone, children, ...button }: Omit<ButtonProps, 'onClick' | 'loading'> & {
  send: UseMutationResult<O, Error, I>
  /** What is sent; a function receives the typed reason. */
  input: I | ((reason: string) => I)
  confirm?: Question
  done?: string
  onDone?: (answer: O) => void
}) {
  const ask = useConfirm()
  const { message } = App.useApp()
  const [asking, setAsking] = useState(false)
  const press = async () => {
    setAsking(true)
    const said = confirm ? await ask({ danger: button.danger, ...confirm }) : 'yes'
    setAsking(false)
    if (said === false) return
    send.mutate(typeof input === 'function' ? (input as (r: string) => I)(said) : input, {
      onSuccess: (answer) => { if (done) void message.success(done); onDone?.(answer) },
      onError: (err) => void message.error({ content: messageOf(err), duration: 6 }),
    })
  }
  return <Button {...button} loading={send.isPending} disabled={button.disabled || asking} onClick={() => void press()}>{children}</Button>
}
