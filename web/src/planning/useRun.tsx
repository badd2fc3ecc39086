import { App } from 'antd'
import { useTranslation } from 'react-i18next'
import { messageOf } from '@/api/errors'
import { useSend } from '@/api/hooks'

/** Makes a new plan and says what it found. */
export function useRun(): { run: () => void; busy: boolean } {
  const { t } = useTranslation('planning')
  const { message } = App.useApp()
  const send = useSend('post', '/api/v1/planning/run')
  const run = () => send.mutate({ body: {} }, {
    onSuccess: (r) => void (r.late > 0 ? message.warning : message.success)({ content: t('run.done', { orders: r.orders, late: r.late, messages: r.messages, took: r.took_ms }), duration: 6 }),
    onError: (err) => void message.error({ content: messageOf(err), duration: 10 }),
  })
  return { run, busy: send.isPending }
}
