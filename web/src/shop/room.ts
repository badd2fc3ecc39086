import type { Room } from '@/kit/screens'

export default {
  name: 'shop',
  face: 'shop',
  screens: [
    { path: '/m', page: () => import('./StartPage'), title: 'start' },
  ],
} satisfies Room
