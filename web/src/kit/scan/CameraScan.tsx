import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { openReader } from './reader'
import './scan.css'

/** Full-screen camera; calls onScan once with the first code it reads. */
export default function CameraScan({ onScan, onClose }: { onScan: (code: string) => void; onClose: () => void }) {
  const { t } = useTranslation('kit')
  const video = useRef<HTMLVideoElement>(null)
  const [problem, setProblem] = useState('')
  const [torch, setTorch] = useState<boolean | undefined>()
  const track = useRef<MediaStreamTrack | undefined>(undefined)
  const done = useRef(onScan)
  done.current = onScan

  useEffect(() => {
    let live = true
    let timer: ReturnType<typeof setTimeout>
    const look = async () => {
      if (!navigator.mediaDevices?.getUserMedia) return setProblem(t('scan.insecure'))
      let stream: MediaStream
      try {
        stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment', width: { ideal: 1280 } } })
      } catch {
        return setProblem(t('scan.noCamera'))
      }
      const el = video.current
      if (!live || !el) return stream.getTracks().forEach((x) => x.stop())
      track.current = stream.getVideoTracks()[0]
      if (track.current && 'torch' in (track.current.getCapabilities?.() ?? {})) setTorch(false)
      el.srcObject = stream
      await el.play()
      const reader = await openReader().catch(() => undefined)
      if (!reader) return setProblem(t('scan.noReader'))
      const tick = async () => {
        if (!live) return
        const [hit] = await reader.detect(el).catch(() => [])
        if (!live) return
        if (hit?.rawValue) {
          navigator.vibrate?.(60)
          done.current(hit.rawValue)
        } else timer = setTimeout(() => void tick(), 80)
      }
      void tick()
    }
    void look()
    return () => { live = false; clearTimeout(timer); track.current?.stop() }
  }, [t])

  const light = () => {
    void track.current?.applyConstraints({ advanced: [{ torch: !torch } as MediaTrackConstraintSet] }).then(() => setTorch(!torch))
  }
  return (
    <div className="kw-camera" role="dialog" aria-modal="true" aria-label={t('scan.camera')}>
      <video ref={video} muted playsInline />
      {!problem && <div className="kw-camera-frame"><i /><i /><i /><i /></div>}
      <p>{problem || t('scan.aim')}</p>
      <div className="kw-camera-bar">
        {torch !== undefined && <button type="button" onClick={light} aria-pressed={torch}>{t('scan.torch')}</button>}
        <button type="button" onClick={onClose}>{t('close')}</button>
      </div>
    </div>
  )
}
