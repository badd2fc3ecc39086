import { App } from 'antd'
import { useTranslation } from 'react-i18next'
import { messageOf } from '@/api/errors'
import { useSend } from '@/api/hooks'
import { format } from '@/kit/num'

/** How to plan: everything anew, or what has changed. */
export interface RunWhat { mode?: 'regenerative' | 'net' }

/** Makes a new plan of a site, one's first where none is named, and says what it found. */
export function useRun(site?: string): { run: (what?: RunWhat) => void; busy: boolean } {
  const { t } = useTranslation('planning')
  const { message } = App.useApp()
  const send = useSend('post', '/api/v1/planning/run')
  const run = (what: RunWhat = {}) => send.mutate({ body: { site, mode: what.mode } }, {
    onSuccess: (r) => void (r.late > 0 ? message.warning : message.success)({
      content: r.net ? t('net.done', { looked: format(String(r.net.looked)), of: format(String(r.net.of)), orders: r.orders, late: r.late }) : t('run.done', { orders: r.orders, late: r.late, messages: r.messages, took: r.took_ms }), duration: 6,
    }),
    onError: (err) => void message.error({ content: messageOf(err), duration: 10 }),
  })
  return { run, busy: send.isPending }
}
