import type { Tone } from '@/kit/status'

export const severityTone = (severity: string): Tone => (severity === 'urgent' ? 'red' : severity === 'warning' ? 'amber' : 'blue')
