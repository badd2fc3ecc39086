import { lazy, Suspense, useState, type FormEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { useWedge } from '../scan/useWedge'
import { signal } from './feedback'
import { Glyph } from './icons'

const CameraScan = lazy(() => import('../scan/CameraScan'))

/**
 * Waits for a code: scanner, camera or typed. Focus stays off inputs so that an input method cannot eat the scan.
 * Compact: one row above a list, its two ways as pictures; 'labels': lower than the whole box, with their words.
 */
export function ScanBox({ title, hint, busy, onScan, compact }: { title: string; hint?: string; busy?: boolean; onScan: (code: string) => void; compact?: boolean | 'labels' }) {
  const { t } = useTranslation('kit')
  const [camera, setCamera] = useState(false)
  const [typing, setTyping] = useState(false)
  const [text, setText] = useState('')
  useWedge((code) => { signal('ok'); onScan(code) }, !busy)
  const submit = (e: FormEvent) => {
    e.preventDefault()
    const code = text.trim()
    if (!code) return
    setText('')
    setTyping(false)
    onScan(code)
  }
  return (
    <section className={`kw-scanbox${compact ? ' kw-compact' : ''}${compact === true ? ' kw-scanrow' : ''}`} aria-busy={busy}>
      <div className="kw-scan-target"><Glyph name="scan" size={compact ? 32 : 64} /><div><b>{title}</b>{hint && <span>{hint}</span>}</div></div>
      {typing
        ? (
            <form onSubmit={submit}>
              <input autoFocus value={text} autoCapitalize="characters" autoComplete="off" autoCorrect="off" spellCheck={false} enterKeyHint="go" aria-label={t('scan.type')} onChange={(e) => setText(e.target.value)} />
              <button type="submit" disabled={!text.trim()}>{t('ok')}</button>
              <button type="button" aria-label={t('close')} onClick={() => setTyping(false)}><Glyph name="close" /></button>
            </form>
          )
        : (
            <div className="kw-scan-ways">
              <button type="button" onClick={() => setCamera(true)}><Glyph name="camera" /><span>{t('scan.camera')}</span></button>
              <button type="button" onClick={() => setTyping(true)}><Glyph name="keyboard" /><span>{t('scan.type')}</span></button>
            </div>
          )}
      {camera && <Suspense><CameraScan onClose={() => setCamera(false)} onScan={(code) => { setCamera(false); signal('ok'); onScan(code) }} /></Suspense>}
    </section>
  )
}
