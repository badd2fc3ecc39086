import { ApartmentOutlined, LineChartOutlined, LockOutlined, SendOutlined } from '@ant-design/icons'
import { Button, Drawer, Grid, Skeleton } from 'antd'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { messageOf } from '@/api/errors'
import { useGet } from '@/api/hooks'
import { Chip } from '@/kit/Chip'
import { planItemUrl } from '@/kit/links'
import { cmp, format } from '@/kit/num'
import { useMay } from '@/kit/who'
import { Arithmetic } from './Arithmetic'
import { daysLate, docUrl, entryName, traceUrl, type Planned } from './plan'
import './planning.css'

/** "Why 312?": the arithmetic of a planned order, when it can really be there, and what takes it. */
export function WhyDrawer({ order: o, onClose, onFirm, onRelease }: { order: Planned | undefined; onClose: () => void; onFirm: (o: Planned) => void; onRelease: (o: Planned) => void }) {
  const { t } = useTranslation('planning')
  const may = useMay()
  const wide = Grid.useBreakpoint().md
  const why = useGet('/api/v1/planning/orders/{n}/why', { path: { n: o?.n ?? 0 }, query: { site: o?.site }, enabled: !!o })
  const w = why.data
  const late = o ? daysLate(o.due, o.possible) : 0
  const free = o?.state === 'planned' && o.kind !== 'shortage'
  const to = o && docUrl(o.document_kind, o.document)
  return (
    <Drawer
      open={!!o} onClose={onClose} size={wide ? 620 : '100%'} title={o && t('why.title', { qty: format(o.qty), uom: o.uom })}
      footer={o && (
        <div className="kw-form-foot pn-wrap">
          <Link to={planItemUrl(o.item)}><Button icon={<LineChartOutlined />}>{t('why.bench')}</Button></Link>
          <Link to={traceUrl(o.item, { kind: 'planned', n: o.n })}><Button icon={<ApartmentOutlined />}>{t('trace.do')}</Button></Link>
          <span className="kw-grow" />
          {free && may('planning.firm') && <Button icon={<LockOutlined />} onClick={() => onFirm(o)}>{t('firm.do')}</Button>}
          {free && may('planning.release') && <Button type="primary" icon={<SendOutlined />} onClick={() => onRelease(o)}>{t('release.one')}</Button>}
        </div>
      )}
    >
      {o && (
        <div className="pn-why">
          <header>
            <h3>#{o.n} <Link to={planItemUrl(o.item)}>{o.item}</Link> {o.name}</h3>
            <p><Chip status={o.state} word={t(`state.${o.state}`)} /> {t(`kind.${o.kind}`)}{o.supplier && ` · ${o.supplier_name || o.supplier}`}{o.bom_version && ` · ${t('why.bom', { version: o.bom_version })}`}{o.document && <> · {to ? <Link to={to}>{o.document}</Link> : o.document}</>}</p>
          </header>
          <dl className="pn-dates">
            <div><dt>{t('why.start')}</dt><dd className={o.past ? 'num kw-late' : 'num'}>{o.start}</dd><small>{o.past ? t('why.past') : t('why.lead', { n: w?.lead_days ?? 0 })}</small></div>
            <div><dt>{t('why.needed')}</dt><dd className="num">{o.due}</dd></div>
            <div className={late ? 'pn-red' : ''}><dt>{t('why.possible')}</dt><dd className="num">{o.possible || t('why.never')}</dd><small>{late ? t('why.late', { n: late }) : o.possible ? t('why.inTime') : ''}</small></div>
          </dl>
          {why.error && !w && <div className="kw-none" role="alert">{messageOf(why.error)}</div>}
          {why.isPending && <Skeleton active />}
          {w && (
            <>
              <h4>{t('why.sum')}</h4>
              <Arithmetic why={w} uom={o.uom} />
              {cmp(w.qty, w.yield) !== 0 && <p className="kw-dim">{t('why.yield', { qty: format(w.yield), uom: o.uom })}</p>}
              <h4>{t('why.serves')}</h4>
              {w.serves.length === 0
                ? <p className="kw-dim">{t('why.stock')}</p>
                : (
                    <table className="pn-sum">
                      <tbody>
                        {w.serves.map((s, i) => {
                          const doc = docUrl(s.need.kind, s.need.number ?? '', o.item)
                          return (
                            <tr key={i}>
                              <td><small className="kw-dim">{t(`entry.${s.need.kind}`)}</small> {doc ? <Link to={doc}>{entryName(s.need, t)}</Link> : <b className="num">{entryName(s.need, t)}</b>}{s.need.for && s.need.for !== s.need.number && <> · <Link to={planItemUrl(s.need.for)}>{s.need.for}</Link></>}</td>
                              <td className="num kw-dim">{s.need.day}</td>
                              <td className="num">{format(s.qty)}</td>
                            </tr>
                          )
                        })}
                      </tbody>
                    </table>
                  )}
              {o.wanted_for && <p className="kw-dim">{t('why.top', { list: o.wanted_for })}</p>}
            </>
          )}
        </div>
      )}
    </Drawer>
  )
}
