import { IdcardOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useParams } from 'react-router'
import { useGet } from '@/api/hooks'
import type { Answer, Row } from '@/api/types'
import { Chip } from '@/kit/Chip'
import { Card, DetailPage, Facts, FormDrawer, SubList, type Column } from '@/kit/crud'
import { today } from '@/kit/dates'
import { openPdf } from '@/kit/files'
import { userUrl } from '@/kit/links'
import { useMay } from '@/kit/who'
import { EditActions, Log, shaped } from './edit'
import { NONE, workerFields } from './resources'
import './masterdata.css'

type Worker = Answer<'get', '/api/v1/masterdata/workers/{code}'>
const facts: Column<Worker>[] = [{ key: 'team', render: (w) => (w.team_name && w.team_name !== w.team ? `${w.team} ${w.team_name}` : w.team) }, { key: 'badge' }]

export default function WorkerPage() {
  const { t } = useTranslation('masterdata')
  const { code = '' } = useParams()
  const may = useMay()
  const [editing, setEditing] = useState(false)
  const users: Column<Row<'/api/v1/identity/users'>>[] = [
    { key: 'login', type: 'link' }, { key: 'roles', render: (u) => u.roles.split(' ').map((r) => t(`app:role.${r}`, { defaultValue: r })).join(t('comma')) }, { key: 'pin', type: 'bool' }, { key: 'seen_ms', type: 'instant' }, { key: 'disabled', type: 'bool' },
  ]
  const worker = useGet('/api/v1/masterdata/workers/{code}', { path: { code } })
  const w = worker.data
  const badge = { path: { code } }
  return (
    <>
      <DetailPage
        query={worker} title={w?.name ?? code} sub={code} status={w && (w.active ? 'active' : 'inactive')} facts={w && <Facts ns="masterdata" columns={facts} row={w} />}
        actions={w && (
          <>
            {w.badge && <Button icon={<IdcardOutlined />} onClick={() => openPdf('/api/v1/masterdata/workers/{code}/badge.pdf', badge)}>{t('worker.badge')}</Button>}
            <EditActions noun="workers" code={code} rev={w.rev} active={w.active} onEdit={() => setEditing(true)} />
          </>
        )}
        tabs={w && [
          ...(may('identity.read') ? [{ key: 'users', label: t('worker.users'), children: <SubList ns="masterdata" path="/api/v1/identity/users" columns={users} fixed={[{ col: 'worker', op: 'eq' as const, value: code }]} sort={['login']} open={(u) => userUrl(u.login)} id={(u) => u.login} live={['identity.']} empty={<div className="kw-none">{t('worker.noUsers')}</div>} /> }] : []),
          { key: 'log', label: t('item.log'), children: <Log subject={`worker:${code}`} /> },
        ]}
      >
        {w && (
          <>
            {!w.badge && <Card><p className="kw-dim">{t('worker.noBadge')}</p></Card>}
            <Card title={t('f.skills')}>
              {w.skill_list.length === 0
                ? <p className="kw-dim">{t('worker.noSkills')}</p>
                : (
                    <ul className="md-skills">
                      {w.skill_list.map((s) => (
                        <li key={s.skill}>
                          <b>{s.name && s.name !== s.skill ? s.name : s.skill}</b>
                          {s.valid_until ? <Chip status="due" tone={s.valid_until < today() ? 'red' : 'green'} word={t(s.valid_until < today() ? 'worker.expired' : 'worker.until', { date: s.valid_until })} /> : <span className="kw-dim">{t('worker.forGood')}</span>}
                        </li>
                      ))}
                    </ul>
                  )}
            </Card>
          </>
        )}
      </DetailPage>
      {w && may('masterdata.write') && <FormDrawer ns="masterdata" title={t('edit.title', { code })} method="put" path="/api/v1/masterdata/workers/{code}" pathParams={{ code }} fields={workerFields} initial={{ ...w, skills: w.skill_list }} shape={(b) => shaped({ ...w, skills: undefined } as unknown as { rev: number }, workerFields, b, NONE)} open={editing} onClose={() => setEditing(false)} width={560} />}
    </>
  )
}
