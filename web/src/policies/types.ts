// Short names for the shapes of policies, decisions and credentials, made from the OpenAPI file.
import type { components } from '../../.generated/schema'

type Schemas = components['schemas']

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
