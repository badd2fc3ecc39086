import { SearchOutlined } from '@ant-design/icons'
import { Input } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { messageOf } from '@/api/errors'
import { useGet } from '@/api/hooks'
import { Card } from '@/kit/crud'
import { locationUrl, warehouseUrl } from '@/kit/links'
import './inventory.css'

/** The warehouses as a tree: what lies in each, and at which of its locations. */
export default function PlacesPage() {
  const { t } = useTranslation('inventory')
  const { data, error } = useGet('/api/v1/inventory/places', { live: ['production.', 'purchasing.', 'sales.'] })
  const [text, setText] = useState('')
  if (error && !data) return <div className="kw-none" role="alert">{messageOf(error)}</div>
  const has = (code: string) => code.toLowerCase().includes(text.trim().toLowerCase())
  const list = (data?.warehouses ?? []).map((w) => ({ ...w, locations: has(w.warehouse) ? w.locations : w.locations.filter((l) => has(l.location)) })).filter((w) => w.locations.length > 0)
  return (
    <div className="iv-places">
      <div className="iv-by"><Input allowClear prefix={<SearchOutlined />} className="iv-find" placeholder={t('places.search')} aria-label={t('places.search')} onChange={(e) => setText(e.target.value)} /></div>
      {data && list.length === 0 && <div className="kw-none"><b>{t('places.none')}</b></div>}
      {list.map((w) => (
        <Card key={w.warehouse} flush>
          <details open={text.trim() !== '' || list.length < 4}>
            <summary>
              <Link to={warehouseUrl(w.warehouse)}><b>{w.warehouse}</b></Link> <span>{w.name}</span> <small className="kw-dim">{t(`warehouse.${w.kind}`)}</small>
              <span className="iv-sums"><span>{t('places.items', { n: w.items })}</span><span>{t('places.lots', { n: w.lots })}</span>{w.containers > 0 && <span>{t('places.boxes', { n: w.containers })}</span>}{w.held > 0 && <span className="kw-late">{t('places.held', { n: w.held })}</span>}<span className="kw-dim">{t('places.empty', { n: w.empty })}</span></span>
            </summary>
            <table className="iv-tree">
              <thead><tr><th>{t('f.location')}</th><th>{t('f.items')}</th><th>{t('f.lots')}</th><th>{t('f.containers')}</th><th>{t('f.held_lots')}</th></tr></thead>
              <tbody>
                {w.locations.map((l) => (
                  <tr key={l.location} className={l.items === 0 ? 'kw-dim' : undefined}>
                    <td><Link to={locationUrl(l.location)}>{l.location}</Link></td><td className="num">{l.items}</td><td className="num">{l.lots}</td><td className="num">{l.containers}</td><td className={`num${l.held > 0 ? ' kw-late' : ''}`}>{l.held}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </details>
        </Card>
      ))}
    </div>
  )
}
