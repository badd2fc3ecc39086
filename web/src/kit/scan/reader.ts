import wasm from 'zxing-wasm/reader/zxing_reader.wasm?url'

interface Found { rawValue: string; format: string }
export interface Reader { detect(source: ImageBitmapSource): Promise<Found[]> }
interface Native { new (o: { formats: string[] }): Reader; getSupportedFormats(): Promise<string[]> }

const FORMATS = ['qr_code', 'data_matrix', 'code_128', 'code_39', 'ean_13', 'ean_8', 'itf', 'upc_a']

/** The browser's own detector when it knows our codes; else zxing, whose wasm comes from our own origin. */
export async function openReader(): Promise<Reader> {
  const own = (globalThis as { BarcodeDetector?: Native }).BarcodeDetector
  if (own) {
    const known = await own.getSupportedFormats().catch(() => [] as string[])
    if (known.includes('qr_code') && known.includes('data_matrix') && known.includes('code_128')) return new own({ formats: FORMATS.filter((f) => known.includes(f)) })
  }
  const { BarcodeDetector, prepareZXingModule } = await import('barcode-detector/ponyfill')
  await prepareZXingModule({ overrides: { locateFile: (file: string, prefix: string) => (file.endsWith('.wasm') ? wasm : prefix + file) }, fireImmediately: true })
  return new BarcodeDetector({ formats: FORMATS as never }) as Reader
}
