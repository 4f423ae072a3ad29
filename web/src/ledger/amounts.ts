// Amounts as people write them. The ledger counts least units in whole numbers of up to 128 bits;
// nothing here ever becomes a floating number.
const kMost = (1n << 128n) - 1n

// 4500 with two decimals: '45.00'.
export function major_text(amount: string, exponent: number): string {
  const negative = amount.startsWith('-')
  const digits = (negative ? amount.slice(1) : amount).padStart(exponent + 1, '0')
  const whole = digits.slice(0, digits.length - exponent)
  const part = digits.slice(digits.length - exponent)
  return `${negative ? '−' : ''}${grouped(whole)}${exponent > 0 ? `.${part}` : ''}`
}

// '1234567' -> '1,234,567', as both languages of the page write it.
export const grouped = (digits: string) => digits.replace(/\B(?=(\d{3})+$)/g, ',')

// '1,234.5' with two decimals: 123450n; undefined where it is no such amount.
export function parse_major(text: string, exponent: number): bigint | undefined {
  const match = text.replace(/[,，\s]/g, '').match(/^(\d+)(?:\.(\d*))?$/)
  if (!match) return undefined
  const part = match[2] ?? ''
  if (part.length > exponent) return undefined
  const amount = BigInt((match[1] ?? '') + part.padEnd(exponent, '0'))
  return amount <= kMost ? amount : undefined
}

// An id as it may be typed: a whole number from 1 on, of at most 128 bits.
export const is_id = (text: string) => {
  if (!/^\d{1,39}$/.test(text)) return false
  const number = BigInt(text)
  return number > 0n && number <= kMost
}
