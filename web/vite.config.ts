// Build of the page. The result in dist/ is embedded in the server; every file but index.html has
// a hash in its name and may be cached for ever.
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'

// Where `npm run dev` finds a running server.
const kServer = process.env.HQ_BASE_URL ?? 'http://127.0.0.1:8080'

export default defineConfig({
  plugins: [vue()],
  define: {
    __VUE_OPTIONS_API__: false,
    __VUE_PROD_DEVTOOLS__: false,
    // vue-i18n: composition API only. Its compiler walks a tree and never calls eval, which the
    // server's content security policy forbids.
    __VUE_I18N_LEGACY_API__: false,
    __VUE_I18N_FULL_INSTALL__: false,
    __INTLIFY_PROD_DEVTOOLS__: false
  },
  // MapLibre's worker is an ES module.
  worker: { format: 'es' },
  server: { proxy: { '/api': kServer } },
  build: {
    target: 'es2022',
    modulePreload: { polyfill: false },
    assetsInlineLimit: 2048,
    chunkSizeWarningLimit: 1200
  }
})
