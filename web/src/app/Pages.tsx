import { useQuery, useQueryClient } from '@tanstack/react-query'
import i18n from 'i18next'
import { lazy, Suspense, useEffect, type ReactNode } from 'react'
import { BrowserRouter, matchPath, Navigate, Route, Routes, useLocation, useNavigate } from 'react-router'
import { whenSignedOut } from '@/api/client'
import { ApiError } from '@/api/errors'
import type { Room } from '@/kit/screens'
import shop from '@/shop/room'
import wall from '@/wall/room'
import { Broken, ErrorBoundary, NotFound, Splash } from './Boundary'
import { load, pagesOf } from './load'
import { fetchMe, ME } from './me'
import { forget } from './session'

const shopRoom: Room = shop
const shopTexts = () => i18n.loadNamespaces('shop')
const loadOffice = () => Promise.all([import('./OfficePages'), i18n.loadNamespaces('office')]).then(([m]) => m)
const loadShop = () => Promise.all([import('./ShopShell'), shopTexts()]).then(([m]) => m)
const OfficePages = lazy(loadOffice)
const ShopShell = lazy(loadShop)
const LoginPage = lazy(() => import('./LoginPage'))
const BadgePage = lazy(() => Promise.all([import('@/shop/BadgePage'), shopTexts()]).then(([m]) => m))
const CustomerOrderPage = lazy(() => import('@/portal/CustomerOrderPage'))
const PasswordPage = lazy(() => import('./PasswordPage'))
const WallShell = lazy(() => import('./WallShell'))
const floor = pagesOf([shopRoom])
const walls = pagesOf([wall])

/** Lets known people through; the code behind it is fetched meanwhile. */
function Gate({ login, children }: { login: string; children: ReactNode }) {
  const here = useLocation()
  const me = useQuery({ queryKey: [ME], queryFn: fetchMe, staleTime: 5 * 60_000, retry: false, refetchInterval: (q) => !q.state.data && q.state.error instanceof ApiError && q.state.error.passing && 5000 }) // nobody stands before a tablet to reload it
  if (me.data?.must_change) return <PasswordPage forced />
  if (me.data) return children
  if (!me.error) return <Splash />
  if (me.error instanceof ApiError && me.error.status === 401) return <Navigate replace to={`${login}?next=${encodeURIComponent(here.pathname + here.search)}`} />
  return <Broken error={me.error} />
}

function SignOut() {
  const client = useQueryClient()
  const navigate = useNavigate()
  useEffect(() => whenSignedOut(() => {
    const here = location.pathname
    if (here.endsWith('/login') || here.startsWith('/wall')) return
    forget(client)
    void navigate(`${here === '/m' || here.startsWith('/m/') ? '/m/login' : '/login'}?next=${encodeURIComponent(here + location.search)}`)
  }), [client, navigate])
  return null
}

export default function Pages() {
  return (
    <BrowserRouter>
      <SignOut />
      <ErrorBoundary>
        <Suspense fallback={<Splash />}>
          <Routes>
            <Route path="/login" element={<LoginPage />} />
            <Route path="/c/:token" element={<CustomerOrderPage />} />
            <Route path="/m/login" element={<BadgePage />} />
            <Route path="/m" element={<Gate login="/m/login"><ShopShell /></Gate>}>
              {floor.map(({ path, Page }) => <Route key={path} path={path} element={<Page />} />)}
              <Route path="*" element={<NotFound />} />
            </Route>
            <Route path="/wall" element={<WallShell />}>
              {walls.map(({ path, Page }) => <Route key={path} path={path} element={<Page />} />)}
              <Route index element={<Navigate replace to="/wall/all" />} />
            </Route>
            <Route path="/*" element={<Gate login="/login"><OfficePages /></Gate>} />
          </Routes>
        </Suspense>
      </ErrorBoundary>
    </BrowserRouter>
  )
}

/** Called once before the first drawing: shell and page code come while we ask who this is. */
export function preloadStart(): void {
  const p = location.pathname
  if (p.endsWith('/login') || p.startsWith('/c/')) return
  if (p.startsWith('/wall')) return void import('./WallShell').catch(() => {})
  if (p !== '/m' && !p.startsWith('/m/')) {
    void loadOffice().catch(() => {})
    void import('./places').then((places) => places.preload(p), () => {})
    return
  }
  void loadShop().catch(() => {})
  const screen = shopRoom.screens.find((x) => matchPath(x.path, p))
  if (screen) void load(shopRoom, screen).catch(() => {})
}
