// The pages of the list that a person came from, so that a detail page has "previous" and "next".
const AT = 'kaiwu.walk'

export function rememberWalk(urls: string[]): void {
  sessionStorage.setItem(AT, JSON.stringify(urls))
}
export function neighbours(url: string): { before?: string; after?: string } {
  try {
    const urls = JSON.parse(sessionStorage.getItem(AT) ?? '[]') as string[]
    const i = urls.indexOf(url)
    return i < 0 ? {} : { before: urls[i - 1], after: urls[i + 1] }
  } catch {
    return {}
  }
}
