import { Suspense } from 'react'
import { Outlet } from 'react-router'
import { ErrorBoundary } from './Boundary'

/** A screen on the wall: dark, without anything to press. */
export default function WallShell() {
  return <div className="kw-wall"><ErrorBoundary><Suspense fallback={null}><Outlet /></Suspense></ErrorBoundary></div>
}
