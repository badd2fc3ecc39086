import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { useGet } from '@/api/hooks'
import { today } from '@/kit/dates'
import { Icon } from './icons'
import { can, useMe } from './me'
import { menuOf, useTitles } from './menu'
import { Todo } from './Todo'

/** The first page: what waits for this person, then everything they may open, by area. */
export default function HomePage() {
  const { t, i18n } = useTranslation('app')
  const { data: me } = useMe()
  const day = new Intl.DateTimeFormat(i18n.language === 'en' ? 'en-GB' : 'zh-CN', { dateStyle: 'full', timeZone: 'UTC' }).format(new Date(`${today()}T12:00:00Z`))
  const title = useTitles()
  return (
    <div className="kw-home">
      <h1>{t('office:hello', { name: me?.name ?? '' })}</h1>
      <p>{day}<span className="kw-hellokeys"> · {t('office:helloText')}</span></p>
      {can(me, 'masterdata.import') && <FirstSteps />}
      {me && <Todo me={me} />}
      <div className="kw-home-areas">
        {menuOf(me).map(({ area, entries }) => (
          <section key={area}>
            <h2>{t(`office:area.${area}`)}</h2>
            <div>{entries.map(({ room, screen }) => <Link key={screen.path} to={screen.path}><Icon name={screen.menu!.icon} /><span>{title(room.name, screen)}</span></Link>)}</div>
          </section>
        ))}
      </div>
    </div>
  )
}

/** For a factory that has not shipped its first order yet: how far it is, and the way on. */
function FirstSteps() {
  const { t } = useTranslation('app')
  const { data } = useGet('/api/v1/first-steps', { staleTime: 60_000 })
  const n = data?.steps?.length ?? 0
  if (!data || data.done >= n) return null
  return <Link to="/system/first-steps" className="kw-home-steps"><b className="num">{data.done} / {n}</b><span>{t('office:firstSteps')}</span></Link>
}
