import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { Icon } from './icons'
import { useMe } from './me'
import { menuOf, useTitles } from './menu'

/** The first page: everything this person may open, by area. */
export default function HomePage() {
  const { t } = useTranslation('app')
  const { data: me } = useMe()
  const title = useTitles()
  return (
    <div className="kw-home">
      <h1>{t('hello', { name: me?.name ?? '' })}</h1>
      <p>{t('helloText')}</p>
      <div className="kw-home-areas">
        {menuOf(me).map(({ area, entries }) => (
          <section key={area}>
            <h2>{t(`area.${area}`)}</h2>
            <div>{entries.map(({ room, screen }) => <Link key={screen.path} to={screen.path}><Icon name={screen.menu!.icon} /><span>{title(room.name, screen)}</span></Link>)}</div>
          </section>
        ))}
      </div>
    </div>
  )
}
