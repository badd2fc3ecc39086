import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { useMay } from '@/kit/who'

/** A link for those who may open the page; plain text for the rest, such as the customer who looks at his order. */
export function Go({ to, perm, children }: { to: string | undefined; perm: string; children: ReactNode }) {
  const may = useMay()
  return to && may(perm) ? <Link to={to}>{children}</Link> : <>{children}</>
}
