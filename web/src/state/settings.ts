// What the reader chose: language and theme. Kept in this browser; the defaults are the browser's.
import { computed, reactive, ref, watchEffect } from 'vue'

export type Language = 'zh' | 'en'
export type ThemeChoice = 'system' | 'light' | 'dark'

const kLanguageKey = 'hongqiao.language'
const kThemeKey = 'hongqiao.theme'

// Storage may be switched off; the page then works, and forgets.
function stored(key: string): string | null {
  try {
    return localStorage.getItem(key)
  } catch {
    return null
  }
}

function store(key: string, value: string) {
  try {
    localStorage.setItem(key, value)
  } catch {
    // See above.
  }
}

function first_language(): Language {
  const kept = stored(kLanguageKey)
  if (kept === 'zh' || kept === 'en') return kept
  return navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en'
}

function first_theme(): ThemeChoice {
  const kept = stored(kThemeKey)
  return kept === 'light' || kept === 'dark' ? kept : 'system'
}

export const settings = reactive({ language: first_language(), theme: first_theme() })

const system_dark = window.matchMedia('(prefers-color-scheme: dark)')
const system_is_dark = ref(system_dark.matches)
system_dark.addEventListener('change', (event) => {
  system_is_dark.value = event.matches
})

export const is_dark = computed(
  () => settings.theme === 'dark' || (settings.theme === 'system' && system_is_dark.value)
)

export function choose_language(language: Language) {
  settings.language = language
  store(kLanguageKey, language)
}

export function choose_theme(theme: ThemeChoice) {
  settings.theme = theme
  store(kThemeKey, theme)
}

watchEffect(() => {
  document.documentElement.lang = settings.language === 'zh' ? 'zh-CN' : 'en'
  document.documentElement.dataset.theme = is_dark.value ? 'dark' : 'light'
})
