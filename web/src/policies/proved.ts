// The facts that credentials prove in a decision: who says so, and what.
import type { Decision, Facts, FactValue, Why } from './types'

export interface Proved {
  issuers: Record<string, string>
  facts: Facts
}

// The value of input data somewhere in an explanation; nothing where it was not read.
function given_value(why: Why, name: string): FactValue | undefined {
  if (why.decision === name && why.origin === 'given') return why.value as FactValue
  for (const one of [...why.needs, ...why.parts]) {
    const found = given_value(one, name)
    if (found !== undefined) return found
  }
  return undefined
}

export function proved_by({ provenance, why }: Pick<Decision, 'provenance' | 'why'>): Proved {
  const proved: Proved = { issuers: {}, facts: {} }
  for (const { fact, origin, issuer } of provenance) {
    if (origin !== 'credential') continue
    proved.issuers[fact] = issuer ?? ''
    const value = given_value(why, fact)
    if (value !== undefined) proved.facts[fact] = value
  }
  return proved
}
