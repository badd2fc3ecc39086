import { Drawer, Input, Switch } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { messageOf } from '@/api/errors'
import { useGet } from '@/api/hooks'
import { EntitySelect } from '@/kit/crud'
import { cmp, parse } from '@/kit/num'
import { KitFacts } from './KitDrawer'
import { useSite } from '@/kit/SitePick'

/** How many of an item could be built, before anybody has ordered it. */
export function ItemKit({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useTranslation('answers')
  const [item, setItem] = useState<string>()
  const [typed, setTyped] = useState('100')
  const site = useSite()
  const [alone, setAlone] = useState(false)
  const qty = parse(typed)
  const ready = !!item && !!qty && cmp(qty, '0') > 0
  const kit = useGet('/api/v1/planning/kit-of-item', { query: { item: item ?? '', qty: qty ?? '1', alone, site }, enabled: open && ready })
  return (
    <Drawer open={open} onClose={onClose} size={720} title={t('kits.howMany')}>
      <div className="an-form">
        <label><span>{t('c.item')}</span><EntitySelect path="/api/v1/masterdata/items" chosen={item} onChange={(v) => setItem(v)} placeholder={t('c.item')} /></label>
        <label className="an-short"><span>{t('c.qty')}</span><Input inputMode="decimal" value={typed} onChange={(e) => setTyped(e.target.value)} status={qty ? undefined : 'error'} /></label>
        <label className="an-switch"><Switch size="small" checked={alone} onChange={setAlone} />{t('kit.alone')}</label>
      </div>
      {!ready ? <div className="kw-none">{t('kit.choose')}</div> : kit.error ? <div className="kw-none" role="alert">{messageOf(kit.error)}</div> : kit.data && <KitFacts kit={kit.data} />}
    </Drawer>
  )
}
