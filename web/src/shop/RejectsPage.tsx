import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'
import { useGet, useSend } from '@/api/hooks'
import type { Answer, Row } from '@/api/types'
import { showInstant } from '@/kit/dates'
import { readCode } from '@/kit/code'
import { cmp, format } from '@/kit/num'
import { BigButton, BigFacts, Choices, Notice, NumberBox, NumberPad, ScanBox, Sheet, ShopCard, ShopPage, toast } from '@/kit/shop'
import { signal } from '@/kit/shop/feedback'
import { useMay } from '@/kit/who'
import { Done, ReasonSheet, Refused, Wait } from './parts'
import { clean } from './quantity'
import { useFind } from './find'

type Reject = Row<'/api/v1/purchasing/rejects'>
type Gone = Answer<'post', '/api/v1/purchasing/receipts/{number}/rejects'>

/** What failed and is still here: back to the supplier, or scrap. */
export default function RejectsPage() {
  const { t, i18n } = useTranslation('floor')
  const may = useMay()
  const [search, setSearch] = useSearchParams()
  const q = search.get('q') ?? ''
  const { find, choice } = useFind()
  const { data, error, refetch } = useGet('/api/v1/purchasing/rejects', { query: { q: q || undefined, sort: '-changed_ms', limit: 100 }, live: ['quality.'] })
  const send = useSend('post', '/api/v1/purchasing/receipts/{number}/rejects')
  const undo = useSend('post', '/api/v1/purchasing/returns/{number}/undo')
  const [row, setRow] = useState<Reject | undefined>()
  const [act, setAct] = useState<'return' | 'scrap' | undefined>()
  const [qty, setQty] = useState('')
  const [why, setWhy] = useState(false)
  const [done, setDone] = useState<Gone | undefined>()
  const { data: reasons } = useGet('/api/v1/inventory/reasons', { query: { filter: ['active:eq:true', `kind:eq:${act ?? 'return'}`], sort: 'ord', limit: 50 }, keep: true, enabled: may('inventory.read') })
  const n = row && (cmp(clean(qty), '0') > 0 ? clean(qty) : row.left)
  const scan = (c: string) => { const k = readCode(c); if (k.kind === 'LOT' || !k.kind) setSearch({ q: k.number }, { replace: true }); else find(c) }
  const go = (code?: string) => row && n && act && send.mutate({ path: { number: row.receipt }, body: { act, ...(row.tracking !== 'serial' && { qty: n }), ...(code && { reason_code: code }) } }, { onSuccess: (r) => { setDone(r); setAct(undefined); setRow(undefined); signal('ok') } })
  if (done) {
    return (
      <ShopPage title={t('shop:menu.rejects')} sub={done.number} back="/m" bar={<BigButton kind="main" onClick={() => setDone(undefined)}>{t('wares:rejects.next')}</BigButton>}>
        <Done title={t(`wares:rejects.did.${done.act}`, { qty: format(done.qty), uom: done.uom })}><BigFacts items={[[t('wares:recv.product'), done.name], [t('issue.lot'), done.lot], [t('wares:recv.number'), done.number], [t('wares:rejects.owed'), done.act === 'return' && done.order ? `${done.order} · ${format(done.open)} ${done.uom}` : undefined]]} /></Done>
        {may('purchasing.undo') && <div className="kf-foot"><BigButton small icon="undo" onClick={() => setWhy(true)}>{t('wares:rejects.undo')}</BigButton></div>}
        <ReasonSheet open={why} kind="goods" title={t('rep.why')} busy={undo.isPending} onClose={() => setWhy(false)} onChoose={(reason) => { setWhy(false); undo.mutate({ path: { number: done.number }, body: { reason } }, { onSuccess: () => { toast(t('done.undo')); setDone(undefined) } }) }} />
        <Refused error={undo.error} onClose={() => undo.reset()} />
      </ShopPage>
    )
  }
  const list = data?.items ?? []
  return (
    <ShopPage title={t('shop:menu.rejects')} back="/m">
      <ScanBox compact title={t('wares:rejects.scan')} hint={t('wares:rejects.hint')} onScan={scan} />
      {!data && <Wait error={error} onRetry={() => void refetch()} />}
      {q && <BigButton small onClick={() => setSearch({}, { replace: true })}>{t('wares:insp.showAll')}</BigButton>}
      {data && list.length === 0 && <Notice tone="green" icon="check" title={t('wares:rejects.none')} />}
      <div className="kf-grid kf-wide">
        {list.map((r) => (
          <ShopCard key={`${r.receipt}|${r.lot}`} tone="red" onClick={may('purchasing.return') ? () => { setRow(r); setQty('') } : undefined}>
            <div className="kf-opcard"><div><h3>{r.name}</h3><div className="kf-meta"><span>{r.item}</span>{r.lot && <b>{r.lot}</b>}<span>{r.supplier_name}</span></div><div className="kf-meta"><span>{r.reason}</span><span className="num">{showInstant(r.changed_ms).slice(5)}</span></div></div><div className="kf-left"><b className="num">{format(r.left)}</b><small>{r.uom}</small></div></div>
          </ShopCard>
        ))}
      </div>
      <Sheet open={!!row && !act} title={row?.name ?? ''} onClose={() => setRow(undefined)} bar={<><BigButton kind="bad" icon="close" onClick={() => setAct('scrap')}>{t('wares:rejects.scrap')}</BigButton>{row?.supplier && <BigButton kind="main" icon="ship" onClick={() => setAct('return')}>{t('wares:rejects.return', { qty: format(n ?? '0') })}</BigButton>}</>}>
        <div className="kf-meta"><span>{row?.receipt}</span>{row?.lot && <b>{row.lot}</b>}<span>{row?.reason}</span></div>
        {row?.tracking !== 'serial' && <><NumberBox label={t('fig.qty')} value={qty || (row?.left ?? '')} uom={row?.uom} active /><NumberPad value={qty} places={row?.decimals} all={row?.left} onChange={setQty} /></>}
      </Sheet>
      <Sheet open={!!act} title={act ? t(`wares:rejects.why.${act}`) : ''} onClose={() => setAct(undefined)}><Choices options={[{ value: '', label: t('wares:rejects.asJudged'), sub: row?.reason }, ...(reasons?.items ?? []).map((r) => ({ value: r.code, label: i18n.language === 'zh' ? r.name_zh : r.name_en }))]} onChange={(v) => { if (!send.isPending) go(v || undefined) }} /></Sheet>
      {choice}
      <Refused error={send.error} onClose={() => send.reset()} />
    </ShopPage>
  )
}
