// How text is set on the map: drawn by the browser's own fonts, in the reader's language.
import type { ExpressionSpecification } from 'maplibre-gl'
import type { Language } from '../state/settings'

const kFont = ['Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei', 'sans-serif']

export const label_of = (language: Language): ExpressionSpecification => [
  'coalesce',
  ['get', language],
  ['get', 'zh']
]

export function label_layout(language: Language, size: number | ExpressionSpecification) {
  return {
    'text-field': label_of(language),
    'text-font': kFont,
    'text-size': size,
    'text-anchor': 'top' as const,
    'text-max-width': 9,
    'text-padding': 4
  }
}
