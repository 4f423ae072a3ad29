// What an address says, value by value, and which of it cannot be: those are left out, and the view
// tells the reader so.
import type { LocationQuery } from 'vue-router'
import { is_local_time } from '../format/format'

export function query_reader(query: LocationQuery) {
  // 'limit=9999', as the address has it.
  const ignored: string[] = []

  function text(name: string): string | undefined {
    const value = query[name]
    return (Array.isArray(value) ? value[0] : value) ?? undefined
  }

  function checked<T>(name: string, read: (value: string) => T | undefined): T | undefined {
    const value = text(name)
    if (value === undefined) return undefined
    const found = read(value)
    if (found === undefined) ignored.push(`${name}=${value}`)
    return found
  }

  return {
    ignored,
    text,
    whole: (name: string, least: number, most: number) =>
      checked(name, (value) => {
        const number = Number(value)
        const fits = value !== '' && Number.isInteger(number) && number >= least && number <= most
        return fits ? number : undefined
      }),
    time: (name: string) => checked(name, (value) => (is_local_time(value) ? value : undefined)),
    date: (name: string) =>
      checked(name, (value) => {
        const fits = value.length === 10 && is_local_time(`${value}T00:00`)
        return fits ? value : undefined
      }),
    among: <T extends string>(name: string, choices: readonly T[]) =>
      checked(name, (value) => choices.find((choice) => choice === value))
  }
}

// What a list offers, and what a link chose beside it.
export const offered = (usual: readonly number[], chosen: number | undefined) =>
  chosen === undefined || usual.includes(chosen)
    ? [...usual]
    : [...usual, chosen].sort((a, b) => a - b)
