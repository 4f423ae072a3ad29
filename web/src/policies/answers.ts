// Answers to the questions of a policy: from a field of the form or an address to a value, and
// back. An address has one parameter a fact, `fact.Purchase amount=600`.
import type { Fact, Facts, FactValue } from './types'

const kPrefix = 'fact.'

// 30 February is none.
export function is_date(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false
  const at = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text)
}

// Why a text is no answer to a fact: the key of a message, and what it names.
export interface Wrong {
  key: 'number' | 'least' | 'most' | 'step' | 'date' | 'date_least' | 'date_most' | 'choice'
  value?: FactValue
}

const is_bound = (bound: unknown): bound is FactValue =>
  bound !== undefined && bound !== null && bound !== ''

// Floating point puts 0.29 a hair beside a multiple of 0.01.
const is_step = (value: number, from: number, step: number) => {
  const steps = (value - from) / step
  return Math.abs(steps - Math.round(steps)) < 1e-6
}

function wrong_number(fact: Fact, value: number): Wrong | null {
  if (!Number.isFinite(value)) return { key: 'number' }
  const { min, max, step } = fact
  if (is_bound(min) && value < Number(min)) return { key: 'least', value: Number(min) }
  if (is_bound(max) && value > Number(max)) return { key: 'most', value: Number(max) }
  const from = is_bound(min) ? Number(min) : 0
  if (is_bound(step) && Number(step) > 0 && !is_step(value, from, Number(step)))
    return { key: 'step', value: Number(step) }
  return null
}

function wrong_date(fact: Fact, text: string): Wrong | null {
  if (!is_date(text)) return { key: 'date' }
  if (is_bound(fact.min) && text < String(fact.min)) return { key: 'date_least', value: fact.min }
  if (is_bound(fact.max) && text > String(fact.max)) return { key: 'date_most', value: fact.max }
  return null
}

export function wrong_of(fact: Fact, text: string): Wrong | null {
  const choices =
    fact.type === 'boolean' ? ['true', 'false'] : fact.values.map((one) => String(one.value))
  if (choices.length > 0) return choices.includes(text) ? null : { key: 'choice' }
  if (fact.type === 'number') return wrong_number(fact, text.trim() === '' ? NaN : Number(text))
  return fact.type === 'date' ? wrong_date(fact, text) : null
}

// Undefined where the text is no answer.
export function answer_of(fact: Fact, text: string): FactValue | undefined {
  if (text === '' || wrong_of(fact, text)) return undefined
  const choice = fact.values.find((one) => String(one.value) === text)
  if (choice) return choice.value as FactValue
  if (fact.type === 'number') return Number(text)
  return fact.type === 'boolean' ? text === 'true' : text
}

// What an address says of the facts, and which of it cannot be.
export function read_answers(facts: Fact[], query: Record<string, unknown>) {
  const answers: Facts = {}
  const ignored: string[] = []
  for (const [key, given] of Object.entries(query)) {
    if (!key.startsWith(kPrefix)) continue
    const text = String(Array.isArray(given) ? given[0] : (given ?? ''))
    const fact = facts.find((one) => kPrefix + one.name === key)
    const value = fact && answer_of(fact, text)
    if (fact && value !== undefined) answers[fact.name] = value
    else ignored.push(`${key}=${text}`)
  }
  return { answers, ignored }
}

export const write_answers = (answers: Facts): Record<string, string> =>
  Object.fromEntries(
    Object.entries(answers).map(([name, value]) => [kPrefix + name, String(value)])
  )

// Which version of a policy was in force on a day, as far as was known on another: of several the
// one that became known last.
export function in_force<
  V extends { effective_from: string; effective_to?: string; known_since: string }
>(versions: V[], as_of: string, known_at: string): V | undefined {
  const later = (a: V, b: V) =>
    a.known_since < b.known_since ||
    (a.known_since === b.known_since && a.effective_from < b.effective_from)
  return versions
    .filter(
      (one) =>
        one.known_since <= known_at &&
        one.effective_from <= as_of &&
        (one.effective_to === undefined || as_of < one.effective_to)
    )
    .reduce<V | undefined>((best, one) => (best && !later(best, one) ? best : one), undefined)
}
