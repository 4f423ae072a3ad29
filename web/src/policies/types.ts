// Shapes of policies, decisions and credentials.
import type { components } from '../../.generated/schema'

type Given = components['schemas']

interface Schemas extends Pick<Given, 'CredentialCheck' | 'Verification'> {
  PolicyVersion: {
    id: string
    effective_from: string
    effective_to?: string
    known_since: string
    basis: 'sourced' | 'assumed'
    source_zh: string
    source_en: string
    url: string
    note_zh: string
    note_en: string
    model_sha256: string
  }
  Policy: {
    id: string
    title_zh: string
    title_en: string
    summary_zh: string
    summary_en: string
    articles: string[]
    versions: Schemas['PolicyVersion'][]
    has_assumed: boolean
  }
  Policies: {
    policies: Schemas['Policy'][]
  }
  PolicyChoice: {
    value: unknown
    label_zh: string
    label_en: string
  }
  PolicyFact: {
    name: string
    label_zh: string
    label_en: string
    question_zh: string
    question_en: string
    unit: string
    type: string
    min: unknown
    max: unknown
    step: unknown
    values: Schemas['PolicyChoice'][]
    origin: 'data' | 'asked' | 'judgement'
    data_source_zh: string
    data_source_en: string
    is_changeable: boolean
    change_weight: unknown
    credential: string
  }
  PolicyParameter: {
    name: string
    label_zh: string
    label_en: string
    unit: string
    value: unknown
    basis: 'sourced' | 'assumed'
    source_zh: string
    source_en: string
    url: string
    effective_from: string
    effective_to?: string
    known_since: string
  }
  PolicyOutcome: {
    value: unknown
    verdict: 'yes' | 'no' | 'depends'
    label_zh: string
    label_en: string
  }
  PolicyDetail: {
    id: string
    title_zh: string
    title_en: string
    summary_zh: string
    summary_en: string
    articles: string[]
    versions: Schemas['PolicyVersion'][]
    has_assumed: boolean
    card_zh: string
    card_en: string
    as_of: string
    known_at: string
    version?: string
    facts: Schemas['PolicyFact'][]
    parameters: Schemas['PolicyParameter'][]
    outcomes: Schemas['PolicyOutcome'][]
  }
  DecisionRequest: {
    policy: string
    as_of?: string
    known_at?: string
    facts: {
      [key: string]: unknown
    }
    credentials?: string[]
    receipt?: boolean
  }
  RuleCondition: {
    input: string
    test: string
    value: unknown
    verdict: 'holds' | 'fails' | 'unknown'
    distance: unknown
    text_zh: string
    text_en: string
    joined_by: string
    parts: Schemas['RuleCondition'][]
  }
  NamedValue: {
    name: string
    label_zh: string
    label_en: string
    value: unknown
  }
  DecisionRule: {
    number: number
    article: string
    text_zh: string
    text_en: string
    outputs: Schemas['NamedValue'][]
    conditions: Schemas['RuleCondition'][]
  }
  DecisionTable: {
    hit_policy: string
    is_default: boolean
    rules_hit: Schemas['DecisionRule'][]
  }
  DecisionReport: {
    where: string
    message_zh: string
    message_en: string
  }
  Why: {
    decision: string
    label_zh: string
    label_en: string
    origin: 'given' | 'missing' | 'repeated' | 'literal' | 'table' | 'context' | 'other'
    value: unknown
    value_zh: string
    value_en: string
    text: string
    table?: Schemas['DecisionTable']
    misses: Schemas['DecisionRule'][]
    conditions: Schemas['RuleCondition'][]
    parts: Schemas['Why'][]
    needs: Schemas['Why'][]
    reports: Schemas['DecisionReport'][]
  }
  DecisionLine: {
    depth: number
    text_zh: string
    text_en: string
  }
  Provenance: {
    fact: string
    origin: 'stated' | 'credential'
    issuer?: string
    credential_id?: string
  }
  Assumption: {
    kind: 'version' | 'parameter' | 'trust'
    name: string
    label_zh: string
    label_en: string
    source_zh: string
    source_en: string
  }
  Decision: {
    policy: string
    version: string
    as_of: string
    known_at: string
    outcome: unknown
    verdict: 'yes' | 'no' | 'depends'
    label_zh: string
    label_en: string
    value: unknown
    is_assumed: boolean
    assumptions: Schemas['Assumption'][]
    provenance: Schemas['Provenance'][]
    reports: Schemas['DecisionReport'][]
    why: Schemas['Why']
    lines: Schemas['DecisionLine'][]
    receipt: unknown
  }
  WhatIfRequest: {
    policy: string
    as_of?: string
    known_at?: string
    facts: {
      [key: string]: unknown
    }
    fixed?: string[]
    weights?: {
      [key: string]: unknown
    }
  }
  FactChange: {
    fact: string
    label_zh: string
    label_en: string
    from: unknown
    to: unknown
    cost: unknown
  }
  WhatIf: {
    policy: string
    version: string
    as_of: string
    known_at: string
    verdict: 'already' | 'possible' | 'impossible' | 'not_settled'
    changes: Schemas['FactChange'][]
    cost: unknown
    is_least_proved: boolean
    outcome: unknown
    is_assumed: boolean
    text_zh: string
    text_en: string
  }
  AskRequest: {
    policy: string
    as_of?: string
    known_at?: string
    facts: {
      [key: string]: unknown
    }
  }
  Asked: {
    policy: string
    version: string
    as_of: string
    known_at: string
    verdict: 'yes' | 'no' | 'depends'
    is_settled: boolean
    questions: Schemas['PolicyFact'][]
    needed_facts: string[]
    possible_outcomes: Schemas['PolicyOutcome'][]
    is_proved: boolean
    is_assumed: boolean
    text_zh: string
    text_en: string
  }
  Finding: {
    kind: 'gap' | 'overlap' | 'conflict' | 'subsumed' | 'dead' | 'unreachable_output'
    where: string
    rules: number[]
    witness: unknown
    is_proved: boolean
    text_zh: string
    text_en: string
  }
  Proofs: {
    policy: string
    version: string
    as_of: string
    findings: Schemas['Finding'][]
    is_complete: boolean
    regions: number
  }
  DiffRequest: {
    from: string
    to: string
    population?: Record<string, never>[]
  }
  OutcomeChange: {
    witness: unknown
    before: unknown
    after: unknown
    is_throughout: boolean
    people: number
    text_zh: string
    text_en: string
  }
  PopulationChange: {
    size: number
    changed: number
    share: number
  }
  Difference: {
    policy: string
    from: string
    to: string
    from_as_of: string
    to_as_of: string
    changes: Schemas['OutcomeChange'][]
    is_complete: boolean
    population?: Schemas['PopulationChange']
  }
  OpenCondition: {
    fact: string
    origin: 'data' | 'asked' | 'judgement'
    label_zh: string
    label_en: string
    tables: string[]
    blocks: boolean
    share_with_data: number
    share_without: number
    taken_as: unknown
  }
  Readiness: {
    policy: string
    version: string
    as_of: string
    decidable_share: number
    conditions: Schemas['OpenCondition'][]
    is_proved: boolean
    text_zh: string
    text_en: string
  }
  ReplayRequest: {
    receipt: Record<string, never>
  }
  ReplayDifference: {
    field: string
    receipt: unknown
    now: unknown
  }
  Replay: {
    is_same: boolean
    receipt_valid: boolean
    is_own: boolean
    issuer?: string
    checks: Schemas['CredentialCheck'][]
    differences: Schemas['ReplayDifference'][]
    decision?: Schemas['Decision']
    reason_zh?: string
    reason_en?: string
  }
}

// Texts for people come in pairs: `title_zh` and `title_en`.
export type Pair<K extends string> = Record<`${K}_zh` | `${K}_en`, string>

export type FactValue = string | number | boolean
export type Facts = Record<string, FactValue>
export type Verdict = Schemas['PolicyOutcome']['verdict']
export type Basis = Schemas['PolicyVersion']['basis']

export type Policy = Schemas['Policy']
export type PolicyDetail = Schemas['PolicyDetail']
export type Version = Schemas['PolicyVersion']
export type Fact = Schemas['PolicyFact']
export type Parameter = Schemas['PolicyParameter']
export type Outcome = Schemas['PolicyOutcome']

export type Decision = Schemas['Decision']
export type Why = Schemas['Why']
export type Rule = Schemas['DecisionRule']
export type Condition = Schemas['RuleCondition']
export type Assumption = Schemas['Assumption']
export type Asked = Schemas['Asked']
export type WhatIf = Schemas['WhatIf']
export type Change = Schemas['FactChange']
export type Replay = Schemas['Replay']

export type Proofs = Schemas['Proofs']
export type Difference = Schemas['Difference']
export type Readiness = Schemas['Readiness']

export type Check = Schemas['CredentialCheck']
export type Verified = Schemas['Verification']
