import { lazy } from 'react'
import { Route, Routes } from 'react-router'
import { NotFound } from './Boundary'
import { pagesOf } from './load'
import OfficeShell from './OfficeShell'
import { roomsOf } from './rooms'

const HomePage = lazy(() => import('./HomePage'))
const SessionsPage = lazy(() => import('./SessionsPage'))
const pages = pagesOf(roomsOf('office'))

/** The office with the list of all rooms: apart from the entry, so that the floor does not carry it. */
export default function OfficePages() {
  return (
    <Routes>
      <Route element={<OfficeShell />}>
        <Route index element={<HomePage />} />
        <Route path="account/sessions" element={<SessionsPage />} />
        {pages.map(({ path, Page }) => <Route key={path} path={path} element={<Page />} />)}
        <Route path="*" element={<NotFound />} />
      </Route>
    </Routes>
  )
}
