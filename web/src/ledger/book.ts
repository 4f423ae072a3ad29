// The ledger folded again from the events of the log, as far as balances go (docs/format/ledger.md):
// balancing amounts, posts, voids, whole chains and expiries among them. Every account is kept,
// since what a balancing transfer moves depends on both of its sides.
import type { Commit } from './commits'

export interface Sums {
  asset: number
  debits_pending: bigint
  debits_posted: bigint
  credits_pending: bigint
  credits_posted: bigint
}

// Beyond that a browser is the wrong place to fold a ledger.
export const kMostAccounts = 1_000_000

export class TooLarge extends Error {}

// An event that no sound ledger would have written.
export class Impossible extends Error {}

const kRecordBytes = 128
const kFlag = {
  linked: 1,
  pending: 2,
  post: 4,
  void: 8,
  whole_chain: 16,
  balancing_debit: 32,
  balancing_credit: 64
} as const

interface Pending {
  debit: Sums
  credit: Sums
  amount: bigint
  expires_us: bigint | undefined
  // Ids of all that are pending in its chain, itself among them.
  chain: bigint[]
}

const wide = (view: DataView, at: number) =>
  (view.getBigUint64(at + 8, true) << 64n) | view.getBigUint64(at, true)
const least = (a: bigint, b: bigint) => (a < b ? a : b)
const excess = (of: bigint, over: bigint) => (of > over ? of - over : 0n)

export class Book {
  readonly accounts = new Map<bigint, Sums>()
  // Commits that touched the account that is proved.
  touched = 0
  transfers = 0
  readonly #pendings = new Map<bigint, Pending>()
  readonly #wanted: bigint
  #first_expiry: bigint | undefined
  #is_touched = false

  constructor(wanted: bigint) {
    this.#wanted = wanted
  }

  take(commit: Commit) {
    const events = commit.events.filter((event) => event.type.startsWith('ledger.'))
    if (events.length === 0) return
    this.#is_touched = false
    this.#expire(commit.time_us)
    for (const { type, body } of events) {
      if (type === 'ledger.opened') this.#open(body)
      else if (type === 'ledger.transferred') this.#transfer(body, commit.time_us)
    }
    if (this.#is_touched) this.touched += 1
  }

  #open(body: Uint8Array) {
    for (const view of records(body)) {
      const id = wide(view, 0)
      this.accounts.set(id, {
        asset: view.getUint32(104, true),
        debits_pending: 0n,
        debits_posted: 0n,
        credits_pending: 0n,
        credits_posted: 0n
      })
      if (id === this.#wanted) this.#is_touched = true
    }
    if (this.accounts.size > kMostAccounts) throw new TooLarge()
  }

  #transfer(body: Uint8Array, time_us: bigint) {
    let chain: bigint[] = []
    for (const view of records(body)) {
      const flags = view.getUint16(122, true)
      this.transfers += 1
      if (flags & (kFlag.post | kFlag.void)) this.#end(view, flags)
      else this.#make(view, flags, time_us, chain)
      if (!(flags & kFlag.linked)) chain = []
    }
  }

  #make(view: DataView, flags: number, time_us: bigint, chain: bigint[]) {
    const debit = this.#account(wide(view, 16))
    const credit = this.#account(wide(view, 32))
    let amount = wide(view, 48)
    if (flags & kFlag.balancing_debit)
      amount = least(
        amount,
        excess(debit.credits_posted, debit.debits_posted + debit.debits_pending)
      )
    if (flags & kFlag.balancing_credit)
      amount = least(
        amount,
        excess(credit.debits_posted, credit.credits_posted + credit.credits_pending)
      )
    if (!(flags & kFlag.pending)) {
      debit.debits_posted += amount
      credit.credits_posted += amount
      return
    }
    debit.debits_pending += amount
    credit.credits_pending += amount
    const id = wide(view, 0)
    const timeout_s = view.getUint32(116, true)
    const expires_us = timeout_s ? time_us + BigInt(timeout_s) * 1_000_000n : undefined
    chain.push(id)
    this.#pendings.set(id, { debit, credit, amount, expires_us, chain })
    this.#expect(expires_us)
  }

  // A post of zero posts all; what a post leaves is free again.
  #end(view: DataView, flags: number) {
    const pending_id = wide(view, 64)
    const pending = this.#pending(pending_id)
    const ids = flags & kFlag.whole_chain ? [...pending.chain] : [pending_id]
    for (const id of ids) {
      const one = this.#pending(id)
      const given = wide(view, 48)
      this.#free(id, one)
      if (flags & kFlag.void) continue
      const amount = given === 0n ? one.amount : given
      one.debit.debits_posted += amount
      one.credit.credits_posted += amount
    }
  }

  #free(id: bigint, one: Pending) {
    one.debit.debits_pending -= one.amount
    one.credit.credits_pending -= one.amount
    this.#pendings.delete(id)
    const wanted = this.accounts.get(this.#wanted)
    if (one.debit === wanted || one.credit === wanted) this.#is_touched = true
  }

  #expect(expires_us: bigint | undefined) {
    if (expires_us === undefined) return
    if (this.#first_expiry === undefined || expires_us < this.#first_expiry)
      this.#first_expiry = expires_us
  }

  // What is over at the beginning of a commit that changes the ledger.
  #expire(time_us: bigint) {
    if (this.#first_expiry === undefined || this.#first_expiry > time_us) return
    this.#first_expiry = undefined
    for (const [id, one] of this.#pendings) {
      if (one.expires_us === undefined) continue
      if (one.expires_us <= time_us) this.#free(id, one)
      else this.#expect(one.expires_us)
    }
  }

  #account(id: bigint): Sums {
    const found = this.accounts.get(id)
    if (!found) throw new Impossible(`account ${id}`)
    if (id === this.#wanted) this.#is_touched = true
    return found
  }

  #pending(id: bigint): Pending {
    const found = this.#pendings.get(id)
    if (!found) throw new Impossible(`pending ${id}`)
    return found
  }

  // Debits equal credits in every asset, pending and posted.
  is_balanced(): boolean {
    const sums = new Map<number, [bigint, bigint]>()
    for (const one of this.accounts.values()) {
      const [pending, posted] = sums.get(one.asset) ?? [0n, 0n]
      sums.set(one.asset, [
        pending + one.debits_pending - one.credits_pending,
        posted + one.debits_posted - one.credits_posted
      ])
    }
    return [...sums.values()].every(([pending, posted]) => pending === 0n && posted === 0n)
  }
}

function* records(body: Uint8Array): Generator<DataView> {
  if (body.length % kRecordBytes !== 0) throw new Impossible('records')
  for (let at = 0; at < body.length; at += kRecordBytes)
    yield new DataView(body.buffer, body.byteOffset + at, kRecordBytes)
}
