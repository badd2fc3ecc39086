import { useEffect, useRef, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Glyph } from './icons'

/** A dialog from below; never put one on another. */
export function Sheet({ open, title, onClose, children, bar }: { open: boolean; title: ReactNode; onClose: () => void; children: ReactNode; bar?: ReactNode }) {
  const { t } = useTranslation('kit')
  const ref = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    const el = ref.current
    if (open && el && !el.open) { el.showModal(); el.focus() } // not the closing cross: a scanner's Enter would press it
    if (!open && el?.open) el.close()
  }, [open])
  if (!open) return null
  return (
    <dialog ref={ref} tabIndex={-1} className="kw-sheet" onCancel={(e) => { e.preventDefault(); onClose() }} onClick={(e) => { if (e.target === ref.current) onClose() }}>
      <div>
        <header><h2>{title}</h2><button type="button" aria-label={t('close')} onClick={onClose}><Glyph name="close" /></button></header>
        <div className="kw-sheet-body">{children}</div>
        {bar && <footer>{bar}</footer>}
      </div>
    </dialog>
  )
}
