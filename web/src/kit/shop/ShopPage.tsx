import { useEffect, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { showTime } from '../dates'
import { me, myName } from '../who'
import { Glyph } from './icons'
import { outbox, useOutbox } from './outbox'
import { BigButton, Notice } from './parts'
import { Sheet } from './Sheet'

/** A floor screen: head with way back and network badge, body, and the action bar at the bottom. */
export function ShopPage({ title, sub, back, children, bar }: { title: string; sub?: ReactNode; back?: string | (() => void); children: ReactNode; bar?: ReactNode }) {
  const { t } = useTranslation('kit')
  const navigate = useNavigate()
  useEffect(() => { document.title = title }, [title])
  return (
    <div className="kw-shoppage">
      <header className="kw-shophead">
        {back && <button type="button" className="kw-back" aria-label={t('back')} onClick={() => (typeof back === 'string' ? void navigate(back) : back())}><Glyph name="back" /></button>}
        <div><h1>{title}</h1>{sub && <span>{sub}</span>}</div>
        {me() && <button type="button" className="kw-who" aria-label={t('who', { name: myName() })} onClick={() => askWho()}>{[...myName()][0]}</button>}
        <NetBadge />
      </header>
      <main className="kw-shopbody">{children}</main>
      {bar && <div className="kw-actionbar">{bar}</div>}
    </div>
  )
}

/** Asks the shell for somebody else's badge: the page stays as it is. */
export const askWho = (badge = ''): void => { window.dispatchEvent(new CustomEvent('kw-who', { detail: badge })) }

function useOnline(): boolean {
  const [online, setOnline] = useState(navigator.onLine)
  useEffect(() => {
    const set = () => setOnline(navigator.onLine)
    window.addEventListener('online', set)
    window.addEventListener('offline', set)
    return () => { window.removeEventListener('online', set); window.removeEventListener('offline', set) }
  }, [])
  return online
}

/** Online / offline, how many acts wait, and whether one needs a person. */
function NetBadge() {
  const { t } = useTranslation('kit')
  const [open, setOpen] = useState(false)
  const box = useOutbox()
  const online = useOnline() && box.reachable
  const tone = box.parked ? 'red' : !online ? 'amber' : box.waiting ? 'blue' : 'teal'
  const word = box.parked ? t('net.parked', { n: box.parked }) : [t(online ? 'net.online' : 'net.offline'), box.waiting ? t('net.waiting', { n: box.waiting }) : ''].filter(Boolean).join(' · ')
  return (
    <>
      <button type="button" className={`kw-net kw-net-${tone}`} onClick={() => setOpen(true)}><i aria-hidden="true" />{word}</button>
      <Sheet open={open} title={t('net.title')} onClose={() => setOpen(false)} bar={box.waiting > 0 && <BigButton kind="main" onClick={() => void outbox().run()}>{t('net.sendNow')}</BigButton>}>
        {!isSecureContext && <Notice tone="amber" icon="alert" title={t('net.insecure')}>{t('net.insecureText')}</Notice>}
        {box.acts.length === 0 && <Notice tone="green" icon="check" title={t('net.empty')} />}
        <ul className="kw-acts">
          {box.acts.map((a) => (
            <li key={a.id} className={a.state === 'parked' ? 'kw-parked' : ''}>
              <div><b>{a.lane.replace(/ · call:.*/, '')}</b><span>{a.label}</span><small>{showTime(a.madeAt)} · {a.authorName || a.author}{a.author !== me() && ` · ${t('net.foreign')}`}</small>{a.problem && <p role="alert">{a.problem}</p>}</div>
              {a.state === 'parked' && <div className="kw-acts-do"><BigButton small onClick={() => void outbox().retry(a.id)}>{t('retry')}</BigButton><BigButton small kind="bad" onClick={() => void outbox().drop(a.id)}>{t('net.drop')}</BigButton></div>}
            </li>
          ))}
        </ul>
      </Sheet>
    </>
  )
}
