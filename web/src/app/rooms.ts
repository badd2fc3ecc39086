import type { Face, Room } from '@/kit/screens'

/** Every src/<room>/room.ts; a room adds itself by having the file. */
const found = import.meta.glob<Room>('../*/room.ts', { eager: true, import: 'default' })
export const rooms: Room[] = Object.values(found)
export const roomsOf = (face: Face): Room[] => rooms.filter((r) => (r.face ?? 'office') === face)
