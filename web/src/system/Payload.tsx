import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { changes, leaves, parts } from './payload'
import './system.css'

const MOST = 400

/** The whole fact: of a change what differs, else every value; or the text as it was stored. */
export function Payload({ payload }: { payload: unknown }) {
  const { t } = useTranslation('system')
  const [raw, setRaw] = useState(false)
  const [all, setAll] = useState(false)
  const p = parts(payload)
  const diff = p ? changes(p.before, p.after) : []
  const shown = all || !p?.before ? diff : diff.filter((c) => !c.same)
  const rest = p ? leaves(p.rest).filter((l) => l.path) : leaves(payload)
  return (
    <div className="sy-payload">
      <header>
        <h3>{t('fact.payload')}</h3><span className="kw-grow" />
        {p?.before !== undefined && diff.some((c) => c.same) && !raw && <Button size="small" type="link" onClick={() => setAll(!all)}>{t(all ? 'fact.changed' : 'fact.all')}</Button>}
        <Button size="small" type="link" onClick={() => setRaw(!raw)}>{t(raw ? 'fact.table' : 'fact.raw')}</Button>
      </header>
      {raw
        ? <pre>{JSON.stringify(payload, null, 2)}</pre>
        : (
            <table>
              {p && (
                <>
                  <thead><tr><th>{t('fact.field')}</th>{p.before !== undefined && <th>{t('fact.before')}</th>}<th>{t('fact.after')}</th></tr></thead>
                  <tbody>{shown.slice(0, MOST).map((c) => <tr key={c.path} className={c.same ? undefined : 'sy-diff'}><td>{c.path}</td>{p.before !== undefined && <td>{c.before ?? <span className="kw-dim">–</span>}</td>}<td>{c.after ?? <span className="kw-dim">–</span>}</td></tr>)}</tbody>
                </>
              )}
              {rest.length > 0 && <tbody>{rest.slice(0, MOST).map((l, i) => <tr key={`${l.path}|${i}`}><td>{l.path}</td><td colSpan={2}>{l.value}</td></tr>)}</tbody>}
            </table>
          )}
      {!raw && Math.max(shown.length, rest.length) > MOST && <p className="kw-dim">{t('fact.more')}</p>}
    </div>
  )
}
