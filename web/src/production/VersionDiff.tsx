import { useTranslation } from 'react-i18next'
import { ApiError } from '@/api/errors'

/** What a named version has other than the effective one, line by line, when the server asks which is meant. */
export function VersionDiff({ error }: { error: unknown }) {
  const { t } = useTranslation('production')
  if (!(error instanceof ApiError) || error.code !== 'production.version_conflict') return null
  const lines = error.problem.errors ?? []
  return (
    <div className="pr-box pr-preview">
      <table className="pr-picks">
        <thead><tr><th>{t('diff.where')}</th><th>{t('diff.line')}</th><th>{t('diff.named')}</th><th>{t('diff.effective')}</th></tr></thead>
        <tbody>
          {lines.map((l, i) => (
            <tr key={i}>
              <td>{t('diff.of', { n: Number(/\d+/.exec(l.location ?? '')?.[0] ?? 0) + 1, what: t(l.location?.endsWith('routing_version') ? 'f.routing_version' : 'f.bom_version') })}</td>
              <td>{l.params?.line || t('diff.same')}</td><td>{l.params?.named}</td><td>{l.params?.effective}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
