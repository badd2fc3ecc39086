/** Hands a blob to the browser's download. */
export function save(blob: Blob, name: string): void {
  const a = document.createElement('a')
  a.href = URL.createObjectURL(blob)
  a.download = name
  a.click()
  setTimeout(() => URL.revokeObjectURL(a.href), 10_000)
}

/** Opens the print dialog for a PDF made by the server, without leaving the page. */
export function printPdf(blob: Blob): void {
  const url = URL.createObjectURL(blob)
  const frame = document.createElement('iframe')
  frame.style.cssText = 'position:fixed;right:0;bottom:0;width:1px;height:1px;border:0;opacity:0'
  frame.src = url
  frame.onload = () => {
    try {
      frame.contentWindow?.focus()
      frame.contentWindow?.print()
    } catch {
      window.open(url, '_blank') // some tablets have no PDF frame
    }
  }
  document.body.append(frame)
  setTimeout(() => { frame.remove(); URL.revokeObjectURL(url) }, 120_000)
}
