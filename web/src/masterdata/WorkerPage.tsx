import { IdcardOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { useParams } from 'react-router'
import { useGet } from '@/api/hooks'
import type { Answer, Row } from '@/api/types'
import { Card, DetailPage, Facts, SubList, type Column } from '@/kit/crud'
import { openPdf } from '@/kit/files'
import { userUrl } from '@/kit/links'
import { useMay } from '@/kit/who'

type Worker = Answer<'get', '/api/v1/masterdata/workers/{code}'>
const facts: Column<Worker>[] = [{ key: 'team' }, { key: 'skills', render: (w) => w.skills.split(';').filter(Boolean).join(' · ') || null }, { key: 'badge' }]

export default function WorkerPage() {
  const { t } = useTranslation('masterdata')
  const { code = '' } = useParams()
  const may = useMay()
  const users: Column<Row<'/api/v1/identity/users'>>[] = [
    { key: 'login', type: 'link' }, { key: 'roles', render: (u) => u.roles.split(' ').map((r) => t(`app:role.${r}`, { defaultValue: r })).join(t('comma')) }, { key: 'pin', type: 'bool' }, { key: 'seen_ms', type: 'instant' }, { key: 'disabled', type: 'bool' },
  ]
  const worker = useGet('/api/v1/masterdata/workers/{code}', { path: { code } })
  const w = worker.data
  const badge = { path: { code } }
  return (
    <DetailPage
      query={worker} title={w?.name ?? code} sub={code} status={w && (w.active ? 'active' : 'inactive')} facts={w && <Facts ns="masterdata" columns={facts} row={w} />}
      actions={w?.badge && <Button type="primary" icon={<IdcardOutlined />} onClick={() => openPdf('/api/v1/masterdata/workers/{code}/badge.pdf', badge)}>{t('worker.badge')}</Button>}
      tabs={w && may('identity.read') ? [{ key: 'users', label: t('worker.users'), children: <SubList ns="masterdata" path="/api/v1/identity/users" columns={users} fixed={[{ col: 'worker', op: 'eq', value: code }]} sort={['login']} open={(u) => userUrl(u.login)} id={(u) => u.login} live={['identity.']} empty={<div className="kw-none">{t('worker.noUsers')}</div>} /> }] : undefined}
    >
      {w && !w.badge && <Card><p className="kw-dim">{t('worker.noBadge')}</p></Card>}
    </DetailPage>
  )
}
