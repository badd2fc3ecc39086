import { BulbOutlined, LogoutOutlined, MenuFoldOutlined, MenuOutlined, MenuUnfoldOutlined, MobileOutlined, MoonOutlined, QuestionCircleOutlined, SafetyOutlined, SearchOutlined, UserOutlined } from '@ant-design/icons'
import { useQueryClient } from '@tanstack/react-query'
import { Button, Drawer, Dropdown, Tooltip } from 'antd'
import i18n from 'i18next'
import { lazy, Suspense, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, NavLink, Outlet, useLocation, useNavigate } from 'react-router'
import { lookUp } from '@/api/search'
import { useWedge } from '@/kit/scan/useWedge'
import { ErrorBoundary, Forbidden } from './Boundary'
import { startEvents } from './events'
import { language } from './i18n'
import { Icon } from './icons'
import { useMe, type Me } from './me'
import { loadMenuTexts, mayOpen, menuOf, parentOf, useTitles } from './menu'
import OfficeTheme from './OfficeTheme'
import { placeOf, preload } from './places'
import { chooseLanguage, logOut } from './session'
import { useTheme } from './theme'
import './office.css'

const Palette = lazy(() => import('./Palette'))
const Bell = lazy(() => Promise.all([import('./Bell'), i18n.loadNamespaces('notices')]).then(([m]) => m))
const CallNews = lazy(() => import('./CallNews'))
const Help = lazy(() => import('./Help'))
await loadMenuTexts(language())

function Rail({ me, narrow, onGo }: { me: Me | undefined; narrow?: boolean; onGo?: () => void }) {
  const { t } = useTranslation('app')
  const title = useTitles()
  return (
    <nav className={`kw-rail${narrow ? ' kw-rail-narrow' : ''}`} aria-label={t('menu')}>
      <Link to="/" className="kw-brand" onClick={onGo}><img src="/icon.svg" width="28" height="28" alt="" /><span>{t('brand')}</span></Link>
      <div className="kw-rail-list">
        {menuOf(me).map(({ area, entries }) => (
          <section key={area}>
            <h2>{t(`office:area.${area}`)}</h2>
            {entries.map(({ room, screen }) => (
              <Tooltip key={screen.path} title={narrow ? title(room.name, screen) : ''} placement="right">
                <NavLink to={screen.path} onClick={onGo} onPointerEnter={() => preload(screen.path)}><Icon name={screen.menu!.icon} /><span>{title(room.name, screen)}</span></NavLink>
              </Tooltip>
            ))}
          </section>
        ))}
      </div>
    </nav>
  )
}

function useCrumbs() {
  const { t } = useTranslation('app')
  const title = useTitles()
  const { pathname } = useLocation()
  const place = placeOf(pathname)
  if (!place) return { place, area: '', parent: undefined, here: pathname === '/account/sessions' ? t('office:sessions.title') : t('start') }
  const { room, screen } = place
  const up = parentOf(screen.path)
  const params = Object.values(place.params).filter(Boolean) as string[]
  return {
    place,
    area: up ? t(`office:area.${up.screen.menu!.area}`) : '',
    parent: up && up.screen.path !== screen.path ? { to: up.screen.path, title: title(up.room.name, up.screen) } : undefined,
    here: params.length ? params.join(' / ') : title(room.name, screen),
  }
}

