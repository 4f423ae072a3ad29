// Commits of the log as the server stores and hashes them (docs/format/log.md), taken apart and
// checked here: each one's hash over its own bytes, its link to the one before, its number and its
// time. Nothing the server says about them is taken at its word.
export interface LogEvent {
  type: string
  body: Uint8Array
}

export interface Commit {
  seq: number
  time_us: bigint
  events: LogEvent[]
  previous: string
  hash: string
  // What the hash is over.
  hashed: Uint8Array<ArrayBuffer>
}

export interface Head {
  seq: number
  time_us: bigint
  hash: string
}

// Before the first commit: zeros.
export const kNoCommit: Head = { seq: 0, time_us: -(1n << 63n), hash: '0'.repeat(64) }

export class Unsound extends Error {
  readonly seq: number
  readonly reason: 'bytes' | 'hash' | 'link' | 'order'
  constructor(seq: number, reason: Unsound['reason']) {
    super(`commit ${seq}: ${reason}`)
    this.seq = seq
    this.reason = reason
  }
}

const kHashBytes = 32
const kRecordVersion = 1
const utf8 = new TextDecoder('utf-8')

export const to_hex = (bytes: Uint8Array) =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')

// The record at `at`, and where the next one begins.
function read_commit(bytes: Uint8Array<ArrayBuffer>, at: number, seq: number) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const unsound = new Unsound(seq, 'bytes')
  if (at + 4 > bytes.length) throw unsound
  const end = at + 4 + view.getUint32(at, true)
  const hash_at = end - kHashBytes
  if (end > bytes.length || hash_at < at + 4 + 81) throw unsound
  let place = at + 4
  const take = (count: number) => {
    if (place + count > hash_at) throw unsound
    place += count
    return place - count
  }
  const text = () => {
    const count = view.getUint32(take(4), true)
    const begin = take(count)
    return bytes.subarray(begin, begin + count)
  }
  if (view.getUint8(take(1)) !== kRecordVersion) throw unsound
  const found = Number(view.getBigUint64(take(8), true))
  const time_us = view.getBigInt64(take(8), true)
  const previous = to_hex(bytes.subarray(take(kHashBytes), place))
  take(kHashBytes) // digest of the command
  for (let field = 0; field < 4; ++field) text() // actor, organisation, command id, type
  const events: LogEvent[] = []
  for (let left = view.getUint32(take(4), true); left > 0; --left) {
    events.push({ type: utf8.decode(text()), body: text() })
  }
  text() // reply
  if (place !== hash_at) throw unsound
  const commit: Commit = {
    seq: found,
    time_us,
    events,
    previous,
    hash: to_hex(bytes.subarray(hash_at, end)),
    hashed: bytes.subarray(at + 4, hash_at)
  }
  return { commit, end }
}

export function read_commits(bytes: Uint8Array<ArrayBuffer>, behind: Head): Commit[] {
  const commits: Commit[] = []
  for (let at = 0; at < bytes.length;) {
    const { commit, end } = read_commit(bytes, at, behind.seq + commits.length + 1)
    commits.push(commit)
    at = end
  }
  return commits
}

// The head after `commit`, if it rightly follows `head`.
export async function follow(head: Head, commit: Commit): Promise<Head> {
  if (commit.seq !== head.seq + 1 || commit.time_us < head.time_us)
    throw new Unsound(head.seq + 1, 'order')
  if (commit.previous !== head.hash) throw new Unsound(commit.seq, 'link')
  const digest = await crypto.subtle.digest('SHA-256', commit.hashed)
  if (to_hex(new Uint8Array(digest)) !== commit.hash) throw new Unsound(commit.seq, 'hash')
  return { seq: commit.seq, time_us: commit.time_us, hash: commit.hash }
}
