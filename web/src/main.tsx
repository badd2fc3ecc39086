import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { ApiError } from './api/errors'
import { startI18n } from './app/i18n'
import Pages, { preloadStart } from './app/Pages'
import { startTheme } from './app/theme'
import './kit/tokens.css'
import './app/app.css'

// A new binary has new chunk names: an old tab that asks for an old one loads the new page, once.
window.addEventListener('vite:preloadError', (e) => {
  const last = Number(sessionStorage.getItem('kaiwu.reloaded') ?? 0)
  if (Date.now() - last > 30_000) {
    e.preventDefault()
    sessionStorage.setItem('kaiwu.reloaded', String(Date.now()))
    location.reload()
  }
})

const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      retry: (n, err) => n < 2 && err instanceof ApiError && err.passing,
      refetchOnWindowFocus: false, // the event stream tells what changed
      networkMode: 'always', // a factory network without internet is still a network
    },
    mutations: { networkMode: 'always' },
  },
})

startTheme()
const root = document.getElementById('root')
if (root) {
  preloadStart()
  void startI18n().then(() => {
    createRoot(root).render(
      <StrictMode>
        <QueryClientProvider client={client}>
          <Pages />
        </QueryClientProvider>
      </StrictMode>,
    )
  })
}
