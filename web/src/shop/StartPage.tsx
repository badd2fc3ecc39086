import { useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Link, useNavigate } from 'react-router'
import { useGet } from '@/api/hooks'
import { moduleOn, useMe } from '@/app/me'
import { chooseLanguage, logOut } from '@/app/session'
import { useTheme } from '@/app/theme'
import { BigButton, Glyph, ScanBox, ShopPage } from '@/kit/shop'
import type { Screen } from '@/kit/screens'
import { useMay } from '@/kit/who'
import { useCounts } from './counts'
import { useFind } from './find'
import { Since } from './Since'
import room from './room'
import './start.css'

/** Scan anything, or choose what to do. */
export default function StartPage() {
  const { t, i18n } = useTranslation('shop')
  const { data: me } = useMe()
  const sessions = useGet('/api/v1/me/sessions', { staleTime: 5 * 60_000 })
  const client = useQueryClient()
  const navigate = useNavigate()
  const may = useMay()
  const { theme, set } = useTheme()
  const { find, busy, choice } = useFind()
  const counts = useCounts()
  const tiles = (room.screens as Screen[]).filter((s) => s.tile && may(s.perm) && moduleOn(me, s.perm?.split('.')[0] ?? '')).sort((a, b) => a.tile!.order - b.tile!.order)
  const since = sessions.data?.items?.find((s) => s.current)?.created_ms
  const leave = async () => { await logOut(client); void navigate('/m/login') }
  return (
    <ShopPage title={t('start.title')} sub={me?.site?.name}>
      {me && (
        <section className="kf-me">
          <span className="kf-face" aria-hidden="true">{[...me.name][0]}</span>
          <div><b>{me.name}</b><small>{me.roles.map((r) => t(`app:role.${r}`, { defaultValue: r })).join(' · ')}</small>{since && <small>{t('start.since')} <Since ms={since} /></small>}</div>
          <BigButton small icon="out" onClick={() => void leave()}>{t('start.leave')}</BigButton>
        </section>
      )}
      <ScanBox compact="labels" title={t('start.scan')} hint={t('start.hint')} busy={busy} onScan={find} />
      <nav className="kw-tiles">
        {tiles.map((s) => (
          <Link key={s.path} className="kw-tile" to={s.path}>
            <span className="kf-tilehead"><Glyph name={s.tile!.icon} size={36} />{!!counts[s.title] && <em className="num">{counts[s.title]}</em>}</span>
            {t(`menu.${s.title}`)}
          </Link>
        ))}
      </nav>
      <div className="kw-row kw-start-foot">
        <BigButton small onClick={() => void chooseLanguage(i18n.language === 'zh' ? 'en' : 'zh')}>{t('start.language')}</BigButton>
        <BigButton small onClick={() => set(theme === 'dark' ? 'light' : 'dark')}>{t(theme === 'dark' ? 'start.light' : 'start.dark')}</BigButton>
      </div>
      {choice}
    </ShopPage>
  )
}
