import react from '@vitejs/plugin-react'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { menuTexts, precompress, serviceWorker } from './tools/plugins.ts'

const api = process.env.KAIWU_API ?? 'http://127.0.0.1:8080'

export default defineConfig({
  plugins: [react(), menuTexts(), serviceWorker(), precompress()],
  resolve: {
    alias: [
      { find: /^@\//, replacement: fileURLToPath(new URL('./src/', import.meta.url)) },
      // Its exports offer only the development build.
      { find: /^react-router$/, replacement: fileURLToPath(new URL('./node_modules/react-router/dist/production/index.mjs', import.meta.url)) },
    ],
  },
  server: { proxy: { '/api': { target: api, changeOrigin: false }, '/docs': api } },
  build: {
    // Android WebViews of cheap tablets and iPads of 2022; oldest version in use is not known, so stay low.
    target: ['chrome100', 'safari15.4'],
    manifest: true,
    chunkSizeWarningLimit: 900,
    reportCompressedSize: false,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: 'react', test: /node_modules[\\/](react|react-dom|scheduler)[\\/]/, priority: 40 },
            { name: 'core', test: /@oxc-project|node_modules[\\/](react-router|@tanstack[\\/](query-core|react-query)|i18next|react-i18next|zustand|use-sync-external-store|void-elements|html-parse-stringify|cookie)[\\/]/, priority: 30 },
            // Dates, uploads and the palette are fetched when somebody needs them; the rest of antd is one cached file.
            { name: 'antd', test: /node_modules[\\/](antd[\\/](?!.*(date-picker|time-picker|calendar|upload|table[\\/]|tree|transfer|cascader|color-picker))|@ant-design[\\/]|@rc-component[\\/](?!(picker|upload|table|tree|tree-select|cascader|color-picker)[\\/]))/, priority: 20 },
          ],
        },
      },
    },
  },
  test: { environment: 'happy-dom', include: ['src/**/*.test.{ts,tsx}'], restoreMocks: true },
})
