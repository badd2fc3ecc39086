import { useTranslation } from 'react-i18next'
import { FormDrawer } from '@/kit/crud'
import { made } from './users'

const fields = [{ key: 'pin', help: 'identity:help.pin' } as const]

/** A PIN for the floor: typed by the administrator, or made and told once. */
export function PinDrawer({ login, open, onClose, onTold }: { login: string; open: boolean; onClose: () => void; onTold: (secret: string) => void }) {
  const { t } = useTranslation('identity')
  return <FormDrawer ns="identity" title={t('user.pinTitle', { login })} method="post" path="/api/v1/identity/users/{login}/pin" pathParams={{ login }} fields={fields} shape={made} open={open} onClose={onClose} onDone={(r) => { if (r.secret) onTold(r.secret) }} width={400} />
}
