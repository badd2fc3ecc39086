import { useQueryClient } from '@tanstack/react-query'
import { App, Switch } from 'antd'
import { useTranslation } from 'react-i18next'
import { messageOf } from '@/api/errors'
import { useGet, useSend } from '@/api/hooks'
import { useConfirm } from '@/kit/crud'
import { useMay } from '@/kit/who'
import './identity.css'

/** What the company uses; menus, permissions and hooks follow at once. */
export default function ModulesPage() {
  const { t } = useTranslation('identity')
  const may = useMay()
  const ask = useConfirm()
  const client = useQueryClient()
  const { message } = App.useApp()
  const { data, error } = useGet('/api/v1/identity/modules')
  const put = useSend('post', '/api/v1/identity/modules/{name}')
  const turn = async (name: string, on: boolean) => {
    if (!on && (await ask({ title: t('modules.offAsk', { name: t(`module.${name}.name`, { defaultValue: name }) }), text: t('modules.offText'), ok: t('modules.off') })) === false) return
    put.mutate({ path: { name }, body: { on } }, { onSuccess: () => void client.invalidateQueries({ queryKey: ['/api/v1/me'] }), onError: (e) => void message.error({ content: messageOf(e), duration: 6 }) })
  }
  if (error && !data) return <div className="kw-none" role="alert">{messageOf(error)}</div>
  return (
    <div className="kw-detail-body id-modules">
      <p className="kw-dim">{t('modules.text')}</p>
      <div className="id-modulegrid">
        {(data?.items ?? []).map((m) => (
          <section key={m.name} className={m.on ? 'kw-panel id-module id-on' : 'kw-panel id-module'}>
            <div>
              <h3>{t(`module.${m.name}.name`, { defaultValue: m.name })}</h3>
              <p>{t(`module.${m.name}.text`, { defaultValue: '' })}</p>
              {(m.needs ?? []).length > 0 && <small>{t('modules.needs', { names: (m.needs ?? []).map((n) => t(`module.${n}.name`, { defaultValue: n })).join(t('comma')) })}</small>}
            </div>
            <Switch checked={m.on} loading={put.isPending && put.variables?.path?.name === m.name} disabled={!may('identity.modules')} aria-label={t(`module.${m.name}.name`, { defaultValue: m.name })} onChange={(on) => void turn(m.name, on)} />
          </section>
        ))}
      </div>
    </div>
  )
}
