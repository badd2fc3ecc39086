import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useState } from 'react'
import { refreshRoom } from '@/api/hooks'
import { outbox, type NewAct, type Outcome } from '@/kit/shop'

/**
 * An act of the floor that survives a lost network. The answer is "done" with what the server said, "queued" when it
 * waits on this device, or "refused": then `refused` holds the server's words until they were read.
 */
export function useAct<T>() {
  const client = useQueryClient()
  const [busy, setBusy] = useState(false)
  const [refused, setRefused] = useState<Error | undefined>()
  const run = useCallback(async (act: NewAct): Promise<Outcome<T>> => {
    setBusy(true)
    try {
      const o = await outbox().submit<T>(act)
      if (o.state === 'refused') setRefused(o.error)
      if (o.state === 'done') void refreshRoom(client, act.path)
      return o
    } finally {
      setBusy(false)
    }
  }, [client])
  return { run, busy, refused, clear: useCallback(() => setRefused(undefined), []) }
}
