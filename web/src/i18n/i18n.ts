// Words of the page. Both languages are loaded at once: together they are a few kilobytes.
import { createI18n } from 'vue-i18n'
import { watchEffect } from 'vue'
import { settings } from '../state/settings'
import en from './en.json'
import zh from './zh.json'

export const i18n = createI18n({
  legacy: false,
  locale: settings.language,
  fallbackLocale: 'en',
  messages: { zh, en }
})

watchEffect(() => {
  i18n.global.locale.value = settings.language
})
