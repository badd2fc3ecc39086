import { EnterOutlined, LoadingOutlined, SearchOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { Modal } from 'antd'
import { useDeferredValue, useState, type KeyboardEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { lookUp, type Hit } from '@/api/search'
import { Icon } from './icons'
import type { Me } from './me'
import { menuOf, useTitles } from './menu'
import { chooseLanguage } from './session'
import { useTheme } from './theme'

interface Choice { key: string; group: string; title: string; sub?: string; icon?: Parameters<typeof Icon>[0]['name']; run: () => void }

/** Ctrl K: jump to a screen, find any number or scanned code, act. */
export default function Palette({ me, start, onClose }: { me: Me | undefined; start: string; onClose: () => void }) {
  const { t, i18n } = useTranslation('app')
  const title = useTitles()
  const navigate = useNavigate()
  const { theme, set } = useTheme()
  const [q, setQ] = useState(start)
  const [at, setAt] = useState(0)
  const asked = useDeferredValue(q.trim())
  const { data: hits = [], isFetching } = useQuery<Hit[]>({
    queryKey: ['/api/v1/search', asked],
    queryFn: async ({ signal }) => {
      await new Promise((r) => setTimeout(r, 120)) // a fast typist asks once
      return signal.aborted ? [] : lookUp(asked, signal)
    },
    enabled: asked.length >= 2,
    placeholderData: (old) => old,
  })

  const go = (url: string) => () => { onClose(); void navigate(url) }
  const has = (s: string) => s.toLowerCase().includes(q.trim().toLowerCase())
  const jumps: Choice[] = menuOf(me).flatMap((g) => g.entries.map(({ room, screen }) => ({ key: screen.path, group: t('office:palette.jump'), title: title(room.name, screen), sub: t(`office:area.${g.area}`), icon: screen.menu?.icon, run: go(screen.path) })))
    .filter((c) => has(c.title) || has(c.key))
  const found: Choice[] = asked.length < 2 ? [] : hits.map((h) => ({ key: h.kind + h.url, group: t('office:palette.found'), title: h.title, sub: [t(`palette.kind.${h.kind}`, { defaultValue: h.kind }), h.sub].filter(Boolean).join(' · '), run: go(h.url) }))
  const acts: Choice[] = [
    { key: 'lang', group: t('office:palette.act'), title: t('office:palette.language'), run: () => { onClose(); void chooseLanguage(i18n.language === 'zh' ? 'en' : 'zh') } },
    { key: 'theme', group: t('office:palette.act'), title: t('office:palette.theme'), run: () => { onClose(); set(theme === 'dark' ? 'light' : 'dark') } },
    { key: 'floor', group: t('office:palette.act'), title: t('floor'), run: go('/m') },
  ].filter((c) => has(c.title))
  const all = [...found, ...jumps, ...acts].slice(0, 40)
  const current = Math.min(at, Math.max(0, all.length - 1))

  const press = (e: KeyboardEvent) => {
    if (e.key === 'ArrowDown' || e.key === 'ArrowUp') {
      e.preventDefault()
      const next = Math.max(0, Math.min(all.length - 1, current + (e.key === 'ArrowDown' ? 1 : -1)))
      setAt(next)
      document.getElementById(`kw-choice-${next}`)?.scrollIntoView({ block: 'nearest' })
    } else if (e.key === 'Enter' && !e.nativeEvent.isComposing) {
      e.preventDefault()
      all[current]?.run()
    }
  }
  return (
    <Modal open onCancel={onClose} footer={null} closable={false} width={600} style={{ top: 88 }} className="kw-palette" styles={{ container: { padding: 0, overflow: 'hidden' } }}>
      <div className="kw-palette-box" onKeyDown={press}>
        <div className="kw-palette-input">
          {isFetching ? <LoadingOutlined /> : <SearchOutlined />}
          <input autoFocus value={q} placeholder={t('office:palette.hint')} aria-label={t('office:palette.hint')} role="combobox" aria-expanded="true" aria-controls="kw-choices" onChange={(e) => { setQ(e.target.value); setAt(0) }} />
          <kbd>Esc</kbd>
        </div>
        <ul id="kw-choices" role="listbox">
          {all.map((c, i) => (
            <li key={c.group + c.key} id={`kw-choice-${i}`} role="option" aria-selected={i === current} onMouseMove={() => setAt(i)} onClick={c.run}>
              {(i === 0 || all[i - 1]?.group !== c.group) && <h3>{c.group}</h3>}
              <div className="kw-choice"><span className="kw-choice-icon">{c.icon ? <Icon name={c.icon} /> : <SearchOutlined />}</span><b>{c.title}</b>{c.sub && <small>{c.sub}</small>}{i === current && <EnterOutlined />}</div>
            </li>
          ))}
          {all.length === 0 && <li className="kw-palette-none">{isFetching ? t('office:palette.searching') : t('office:palette.none', { q: asked })}</li>}
        </ul>
      </div>
    </Modal>
  )
}
