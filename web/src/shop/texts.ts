import i18n from 'i18next'
import type { ComponentType } from 'react'

/** Parts that come late bring their texts. */
export const withLine = <T extends Record<string, unknown> & { default: ComponentType<never> }>(part: Promise<T>, more = 'line'): Promise<T> => Promise.all([part, i18n.loadNamespaces([more, 'floor', 'step'])]).then(([m]) => m)
