/** A path of ours, never another site: "?next=//evil" must not lead away. */
export const safeNext = (next: string | null, home: string): string => (next && /^\/(?![/\\])/.test(next) && !next.includes('/login') ? next : home)
