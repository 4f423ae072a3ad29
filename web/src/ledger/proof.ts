// Proves the balance of an account from the log, in the reader's own browser: the whole chain from
// the first commit to the head is fetched in pages and checked, the ledger is folded from it, and
// the result is held against what the server says of the same moment.
//
//   const found = await prove('42', '', { signal, on_progress })
import type { Account, LogHead } from '../api/types'
import { read, read_bytes } from './access'
import { Book } from './book'
import { follow, kNoCommit, read_commits, type Head } from './commits'

const kCommitsAtOnce = 1000

export interface Progress {
  done: number
  total: number
  transfers: number
}

export interface Balance {
  debits_pending: string
  debits_posted: string
  credits_pending: string
  credits_posted: string
}

export interface Proof {
  head: Head
  folded: Balance
  told: Balance
  agrees: boolean
  is_balanced: boolean
  commits_touched: number
  transfers: number
  bytes: number
  // The commit whose hash the reader had kept; 0 where the chain does not pass through it.
  kept_at: number | undefined
}

export class NoCrypto extends Error {}
// The log ends before the head that the server named, or has another one there.
export class OtherHead extends Error {}
export class NotThere extends Error {}

const kBalances = ['debits_pending', 'debits_posted', 'credits_pending', 'credits_posted'] as const

export async function prove(
  id: string,
  kept_hash: string,
  { signal, on_progress }: { signal: AbortSignal; on_progress: (progress: Progress) => void }
): Promise<Proof> {
  // Browsers hash only on secure origins: HTTPS, or this very machine.
  if (!globalThis.crypto?.subtle) throw new NoCrypto()
  const last = await read<LogHead>('/log/head', {}, signal)
  const book = new Book(BigInt(id))
  let head = kNoCommit
  let bytes_read = 0
  let kept_at: number | undefined = kept_hash ? 0 : undefined
  while (head.seq < last.seq) {
    const count = Math.min(kCommitsAtOnce, last.seq - head.seq)
    const bytes = await read_bytes('/log/commits', { from: head.seq + 1, count }, signal)
    if (bytes.length === 0) throw new OtherHead()
    bytes_read += bytes.length
    for (const commit of read_commits(bytes, head)) {
      head = await follow(head, commit)
      book.take(commit)
      if (head.hash === kept_hash) kept_at = head.seq
    }
    signal.throwIfAborted()
    on_progress({ done: head.seq, total: last.seq, transfers: book.transfers })
  }
  if (head.hash !== last.hash) throw new OtherHead()
  const sums = book.accounts.get(BigInt(id))
  if (!sums) throw new NotThere()
  const told = await read<Account>(`/ledger/accounts/${id}`, { at_commit: head.seq }, signal)
  const folded = Object.fromEntries(kBalances.map((key) => [key, String(sums[key])])) as unknown
  return {
    head,
    folded: folded as Balance,
    told: told.balances,
    agrees: kBalances.every((key) => told.balances[key] === String(sums[key])),
    is_balanced: book.is_balanced(),
    commits_touched: book.touched,
    transfers: book.transfers,
    bytes: bytes_read,
    kept_at
  }
}
