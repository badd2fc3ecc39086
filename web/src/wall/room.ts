import type { Room } from '@/kit/screens'

export default {
  name: 'wall',
  face: 'wall',
  screens: [{ path: '/wall/:at', page: () => import('./WallPage'), title: 'wall' }],
} satisfies Room
