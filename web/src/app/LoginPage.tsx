import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useState, type FormEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate, useSearchParams } from 'react-router'
import { messageOf } from '@/api/errors'
import { language } from './i18n'
import { useMeta } from './me'
import { safeNext } from './next'
import { chooseLanguage, logIn } from './session'
import './login.css'

export default function LoginPage() {
  const { t } = useTranslation('app')
  const client = useQueryClient()
  const navigate = useNavigate()
  const [search] = useSearchParams()
  const { data: meta } = useMeta()
  const [login, setLogin] = useState('')
  const [password, setPassword] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState('')
  useEffect(() => { document.title = `${t('login.title')} · ${t('brand')}` }, [t])

  async function enter(l: string, p: string) {
    setBusy(true)
    setError('')
    try {
      await logIn(client, l, p)
      void navigate(safeNext(search.get('next'), '/'), { replace: true })
    } catch (err) {
      setError(messageOf(err))
      setBusy(false)
    }
  }
  const submit = (e: FormEvent) => { e.preventDefault(); void enter(login.trim(), password) }
  return (
    <div className="kw-login">
      <div className="kw-login-side" aria-hidden="true">
        <svg viewBox="0 0 600 800" preserveAspectRatio="xMidYMid slice">
          <defs><pattern id="g" width="44" height="44" patternUnits="userSpaceOnUse"><path d="M44 0H0v44" fill="none" stroke="#fff" strokeOpacity=".05" /></pattern></defs>
          <rect width="600" height="800" fill="url(#g)" />
          <g fill="none" strokeWidth="2.5" strokeLinecap="round">
            <path d="M-20 610h130l44-44h110l44-88h120l44-66h190" stroke="#f2b134" strokeOpacity=".9" />
            <path d="M-20 660h170l44-44h130l44-88h100l44-44h170" stroke="#5b9bff" strokeOpacity=".5" />
            <path d="M-20 710h210l66-66h110l44-66h232" stroke="#1ec9a4" strokeOpacity=".45" />
          </g>
          <g fill="#14213d" stroke="#f2b134" strokeWidth="2.5"><circle cx="154" cy="566" r="7" /><circle cx="308" cy="478" r="7" /><circle cx="472" cy="412" r="7" /></g>
        </svg>
        <div><img src="/icon.svg" width="64" height="64" alt="" /><h1>{t('brandLong')}</h1><p>{t('login.claim')}</p></div>
      </div>
      <main className="kw-login-main">
        <button type="button" className="kw-login-lang" onClick={() => void chooseLanguage(language() === 'zh' ? 'en' : 'zh')}>{t('otherLanguage')}</button>
        <form onSubmit={submit}>
          <img className="kw-login-mark" src="/icon.svg" width="48" height="48" alt="" />
          <h2>{t('login.title')}</h2>
          {meta?.company && <p className="kw-login-company">{meta.company}</p>}
          <label><span>{t('login.login')}</span><input name="username" autoComplete="username" autoCapitalize="none" autoFocus required value={login} onChange={(e) => setLogin(e.target.value)} /></label>
          <label><span>{t('login.password')}</span><input name="password" type="password" autoComplete="current-password" required value={password} onChange={(e) => setPassword(e.target.value)} /></label>
          {error && <div className="kw-login-error" role="alert">{error}</div>}
          <button type="submit" className="kw-login-go" disabled={busy}>{busy ? t('login.busy') : t('login.go')}</button>
          <a className="kw-login-floor" href="/m">{t('login.floor')} →</a>
        </form>
        {meta?.demo && !!meta.logins?.length && (
          <section className="kw-login-demo">
            <h3>{t('login.demo')}</h3>
            <div>{meta.logins.map((d) => <button type="button" key={d.login} disabled={busy} onClick={() => void enter(d.login, d.password)}><b>{t(`role.${d.role}`, { defaultValue: d.role })}</b><small>{d.name || d.login}</small></button>)}</div>
            <p>{t('login.demoText')}</p>
          </section>
        )}
        {meta?.version && <footer>{meta.version}</footer>}
      </main>
    </div>
  )
}
