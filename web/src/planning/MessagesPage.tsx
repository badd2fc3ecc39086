import { CheckOutlined, EyeInvisibleOutlined, ThunderboltOutlined, SearchOutlined, UndoOutlined } from '@ant-design/icons'
import { App, Button, Checkbox, Input, Segmented, Tooltip, type InputRef } from 'antd'
import { useEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useNavigate, useSearchParams } from 'react-router'
import { messageOf } from '@/api/errors'
import { useGet, useSend } from '@/api/hooks'
import { useConfirm } from '@/kit/crud'
import { format } from '@/kit/num'
import { filterText } from '@/kit/crud/listState'
import { SitePick, useSiteFilter } from '@/kit/SitePick'
import { useMay } from '@/kit/who'
import { MessageText } from './MessageText'
import { NoPlan } from './NoPlan'
import { canFollow, GROUPS, netUrl, traceUrl, type Message } from './plan'
import { byCause } from './triage'
import './planning.css'

const STATES = ['open', 'asked', 'done', 'ignored'] as const
type State = (typeof STATES)[number]
const MOST = 500
const TOAST = 'triage'
const wordOf = (key: string) => (key === '/' ? 'search' : key)

/** What should happen to documents, as a list to work off with the keyboard: the most pressing first. */
export default function MessagesPage() {
  const { t } = useTranslation('planning')
  const { message } = App.useApp()
  const may = useMay()
  const navigate = useNavigate()
  const ask = useConfirm()
  const [params, setParams] = useSearchParams()
  const state = (STATES as readonly string[]).includes(params.get('state') ?? '') ? (params.get('state') as State) : 'open'
  const acts = params.get('act') ?? ''
  const within = useSiteFilter()
  const cause = params.get('cause') ?? ''
  const q = params.get('q') ?? ''
  const put = (key: string, v: string) => setParams((p) => { if (v) p.set(key, v); else p.delete(key); return p }, { replace: true })
  const all = useGet('/api/v1/planning/messages', { query: { limit: MOST, sort: 'rank,from,item', filter: [`state:eq:${state}`, ...within.map(filterText)], q: q || undefined } })
  const runs = useGet('/api/v1/planning/runs', { query: { limit: 1, filter: ['live:eq:true'] } })
  const send = useSend('post', '/api/v1/planning/messages')
  const doIt = useSend('post', '/api/v1/planning/messages/accept')
  const [gone, setGone] = useState<ReadonlySet<string>>(new Set()) // already judged here; the server's answer follows
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set())
  const [at, setAt] = useState(0)
  const [typed, setTyped] = useState(q)
  const search = useRef<InputRef>(null)
  const box = useRef<HTMLDivElement>(null)
  const there = useMemo(() => (all.data?.items ?? []).filter((m) => !gone.has(m.id)), [all.data, gone])
  const groups = useMemo(() => GROUPS.map((g) => ({ ...g, rows: there.filter((m) => g.acts.includes(m.act)) })).filter((g) => g.rows.length > 0), [there])
  const shown = groups.filter((g) => !acts || g.acts.some((a) => acts.split(',').includes(a))).map((g) => ({ ...g, rows: g.rows.filter((m) => !cause || g.name !== 'late' || m.cause === cause) }))
  const rows = shown.flatMap((g) => g.rows)
  const here = Math.min(at, Math.max(0, rows.length - 1))
  const act = may('planning.firm')

  useEffect(() => { setGone(new Set()) }, [all.data])
  useEffect(() => {
    if (typed.trim() === q) return
    const timer = setTimeout(() => { put('q', typed.trim()); setAt(0) }, 250)
    return () => clearTimeout(timer)
  })
  useEffect(() => { box.current?.querySelector('[aria-current="true"]')?.scrollIntoView({ block: 'nearest' }) }, [here])

  const judge = (ids: string[], to: Exclude<State, 'asked'>, note = '') => {
    if (ids.length === 0 || !act || state === 'asked') return
    setGone(new Set([...gone, ...ids]))
    setPicked(new Set())
    const undo = () => { send.mutate({ body: { messages: ids, state } }); message.destroy(TOAST) }
    send.mutate({ body: { messages: ids, state: to, ...(note ? { note } : {}) } }, {
      onSuccess: (r) => void message.success({ duration: 5, key: TOAST, content: <>{t(`messages.said.${to}`, { n: r.count })} {state !== 'ignored' && <Button size="small" type="link" icon={<UndoOutlined />} onClick={undo}>{t('messages.undo')}</Button>}</> }),
      onError: (err) => { setGone(new Set()); void message.error({ content: messageOf(err), duration: 8 }); void all.refetch() },
    })
  }
  const mine = () => (picked.size > 0 ? rows.filter((m) => picked.has(m.id)).map((m) => m.id) : rows[here] ? [rows[here].id] : [])
  const noted = async (ids: string[]) => {
    const note = await ask({ title: t('messages.why'), text: t('messages.whyText', { n: ids.length }), reason: true, ok: t('messages.ignore') })
    if (note) judge(ids, 'ignored', note)
  }
  // what the messages ask for: documents of ours are changed, the buyer is asked about a supplier's
  const follow = async (list: Message[]) => {
    const able = list.filter(canFollow)
    const first = able[0]
    if (!first || !act) return
    const text = able.length > 1 ? t('messages.acceptMany', { n: able.length }) : t(`messages.accepts.${first.act}`, { document: first.document, to: first.to, qty: format(first.qty), uom: first.uom })
    if (!(await ask({ title: t('messages.acceptAsk'), text: `${text} ${t('messages.acceptText')}`, ok: t('messages.accept') }))) return
    setPicked(new Set())
    doIt.mutate({ body: { messages: able.map((m) => m.id) } }, {
      onSuccess: (r) => {
        const asked = r.results.filter((x) => x.did === 'asked')
        const done = r.results.length - asked.length
        void message.success({ duration: 8, content: [done > 0 && t('messages.changed', { n: done }), asked.length > 0 && t('messages.askedBuyer', { numbers: asked.map((x) => x.request).join(', ') })].filter(Boolean).join(' · ') })
      },
      onError: (err) => { void message.error({ content: messageOf(err), duration: 8 }); void all.refetch() },
    })
  }
  const toggle = (m: Message) => { const s = new Set(picked); if (!s.delete(m.id)) s.add(m.id); setPicked(s) }
  useEffect(() => {
    const press = (e: KeyboardEvent) => {
      const el = e.target as HTMLElement
      if (e.ctrlKey || e.metaKey || e.altKey || el.isContentEditable || (/^(INPUT|TEXTAREA|SELECT)$/.test(el.tagName) && (el as HTMLInputElement).type !== 'checkbox') || document.querySelector('.ant-modal-wrap:not([style*="none"]),.ant-drawer-open')) return
      const m = rows[here]
      const step = (n: number, also: boolean) => { const to = Math.max(0, Math.min(rows.length - 1, here + n)); if (also && m && rows[to]) setPicked(new Set([...picked, m.id, rows[to].id])); setAt(to) }
      const keys: Record<string, () => void> = {
        j: () => step(1, false), k: () => step(-1, false), J: () => step(1, true), K: () => step(-1, true), ArrowDown: () => step(1, e.shiftKey), ArrowUp: () => step(-1, e.shiftKey),
        d: () => judge(mine(), 'done'), i: () => { if (act && mine().length) void noted(mine()) }, y: () => void follow(rows.filter((r) => mine().includes(r.id))), o: () => judge(mine(), 'open'), x: () => { if (m) toggle(m) },
        a: () => setPicked(new Set(rows.map((r) => r.id))), Escape: () => setPicked(new Set()), '/': () => search.current?.focus({ cursor: 'all' }),
        Enter: () => { if (m && !el.closest('a,button')) void navigate(netUrl(m)) },
        p: () => { if (m?.document && m.document_kind !== 'stock') void navigate(traceUrl(m.item, { kind: m.document_kind, number: m.document, line: m.line })) },
      }
      const fn = keys[e.key]
      if (fn) { e.preventDefault(); fn() }
    }
    window.addEventListener('keydown', press)
    return () => window.removeEventListener('keydown', press)
  })

  if (runs.data && runs.data.items.length === 0) return <NoPlan />
  const causes = byCause(there.filter((m) => m.act === 'late'))
  const ids = mine()
  const able = rows.some((r) => ids.includes(r.id) && canFollow(r))
  return (
    <div className="pn-inbox">
      <div className="kw-toolbar">
        <Segmented className="kw-tabs" value={state} onChange={(v) => { put('state', v === 'open' ? '' : v); setAt(0); setPicked(new Set()) }} options={STATES.map((s) => ({ value: s, label: t(`messages.${s}`) }))} />
        <Input ref={search} className="kw-search" allowClear prefix={<SearchOutlined />} placeholder={t('messages.search')} aria-label={t('kit:list.search')} value={typed} onChange={(e) => setTyped(e.target.value)} onKeyDown={(e) => { if (e.key === 'Escape' || e.key === 'Enter') e.currentTarget.blur() }} />
        <SitePick />
        <span className="kw-grow" />
        {act && (
          <span className="pn-bulk">
            {picked.size > 0 && <b>{t('kit:list.selected', { n: picked.size })}</b>}
            {state === 'open' && <Tooltip title={able ? 'y' : t('messages.cannot')}><Button icon={<ThunderboltOutlined />} type="primary" disabled={!able} onClick={() => void follow(rows.filter((r) => ids.includes(r.id)))}>{t('messages.accept')}</Button></Tooltip>}
            {state !== 'done' && state !== 'asked' && <Tooltip title="d"><Button icon={<CheckOutlined />} disabled={ids.length === 0} onClick={() => judge(ids, 'done')}>{t('messages.done')}</Button></Tooltip>}
            {state !== 'ignored' && state !== 'asked' && <Tooltip title="i"><Button icon={<EyeInvisibleOutlined />} disabled={ids.length === 0} onClick={() => void noted(ids)}>{t('messages.ignore')}</Button></Tooltip>}
            {state !== 'open' && state !== 'asked' && <Tooltip title="o"><Button icon={<UndoOutlined />} disabled={ids.length === 0} onClick={() => judge(ids, 'open')}>{t('messages.reopen')}</Button></Tooltip>}
          </span>
        )}
      </div>
      <nav className="pn-groups" aria-label={t('messages.groups')}>
        <button type="button" aria-pressed={!acts} onClick={() => { put('act', ''); setAt(0) }}>{t('kit:list.all')} <b className="num">{there.length}</b></button>
        {groups.map((g) => <button key={g.name} type="button" className={`kw-${g.tone}`} aria-pressed={g.acts.some((a) => acts.split(',').includes(a))} onClick={() => { put('act', g.acts.join(',')); setAt(0) }}><i aria-hidden="true" />{t(`group.${g.name}`)} <b className="num">{g.rows.length}</b></button>)}
      </nav>
      <div className="pn-messages" ref={box} tabIndex={-1}>
        {all.error && !all.data && <div className="kw-none" role="alert">{messageOf(all.error)}</div>}
        {all.data && rows.length === 0 && <div className="kw-none"><b>{t(state === 'open' && !q && !acts ? 'messages.clear' : 'messages.none')}</b>{(q || acts || cause) && <Button onClick={() => { setTyped(''); setParams(state === 'open' ? {} : { state }, { replace: true }) }}>{t('kit:list.showAll')}</Button>}</div>}
        {shown.map((g) => (
          <section key={g.name} className={`kw-${g.tone}`}>
            <h3>{act && <Checkbox aria-label={t('messages.pickGroup', { group: t(`group.${g.name}`) })} checked={g.rows.length > 0 && g.rows.every((m) => picked.has(m.id))} indeterminate={g.rows.some((m) => picked.has(m.id)) && !g.rows.every((m) => picked.has(m.id))} onChange={(e) => { const s = new Set(picked); for (const m of g.rows) { if (e.target.checked) s.add(m.id); else s.delete(m.id) } setPicked(s) }} />}{t(`group.${g.name}`)} <span className="num">{g.rows.length}</span><small>{t(`groupText.${g.name}`)}</small></h3>
            {g.name === 'late' && causes.length > 1 && (
              <p className="pn-causes">
                <span>{t('messages.causes')}</span>
                {causes.slice(0, 8).map((c) => <button key={c.cause} type="button" aria-pressed={cause === c.cause} title={t('messages.causeText', { n: c.n, day: c.until })} onClick={() => { put('cause', cause === c.cause ? '' : c.cause); setAt(0) }}>{c.cause || t('messages.noCause')} <b className="num">{c.n}</b></button>)}
              </p>
            )}
            <ul>
              {g.rows.map((m) => {
                const i = rows.indexOf(m)
                return (
                  <li key={m.id} aria-current={i === here} className={picked.has(m.id) ? 'pn-picked' : undefined} onClick={(e) => { setAt(i); if (!(e.target as HTMLElement).closest('a,button,input,label') && (e.ctrlKey || e.metaKey || e.shiftKey)) toggle(m) }} onDoubleClick={() => void navigate(netUrl(m))}>
                    {act && <Checkbox aria-label={t('kit:list.select', { id: `${m.item} ${m.document}` })} checked={picked.has(m.id)} onChange={() => toggle(m)} />}
                    <span className="pn-item"><Link to={netUrl(m)}>{m.item}</Link><small>{m.name}</small></span>
                    <MessageText m={m} />
                    {act && (
                      <span className="pn-acts">
                        {state === 'open' && canFollow(m) && <Button size="small" icon={<ThunderboltOutlined />} onClick={(e) => { e.stopPropagation(); void follow([m]) }}>{t('messages.accept')}</Button>}
                        {state === 'open' && <Button size="small" type={canFollow(m) ? 'text' : 'default'} title={t('messages.done')} icon={<CheckOutlined />} onClick={(e) => { e.stopPropagation(); judge([m.id], 'done') }}>{canFollow(m) ? null : t('messages.done')}</Button>}
                        {state === 'open' && <Button size="small" type="text" icon={<EyeInvisibleOutlined />} aria-label={t('messages.ignore')} title={t('messages.ignore')} onClick={(e) => { e.stopPropagation(); void noted([m.id]) }} />}
                        {state !== 'open' && state !== 'asked' && <Button size="small" icon={<UndoOutlined />} onClick={(e) => { e.stopPropagation(); judge([m.id], 'open') }}>{t('messages.reopen')}</Button>}
                      </span>
                    )}
                  </li>
                )
              })}
            </ul>
          </section>
        ))}
        {(all.data?.total ?? 0) > MOST && <p className="kw-dim pn-more">{t('messages.more', { n: format(String(all.data!.total)), most: MOST })}</p>}
      </div>
      <footer className="pn-keys kw-desk">
        {(act ? ['jk', 'x', 'y', 'd', 'i', 'Enter', 'p', '/'] : ['jk', 'Enter', 'p', '/']).map((k) => <span key={k}>{(k === 'jk' ? ['j', 'k'] : [k]).map((x) => <kbd key={x}>{x}</kbd>)} {t(`keys.${wordOf(k)}`)}</span>)}
      </footer>
    </div>
  )
}
