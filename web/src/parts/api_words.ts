// The description speaks English; `i18n/api_zh.json` says each of its texts in Chinese.
import api_zh from '../i18n/api_zh.json'
import { settings } from '../state/settings'

export const said = (text: string | undefined): string =>
  (text && settings.language === 'zh' && (api_zh as Record<string, string>)[text]) || (text ?? '')