function Shell() {
  const { t } = useTranslation('app')
  const { data: me } = useMe()
  const client = useQueryClient()
  const navigate = useNavigate()
  const location = useLocation()
  const { theme, set: setTheme } = useTheme()
  const { place, area, parent, here } = useCrumbs()
  const [drawer, setDrawer] = useState(false)
  const [narrow, setNarrow] = useState(localStorage.getItem('kaiwu.rail') === 'narrow')
  const [palette, setPalette] = useState<string | undefined>()
  const [help, setHelp] = useState(false)

  useEffect(() => startEvents(client), [client])
  useEffect(() => { document.title = `${here} · ${t('brand')}` }, [here, t])
  useEffect(() => {
    const press = (e: KeyboardEvent) => {
      if ((e.ctrlKey || e.metaKey) && e.key.toLowerCase() === 'k') { e.preventDefault(); setPalette('') }
      const typing = e.target instanceof HTMLElement && (e.target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(e.target.tagName))
      if (e.key === '?' && !typing) setHelp(true)
    }
    window.addEventListener('keydown', press)
    return () => window.removeEventListener('keydown', press)
  }, [])
  // A code scanned anywhere in the office leads to its page.
  useWedge((code) => {
    void lookUp(code).then((hits) => {
      if (hits.length === 1 && hits[0]) void navigate(hits[0].url)
      else setPalette(code)
    }, () => setPalette(code))
  })

  const fold = () => { setNarrow(!narrow); localStorage.setItem('kaiwu.rail', narrow ? '' : 'narrow') }
  const leave = async () => { await logOut(client); void navigate('/login') }
  return (
    <div className={`kw-shell${narrow ? ' kw-shell-narrow' : ''}`}>
      <a className="kw-skip" href="#main">{t('skip')}</a>
      <aside className="kw-aside"><Rail me={me} narrow={narrow} /></aside>
      <Drawer open={drawer} onClose={() => setDrawer(false)} placement="left" size={248} closable={false} styles={{ body: { padding: 0, background: 'var(--navy)' } }}>
        <Rail me={me} onGo={() => setDrawer(false)} />
      </Drawer>
      <header className="kw-top">
        <Button type="text" className="kw-burger" icon={<MenuOutlined />} aria-label={t('menu')} onClick={() => setDrawer(true)} />
        <Button type="text" className="kw-fold" icon={narrow ? <MenuUnfoldOutlined /> : <MenuFoldOutlined />} aria-label={t('office:fold')} onClick={fold} />
        <nav className="kw-crumbs" aria-label={t('office:crumbs')}>
          {area && <><span className="kw-crumb-area">{area}</span><i>/</i></>}
          {parent && <><Link to={parent.to}>{parent.title}</Link><i>/</i></>}
          <b>{here}</b>
        </nav>
        <button type="button" className="kw-find" onClick={() => setPalette('')} aria-label={t('office:palette.hint')}><SearchOutlined /><span>{t('office:palette.hint')}</span><kbd>Ctrl K</kbd></button>
        <Suspense fallback={<span className="kw-bell-wait" />}>{me && <Bell />}</Suspense>
        {me?.site && <span className="kw-site">{me.site.name || me.site.code}</span>}
        <Button type="text" aria-label={t('language')} onClick={() => void chooseLanguage(language() === 'zh' ? 'en' : 'zh')}>{t('otherLanguage')}</Button>
        <Button type="text" icon={theme === 'dark' ? <BulbOutlined /> : <MoonOutlined />} aria-label={t('theme')} onClick={() => setTheme(theme === 'dark' ? 'light' : 'dark')} />
        <Dropdown
          trigger={['click']}
          menu={{
            items: [
              { key: 'me', disabled: true, icon: <UserOutlined />, label: <span>{me?.name}<small className="kw-me">{me?.login}</small></span> },
              { type: 'divider' },
              { key: 'sessions', icon: <SafetyOutlined />, label: t('office:sessions.title'), onClick: () => void navigate('/account/sessions') },
              { key: 'floor', icon: <MobileOutlined />, label: t('floor'), onClick: () => void navigate('/m') },
              { key: 'help', icon: <QuestionCircleOutlined />, label: t('office:help.title'), onClick: () => setHelp(true) },
              { type: 'divider' },
              { key: 'out', icon: <LogoutOutlined />, label: t('logOut'), onClick: () => void leave() },
            ],
          }}
        >
          <button type="button" className="kw-avatar" aria-label={t('office:account')}>{(me?.name || me?.login || '?').slice(0, 1)}</button>
        </Dropdown>
      </header>
      <main id="main" className="kw-main" key={location.pathname}>
        <ErrorBoundary><Suspense fallback={<div className="kw-wait" />}>{place && me && !mayOpen(me, place.room.name, place.screen) ? <Forbidden /> : <Outlet />}</Suspense></ErrorBoundary>
      </main>
      <Suspense>
        {me && <CallNews />}
        {palette !== undefined && <Palette me={me} start={palette} onClose={() => setPalette(undefined)} />}
        {help && <Help onClose={() => setHelp(false)} />}
      </Suspense>
    </div>
  )
}

export default function OfficeShell() {
  return <OfficeTheme><Shell /></OfficeTheme>
}
