import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useParams } from 'react-router'
import { useGet } from '@/api/hooks'
import { Card, DetailPage } from '@/kit/crud'
import { showInstant } from '@/kit/dates'
import { draftName } from './names'
import { Attained, AttainedBy, Facts } from './attained'

const byEnd = ['end_ms']

/** A schedule that was published: what became of what it planned for the time in which it was live. */
export default function PublicationPage() {
  const { t } = useTranslation('scheduling')
  const { id = '' } = useParams()
  const p = useGet('/api/v1/scheduling/runs/{id}', { path: { id }, live: ['production.', 'scheduling.'] })
  const fixed = useMemo(() => [{ col: 'run', op: 'eq' as const, value: id }], [id])
  const h = p.data?.publication
  return (
    <DetailPage query={p} title={h ? t('pub.of', { at: showInstant(h.recorded_ms) }) : t('menu.publication')} sub={h && `${draftName(t, h.name, t(`rule.${h.rule}`))} · ${h.actor}`}>
      {p.data && h && (
        <div className="ap-run">
          <Card title={h.live ? t('pub.liveSince', { at: showInstant(h.recorded_ms) }) : h.superseded_ms > 0 ? t('pub.from', { at: showInstant(h.recorded_ms), until: showInstant(h.superseded_ms) }) : t('pub.old')} extra={<Link to="/scheduling/history">{t('menu.history')}</Link>}>
            <Attained p={p.data.facts} />
            {!h.kept && <p className="kw-dim">{t('pub.gone')}</p>}
          </Card>
          <AttainedBy p={p.data.facts} facts={<Facts path="/api/v1/scheduling/published" fixed={fixed} sort={byEnd} />} />
        </div>
      )}
    </DetailPage>
  )
}
