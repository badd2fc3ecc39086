import { create } from 'zustand'
import type { Tone } from '../status'

interface Note { id: number; tone: Tone; text: string; act?: { label: string; run: () => void } }
let ids = 0
const useNotes = create<{ notes: Note[] }>(() => ({ notes: [] }))
const drop = (id: number) => useNotes.setState((s) => ({ notes: s.notes.filter((n) => n.id !== id) }))

/** A word about what just happened; a refusal stays longer. Sound and vibration tell it to those who do not look. */
export function toast(text: string, tone: 'green' | 'red' | 'amber' | 'blue' = 'green', act?: Note['act']): void {
  const id = ++ids
  useNotes.setState((s) => ({ notes: [...s.notes.slice(-2), { id, tone, text, act }] }))
  signal(tone === 'red' ? 'bad' : 'ok')
  setTimeout(() => drop(id), tone === 'red' ? 8000 : act ? 6000 : 3000)
}

let audio: AudioContext | undefined
export function signal(kind: 'ok' | 'bad'): void {
  navigator.vibrate?.(kind === 'ok' ? 50 : [90, 60, 90])
  try {
    audio ??= new AudioContext()
    const tone = audio.createOscillator()
    const gain = audio.createGain()
    tone.frequency.value = kind === 'ok' ? 1320 : 220
    gain.gain.setValueAtTime(0.08, audio.currentTime)
    gain.gain.exponentialRampToValueAtTime(0.0001, audio.currentTime + (kind === 'ok' ? 0.12 : 0.4))
    tone.connect(gain).connect(audio.destination)
    tone.start()
    tone.stop(audio.currentTime + 0.45)
  } catch { /* no sound on this device */ }
}

export function Toasts() {
  const notes = useNotes((s) => s.notes)
  return (
    <div className="kw-toasts" role="status" aria-live="polite">
      {notes.map((n) => (
        <div key={n.id} className={`kw-toast kw-${n.tone}`} onClick={() => drop(n.id)}>
          <span>{n.text}</span>
          {n.act && <button type="button" onClick={() => { drop(n.id); n.act!.run() }}>{n.act.label}</button>}
        </div>
      ))}
    </div>
  )
}
