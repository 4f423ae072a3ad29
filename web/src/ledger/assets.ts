// What the asset numbers stand for, as the server knows them: loaded once, and again when one is
// described.
import { reactive } from 'vue'
import type { Asset } from '../api/types'
import { name_of } from '../format/format'
import { settings } from '../state/settings'
import { read } from './access'
import { major_text } from './amounts'

const known = reactive(new Map<number, Asset>())

export async function load_assets() {
  const { assets } = await read<{ assets: Asset[] }>('/ledger/assets')
  for (const asset of assets) known.set(asset.asset, asset)
}

export const all_assets = () => [...known.values()]
export const find_asset = (number: number) => known.get(number)
export const code_of = (number: number) => known.get(number)?.code ?? `#${number}`

// 'CNY', '156' or 'cny' -> 156.
export function asset_number(text: string): number | undefined {
  if (/^\d{1,10}$/.test(text)) return Number(text) <= 0xffffffff ? Number(text) : undefined
  const code = text.toUpperCase()
  return all_assets().find((one) => one.code === code)?.asset
}

export function asset_name(number: number): string {
  const asset = known.get(number)
  if (!asset) return ''
  if (asset.name) return name_of(asset.name)
  const locale = settings.language === 'zh' ? 'zh-CN' : 'en'
  return new Intl.DisplayNames([locale], { type: 'currency' }).of(asset.code) ?? ''
}

// In the asset's own unit where it is known, else in least units.
export const major = (amount: string, number: number) =>
  major_text(amount, known.get(number)?.exponent ?? 0)
