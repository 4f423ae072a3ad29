// The way to the ledger: every read and write carries the operator token. A token that the server
// refuses is forgotten, and the view asks for another.
import { ref } from 'vue'
import { ApiProblem, get_bytes, get_private, problem_of, send, type Query } from '../api/client'
import type { Account, Asset, Limit, TransferOutcome, TransferRequest } from '../api/types'
import { operator_token } from '../state/token'

export const was_refused = ref(false)

async function guarded<T>(action: (token: string) => Promise<T>): Promise<T> {
  const token = operator_token.value
  try {
    return await action(token)
  } catch (error) {
    if (error instanceof ApiProblem && (error.status === 401 || error.status === 403)) {
      was_refused.value = true
      if (operator_token.value === token) operator_token.value = ''
    }
    throw error
  }
}

export const read = <T>(path: string, query: Query = {}, signal?: AbortSignal) =>
  guarded((token) => get_private<T>(path, token, query, signal))

// Limits as they stood at `time`, page after page.
interface Limits {
  time: string
  limits: Limit[]
  next?: number
}

export async function read_limits(query: Query, signal?: AbortSignal): Promise<Limits> {
  const page = (cursor: number) =>
    read<Limits>('/ledger/limits', { ...query, limit: '1000', cursor: `${cursor}` }, signal)
  const all = await page(0)
  for (let next = all.next; next !== undefined; ) {
    const more = await page(next)
    all.limits.push(...more.limits)
    next = more.next
  }
  return all
}

export const read_bytes = (path: string, query: Query, signal?: AbortSignal) =>
  guarded((token) => get_bytes(path, token, query, signal))

const write = <T>(path: string, body: unknown) =>
  guarded((token) => send<T>('POST', path, token, JSON.stringify(body), 'application/json'))

interface Outcomes<T> {
  outcomes: T[]
}

// A refusal of the ledger is an answer, not a failed request: told by its own words.
export class Refusal extends Error {
  readonly status: string
  constructor(status: string, words: string) {
    super(words)
    this.status = status
  }
}

type Outcome = { status: string; detail?: { zh: string; en: string } | undefined }

function checked<T extends Outcome>(answer: Outcomes<T>, words: (outcome: T) => string): T {
  const outcome = answer.outcomes[0]
  if (!outcome) throw problem_of(new Error('an answer without an outcome'))
  if (outcome.status !== 'created' && outcome.status !== 'exists')
    throw new Refusal(outcome.status, words(outcome))
  return outcome
}

export type NewAccount = Pick<Account, 'id' | 'asset' | 'kind' | 'flags'> & { reference?: string }
type Words = (outcome: Outcome) => string

export const open_account = async (account: NewAccount, words: Words) =>
  checked(
    await write<Outcomes<Outcome & { id: string }>>('/ledger/accounts', { accounts: [account] }),
    words
  )

export const make_transfer = async (transfer: TransferRequest, words: Words) =>
  checked(
    await write<Outcomes<TransferOutcome>>('/ledger/transfers', { transfers: [transfer] }),
    words
  )

export const describe_asset = (asset: Required<Asset>) => write<Asset>('/ledger/assets', asset)

// An id of some 96 bits of chance: no two people choose the same.
export function new_id(): string {
  const words = crypto.getRandomValues(new Uint32Array(3))
  return [...words].reduce((number, word) => (number << 32n) | BigInt(word), 1n).toString()
}
