import { useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Link, useNavigate } from 'react-router'
import { lookUp } from '@/api/search'
import { messageOf } from '@/api/errors'
import { useMe } from '@/app/me'
import { chooseLanguage, logOut } from '@/app/session'
import { BigButton, Glyph, ScanBox, ShopPage, toast } from '@/kit/shop'
import { useMay } from '@/kit/who'
import room from './room'
import type { Screen } from '@/kit/screens'

/** Scan anything, or choose what to do. */
export default function StartPage() {
  const { t, i18n } = useTranslation('shop')
  const { data: me } = useMe()
  const client = useQueryClient()
  const navigate = useNavigate()
  const may = useMay()
  const tiles = (room.screens as Screen[]).filter((s) => s.tile && may(s.perm)).sort((a, b) => a.tile!.order - b.tile!.order)

  const find = (code: string) => void lookUp(code).then((hits) => {
    const hit = hits.find((h) => h.url.startsWith('/m/'))
    if (hit) void navigate(hit.url)
    else toast(t('start.unknown', { code }), 'amber')
  }, (err) => toast(messageOf(err), 'red'))
  const leave = async () => { await logOut(client); void navigate('/m/login') }
  return (
    <ShopPage title={t('start.title')} sub={me?.name}>
      <ScanBox compact title={t('start.scan')} hint={t('start.hint')} onScan={find} />
      <nav className="kw-tiles">{tiles.map((s) => <Link key={s.path} className="kw-tile" to={s.path}><Glyph name={s.tile!.icon} size={36} />{t(`menu.${s.title}`)}</Link>)}</nav>
      <div className="kw-row kw-start-foot">
        <BigButton small onClick={() => void chooseLanguage(i18n.language === 'zh' ? 'en' : 'zh')}>{t('start.language')}</BigButton>
        <BigButton small icon="out" onClick={() => void leave()}>{t('start.leave')}</BigButton>
      </div>
    </ShopPage>
  )
}
