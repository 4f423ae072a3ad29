// Start: styles, words, routes, then the hub and its live events.
import { createApp } from 'vue'
import App from './app.vue'
import { i18n } from './i18n/i18n'
import { router } from './router'
import { follow_events, load_hub } from './state/hub'
import './style/tokens.css'
import './style/base.css'
import './style/controls.css'

createApp(App).use(i18n).use(router).mount('#app')
void load_hub()
follow_events()
