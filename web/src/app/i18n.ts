import i18n from 'i18next'
import { initReactI18next } from 'react-i18next'

export type Language = 'zh' | 'en'
const REMEMBER = 'kaiwu.lang'
const files = import.meta.glob<Record<string, unknown>>('../locales/*/*.json', { import: 'default' })

const fileLoader = {
  type: 'backend' as const,
  read(lng: string, ns: string, done: (err: unknown, data: Record<string, unknown> | null) => void) {
    const load = files[`../locales/${lng}/${ns}.json`]
    if (!load) return done(null, {})
    load().then((d) => done(null, d), (e: unknown) => done(e, null))
  },
}

function remembered(): Language {
  const saved = localStorage.getItem(REMEMBER)
  if (saved === 'zh' || saved === 'en') return saved
  return navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en'
}

const apply = (lng: string) => { document.documentElement.lang = lng === 'zh' ? 'zh-CN' : 'en' }

export async function startI18n(): Promise<void> {
  i18n.on('languageChanged', apply)
  await i18n.use(fileLoader).use(initReactI18next).init({
    lng: remembered(),
    fallbackLng: false,
    supportedLngs: ['zh', 'en'],
    ns: ['kit', 'app'],
    defaultNS: 'kit',
    interpolation: { escapeValue: false },
    react: { useSuspense: false },
    returnEmptyString: false,
    // A missing text is a bug that the browser tests must see.
    saveMissing: true,
    missingKeyHandler: (_, ns, key, fallback) => { if (fallback === key || fallback === undefined || fallback === '') console.error(`missing text ${ns}:${key}`) },
  })
}

export const language = (): Language => ((i18n.language || remembered()) === 'en' ? 'en' : 'zh')
export const languageChosen = (): boolean => localStorage.getItem(REMEMBER) !== null
export const rememberLanguage = (l: Language): void => localStorage.setItem(REMEMBER, l)
export const setLanguage = (l: Language): Promise<unknown> => i18n.changeLanguage(l)
