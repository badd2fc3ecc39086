import i18n from 'i18next'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'

export const ROOMS = ['sales', 'purchasing', 'planning', 'scheduling', 'production', 'quality', 'inventory', 'masterdata', 'identity', 'compliance', 'kit'] as const

/** "production.reported" in words; each room's words are in its own file, fetched once. */
export function useEventWord(): (name: string) => string {
  const { t, i18n: { language } } = useTranslation('system')
  const [, redraw] = useState(0)
  useEffect(() => { void i18n.loadNamespaces([...ROOMS]).then(() => redraw((n) => n + 1)) }, [language])
  return (name) => {
    const [room = '', ...what] = name.split('.')
    return t(`${room}:event.${what.join('.')}`, { defaultValue: name })
  }
}
