// Status = colour + shape + word, for chips, bars, charts, boards and labels. The words are in locales/*/kit.json
// under "status"; red only for late, failed, stopped.
export type Tone = 'grey' | 'blue' | 'teal' | 'amber' | 'red' | 'green' | 'slate'
export type Shape = '●' | '■' | '◆'

const TONES: Record<Tone, string> = {
  grey: 'draft planned new none unknown pending proposed waiting',
  blue: 'released open confirmed ready active available assigned scheduled ordered sent approved',
  teal: 'started running in_progress picking partial allocated reserved receiving shipping partly_shipped part_shipped in_work partly_received issued working online taken on_the_way',
  amber: 'hold held paused blocked waiting_material waiting_inspection waiting_previous requested inspecting quarantine to_inspect expiring warning short missing called',
  red: 'late failed rejected stopped scrapped expired error overdue down parked fail unplaced escalated',
  green: 'done completed finished passed received shipped good ok accepted pass fulfilled judged complete resolved picked effective adopt agreed',
  slate: 'closed cancelled inactive archived reversed consumed superseded revoked disabled offline closed_short withdrawn keep over refused',
}

const SHAPES: Record<Tone, Shape> = { grey: '●', blue: '●', teal: '●', amber: '■', red: '◆', green: '●', slate: '●' }

const BY_CODE = new Map<string, Tone>()
for (const [tone, codes] of Object.entries(TONES) as [Tone, string][]) for (const c of codes.split(' ')) BY_CODE.set(c, tone)

export const statusCodes = (): string[] => [...BY_CODE.keys()]
export const toneOf = (code: string): Tone => BY_CODE.get(code) ?? 'grey'
export const shapeOf = (tone: Tone): Shape => SHAPES[tone]
/** The solid colour as a CSS variable: bars, charts, dots. */
export const colorOf = (tone: Tone): string => `var(--${tone === 'amber' ? 'amber-solid' : tone})`
