import { url, type CallOptions } from '@/api/client'

/** Hands a blob to the browser's download. */
export function save(blob: Blob, name: string): void {
  const a = document.createElement('a')
  a.href = URL.createObjectURL(blob)
  a.download = name
  a.click()
  setTimeout(() => URL.revokeObjectURL(a.href), 10_000)
}

/** Opens a PDF that the server makes, in a tab of its own, where the browser's viewer prints it; frames are forbidden by our own headers. */
export function openPdf(path: string, o: CallOptions = {}): void {
  window.open(url(path, o), '_blank')
}
