// The questions that the policy pages put to the API.
import { get, post, post_text } from '../api/client'
import type {
  Asked,
  Decision,
  Difference,
  Facts,
  Policy,
  PolicyDetail,
  Proofs,
  Readiness,
  Replay,
  Verified,
  WhatIf
} from './types'

// Of which day the law is, and what had been published by which day.
export interface Moment {
  as_of: string
  known_at: string
}

export interface Case extends Moment {
  policy: string
  facts: Facts
  credentials?: string[]
}

const path_of = (policy: string, part = '') => `/policies/${encodeURIComponent(policy)}${part}`

export const list_policies = async (signal: AbortSignal) =>
  (await get<{ policies: Policy[] }>('/policies', {}, signal)).policies

export const read_policy = (id: string, { as_of, known_at }: Moment, signal: AbortSignal) =>
  get<PolicyDetail>(path_of(id), { as_of, known_at }, signal)

export const read_proofs = (id: string, version: string, signal: AbortSignal) =>
  get<Proofs>(path_of(id, '/proofs'), { version }, signal)

export const read_readiness = (id: string, version: string, signal: AbortSignal) =>
  get<Readiness>(path_of(id, '/readiness'), { version }, signal)

export const read_difference = (id: string, from: string, to: string, signal: AbortSignal) =>
  get<Difference>(path_of(id, '/diff'), { from, to }, signal)

export const read_difference_for = (
  id: string,
  from: string,
  to: string,
  population: object[],
  signal: AbortSignal
) => post<Difference>(path_of(id, '/diff'), { from, to, population }, signal)

export const decide = (one: Case, receipt: boolean, signal?: AbortSignal) =>
  post<Decision>('/decisions', { ...one, receipt }, signal)

export const ask = (one: Case, signal: AbortSignal) => post<Asked>('/decisions/ask', one, signal)

export const what_if = (
  one: Case,
  fixed: string[],
  weights: Record<string, number>,
  signal: AbortSignal
) => post<WhatIf>('/decisions/what-if', { ...one, fixed, weights }, signal)

// The receipt goes as it is, byte by byte.
export const replay = (receipt: string, signal: AbortSignal) =>
  post_text<Replay>('/decisions/replay', `{"receipt":${receipt}}`, signal)

export const verify = (
  question: { credential: string; challenge?: string; domain?: string; at?: string },
  signal: AbortSignal
) => post<Verified>('/credentials/verify', question, signal)
