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

// What is proved of a version takes the server a while, and stays as it is: it is asked once, also
// where the reader has gone elsewhere meanwhile.
const kept = new Map<string, Promise<unknown>>()

function once<T>(path: string, query: Record<string, string>): Promise<T> {
  const key = `${path}?${new URLSearchParams(query)}`
  const known = kept.get(key) as Promise<T> | undefined
  const answer = known ?? get<T>(path, query)
  if (!known) {
    kept.set(key, answer)
    answer.catch(() => kept.delete(key))
  }
  return answer
}

export const read_proofs = (id: string, version: string) =>
  once<Proofs>(path_of(id, '/proofs'), { version })

export const read_readiness = (id: string, version: string) =>
  once<Readiness>(path_of(id, '/readiness'), { version })

export const read_difference = (id: string, from: string, to: string) =>
  once<Difference>(path_of(id, '/diff'), { from, to })

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
