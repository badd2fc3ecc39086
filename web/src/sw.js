// Service worker of the shop floor: pages and code from the cache, data from the network with the last answer as
// fallback. It never takes over by itself: the page asks the operator first (message 'update').
const CODE = 'code-' + '__VERSION__'
const DATA = 'data'
const FILES = __FILES__

self.addEventListener('install', (e) => e.waitUntil(caches.open(CODE).then((c) => c.addAll(FILES))))
self.addEventListener('activate', (e) => e.waitUntil(caches.keys()
  .then((keys) => Promise.all(keys.filter((k) => k !== CODE && k !== DATA).map((k) => caches.delete(k))))
  .then(() => self.clients.claim())))
self.addEventListener('message', (e) => {
  if (e.data === 'update') self.skipWaiting()
  if (e.data === 'forget') e.waitUntil(caches.delete(DATA)) // log-out: the next person must not see the last one's data
})

self.addEventListener('fetch', (e) => {
  const { request } = e
  const url = new URL(request.url)
  if (request.method !== 'GET' || url.origin !== location.origin) return
  if (request.mode === 'navigate') {
    if (url.pathname === '/m' || url.pathname.startsWith('/m/')) e.respondWith(fetch(request).catch(() => caches.match('/index.html')))
  } else if (FILES.includes(url.pathname) && url.pathname !== '/index.html') {
    e.respondWith(caches.match(url.pathname).then((hit) => hit || fetch(request)))
  } else if (request.headers.get('X-Offline') === 'keep') {
    e.respondWith(fetch(request).then((answer) => {
      if (answer.ok) { const copy = answer.clone(); caches.open(DATA).then((c) => c.put(request, copy)) }
      return answer
    }, async (err) => { const kept = await caches.match(request, { ignoreVary: true }); if (kept) return kept; throw err }))
  }
})
