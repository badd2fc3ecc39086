import { DownOutlined } from '@ant-design/icons'
import { Button, Dropdown } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { FormDrawer } from '@/kit/crud'
import { useMay } from '@/kit/who'
import { FIELDS, initialOf, PATHS, PERMS, shapeOf, type Act, type Goods } from './acts'

const ACTS: Act[] = ['transfer', 'adjust', 'hold', 'release']

/** Buttons for what may be done with goods, and the form behind each. `goods` fills the form. */
export function StockActs({ goods, small, menu, without = [] }: { goods?: Goods; small?: boolean; menu?: boolean; without?: Act[] }) {
  const { t } = useTranslation('inventory')
  const may = useMay()
  const [act, setAct] = useState<Act | undefined>()
  const acts = ACTS.filter((a) => may(PERMS[a]) && !without.includes(a))
  if (acts.length === 0) return null
  return (
    <>
      {menu
        ? <Dropdown trigger={['click']} menu={{ items: acts.map((a) => ({ key: a, label: t(`act.${a}`) })), onClick: (e) => setAct(e.key as Act) }}><Button size={small ? 'small' : undefined}>{t('act.title')} <DownOutlined /></Button></Dropdown>
        : acts.map((a) => <Button key={a} size={small ? 'small' : undefined} onClick={() => setAct(a)}>{t(`act.${a}`)}</Button>)}
      <ActDrawer act={act} goods={goods} onClose={() => setAct(undefined)} />
    </>
  )
}

/** The last act stays drawn while its drawer slides away. */
function ActDrawer({ act, goods, onClose }: { act: Act | undefined; goods?: Goods; onClose: () => void }) {
  const { t } = useTranslation('inventory')
  const may = useMay()
  const [last, setLast] = useState<Act>('transfer')
  if (act && act !== last) setLast(act)
  return (
    <FormDrawer
      key={last} ns="inventory" title={t(`act.${last}`)} method="post" path={PATHS[last]} fields={may('inventory.backdate') ? FIELDS[last] : FIELDS[last].filter((f) => f.key !== 'day')} initial={initialOf(last, goods)} shape={shapeOf} ok={t(`act.${last}`)} serial={!goods}
      open={act !== undefined} onClose={onClose} said={(e) => t('act.done', { number: e.number })}
    />
  )
}
