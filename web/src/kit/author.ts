// On an enrolled tablet the server gives whoever logs in by badge a token for the acts that he leaves waiting there:
// they are sent as his after the next person has logged in. Useless without this tablet's own cookie.
const KEY = 'kaiwu.author'

export function keepAuthor(login: string, token: string | undefined): void {
  if (token) localStorage.setItem(KEY, JSON.stringify([login, token]))
  else localStorage.removeItem(KEY)
}

export const forgetAuthor = (): void => localStorage.removeItem(KEY)

/** The token of this person, undefined when the tablet is not enrolled or somebody else logged in last. */
export function authorToken(login: string): string | undefined {
  try {
    const [who, token] = JSON.parse(localStorage.getItem(KEY) ?? '[]') as [string?, string?]
    return login && who === login ? token : undefined
  } catch {
    return undefined
  }
}
