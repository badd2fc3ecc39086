import { App, ConfigProvider, theme as antTheme, type ThemeConfig } from 'antd'
import en from 'antd/locale/en_US'
import zh from 'antd/locale/zh_CN'
import dayjs from 'dayjs'
import 'dayjs/locale/zh-cn'
import { useMemo, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { token, useTheme, type Theme } from './theme'

function antTokens(theme: Theme): ThemeConfig {
  return {
    algorithm: theme === 'dark' ? antTheme.darkAlgorithm : antTheme.defaultAlgorithm,
    token: {
      fontFamily: token('font'), fontSize: 13, controlHeight: 30, borderRadius: 6, motionDurationMid: '0.12s', motionDurationSlow: '0.15s',
      colorPrimary: token('primary'), colorLink: token('primary'), colorInfo: token('primary'), colorError: token('red'), colorSuccess: token('green'), colorWarning: token('amber-solid'),
      colorText: token('text'), colorTextSecondary: token('text-2'), colorTextTertiary: token('text-3'), colorBgLayout: token('page'), colorBgContainer: token('card'), colorBgElevated: token('raised'),
      colorBorder: token('line'), colorBorderSecondary: token('line'),
    },
    components: {
      Button: { primaryShadow: 'none', defaultShadow: 'none', dangerShadow: 'none' },
      Drawer: { paddingLG: 20 },
      Form: { itemMarginBottom: 18, verticalLabelPadding: '0 0 3px' },
      Tabs: { horizontalMargin: '0' },
    },
  }
}

/** antd with our tokens, in the language of the interface. Only the office pays for it. */
export default function OfficeTheme({ children }: { children: ReactNode }) {
  const theme = useTheme((s) => s.theme)
  const { i18n } = useTranslation()
  const config = useMemo(() => antTokens(theme), [theme])
  dayjs.locale(i18n.language === 'en' ? 'en' : 'zh-cn')
  return (
    <ConfigProvider theme={config} locale={i18n.language === 'en' ? en : zh} button={{ autoInsertSpace: false }} virtual>
      <App className="kw-office" message={{ maxCount: 3, top: 56 }}>{children}</App>
    </ConfigProvider>
  )
}
