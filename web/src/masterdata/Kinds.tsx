import { useTranslation } from 'react-i18next'

/** "customer;supplier" in words. */
export function Kinds({ kinds }: { kinds: string }) {
  const { t } = useTranslation('masterdata')
  return <>{kinds.split(/[; ]+/).filter(Boolean).map((k) => t(`partnerKind.${k}`, { defaultValue: k })).join(t('comma'))}</>
}
