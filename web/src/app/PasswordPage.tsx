import { useQueryClient } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { fieldErrors, messageOf } from '@/api/errors'
import { ME } from './me'
import { changePassword, logOut } from './session'
import './login.css'

/** Before anything else when the password was given by an administrator; later from the account menu. */
export default function PasswordPage({ forced, onDone }: { forced?: boolean; onDone?: () => void }) {
  const { t } = useTranslation('app')
  const client = useQueryClient()
  const [now, setNow] = useState('')
  const [next, setNext] = useState('')
  const [again, setAgain] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState('')
  const submit = async (e: FormEvent) => {
    e.preventDefault()
    if (next !== again) return setError(t('password.differ'))
    setBusy(true)
    setError('')
    try {
      await changePassword(now, next)
      await client.invalidateQueries({ queryKey: [ME] })
      onDone?.()
    } catch (err) {
      setError([messageOf(err), ...Object.values(fieldErrors(err))].join(' '))
    } finally {
      setBusy(false)
    }
  }
  const field = (label: string, value: string, set: (v: string) => void, complete: string) => (
    <label><span>{label}</span><input type="password" required autoComplete={complete} value={value} onChange={(e) => set(e.target.value)} /></label>
  )
  return (
    <div className={`kw-login-main${forced ? ' kw-login-alone' : ''} kw-login`}>
      <form onSubmit={(e) => void submit(e)}>
        <h2>{t('password.title')}</h2>
        <p className="kw-login-company">{t(forced ? 'password.forced' : 'password.text')}</p>
        {field(t('password.now'), now, setNow, 'current-password')}
        {field(t('password.next'), next, setNext, 'new-password')}
        {field(t('password.again'), again, setAgain, 'new-password')}
        {error && <div className="kw-login-error" role="alert">{error}</div>}
        <button type="submit" className="kw-login-go" disabled={busy}>{t('password.go')}</button>
        {forced && <a className="kw-login-floor" href="/login" onClick={() => void logOut(client)}>{t('logOut')}</a>}
      </form>
    </div>
  )
}
