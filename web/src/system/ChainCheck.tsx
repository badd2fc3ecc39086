import { CheckCircleFilled, CloseCircleFilled } from '@ant-design/icons'
import { useMutation } from '@tanstack/react-query'
import { Button, Input, Modal } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { call } from '@/api/client'
import { messageOf } from '@/api/errors'
import type { Answer } from '@/api/types'
import { showSecond } from '@/kit/dates'
import { format } from '@/kit/num'
import './system.css'

type Checked = Answer<'get', '/api/v1/compliance/chain'>

/** Recomputes the chain of hashes, and compares it with a check that somebody kept outside. */
export function ChainCheck({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useTranslation('system')
  const [seq, setSeq] = useState('')
  const [hash, setHash] = useState('')
  const check = useMutation({ mutationFn: () => call<Checked>('GET', '/api/v1/compliance/chain', { query: { seq: seq.trim() || undefined, hash: hash.trim() || undefined } }) })
  const close = () => { check.reset(); onClose() }
  const c = check.data
  return (
    <Modal open={open} title={t('chain.title')} width={560} onCancel={close} footer={[<Button key="no" onClick={close}>{t('kit:close')}</Button>, <Button key="go" type="primary" loading={check.isPending} onClick={() => check.mutate()}>{t('chain.go')}</Button>]}>
      <p>{t('chain.text')}</p>
      <div className="sy-known">
        <label><span>{t('chain.seq')}</span><Input inputMode="numeric" value={seq} onChange={(e) => setSeq(e.target.value)} /></label>
        <label><span>{t('chain.hash')}</span><Input value={hash} onChange={(e) => setHash(e.target.value)} /></label>
      </div>
      <p className="kw-dim">{t('chain.known')}</p>
      {check.isPending && <p className="kw-dim">{t('chain.busy')}</p>}
      {check.error && !check.isPending && <div className="sy-verdict sy-bad" role="alert"><CloseCircleFilled /><div><b>{t('chain.bad')}</b><p>{messageOf(check.error)}</p></div></div>}
      {c && !check.isPending && (
        <div className="sy-verdict sy-good" role="status">
          <CheckCircleFilled />
          <div>
            <b>{t('chain.good', { n: format(String(c.count)) })}</b>
            <p>{t('chain.keep')}</p>
            <dl><dt>{t('chain.seq')}</dt><dd className="num">{c.seq}</dd><dt>{t('chain.hash')}</dt><dd><code className="sy-hash">{c.hash}</code></dd><dt>{t('chain.at')}</dt><dd className="num">{showSecond(c.at_ms)}</dd></dl>
          </div>
        </div>
      )}
    </Modal>
  )
}
