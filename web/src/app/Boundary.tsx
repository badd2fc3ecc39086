import { Component, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useLocation } from 'react-router'
import { messageOf } from '@/api/errors'

export function Splash() {
  return <div className="kw-splash"><img src="/icon.svg" width="56" height="56" alt="" /></div>
}

export function NotFound() {
  const { t } = useTranslation('app')
  return <Plate mark="404" title={t('notFound.title')} text={t('notFound.text')} />
}

export function Forbidden() {
  const { t } = useTranslation('app')
  return <Plate mark="403" title={t('forbidden.title')} text={t('forbidden.text')} />
}

export function Broken({ error }: { error: unknown }) {
  const { t } = useTranslation('app')
  return <Plate mark="!" title={t('broken.title')} text={messageOf(error)} retry />
}

/** Shown in place of a page that threw; the shell around it lives on, another page starts afresh. */
export function ErrorBoundary({ children }: { children: ReactNode }) {
  const { pathname } = useLocation()
  return <Catcher key={pathname.split('/')[1]} at={pathname}>{children}</Catcher>
}

class Catcher extends Component<{ children: ReactNode; at: string }, { error?: unknown; at: string }> {
  state: { error?: unknown; at: string } = { at: this.props.at }
  static getDerivedStateFromError(error: unknown) { return { error } }
  static getDerivedStateFromProps(p: { at: string }, s: { at: string }) { return p.at === s.at ? null : { at: p.at, error: undefined } }
  componentDidCatch(error: unknown) { console.error(error) }
  render() { return this.state.error === undefined ? this.props.children : <Broken error={this.state.error} /> }
}

function Plate({ mark, title, text, retry }: { mark: string; title: string; text: string; retry?: boolean }) {
  const { t } = useTranslation('app')
  return (
    <div className="kw-plate" role="alert">
      <b aria-hidden="true">{mark}</b>
      <h1>{title}</h1>
      <p>{text}</p>
      <div>
        {retry && <button type="button" className="kw-plain-button" onClick={() => location.reload()}>{t('broken.reload')}</button>}
        <Link className="kw-plain-button" to={location.pathname.startsWith('/m') ? '/m' : '/'}>{t('home')}</Link>
      </div>
    </div>
  )
}
