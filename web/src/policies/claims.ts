// What a credential says: that of the W3C under `credentialSubject`, an SD-JWT at its top beside
// the names that its format needs.
type Document = Record<string, unknown>

const kOfTheFormat = new Set([
  'iss',
  'sub',
  'iat',
  'nbf',
  'exp',
  'vct',
  'cnf',
  'status',
  '_sd',
  '_sd_alg',
  'id',
  'issuer',
  'type',
  '@context',
  'proof',
  'validFrom',
  'validUntil',
  'credentialStatus',
  'credentialSchema',
  'verifiableCredential',
  'holder',
  'name',
  'description'
])

const list_of = (value: unknown): unknown[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value]

export function claims_of(document: Document): Document {
  const subjects = list_of(document.credentialSubject)
  if (subjects.length > 1) return { credentialSubject: subjects }
  if (subjects.length === 1) return (subjects[0] ?? {}) as Document
  return Object.fromEntries(Object.entries(document).filter(([name]) => !kOfTheFormat.has(name)))
}

export const types_of = (document: Document): string[] =>
  [...list_of(document.type), ...list_of(document.vct)]
    .map(String)
    .filter((one) => !/^Verifiable(Credential|Presentation)$/.test(one))

// As texts of RFC 3339; an SD-JWT has seconds since 1970.
export function dates_of(document: Document): { from?: string; until?: string } {
  const time = (value: unknown): string | undefined => {
    const at = typeof value === 'number' ? value * 1000 : Date.parse(String(value))
    return Number.isFinite(at) && Math.abs(at) < 8.64e15 ? new Date(at).toISOString() : undefined
  }
  const from = time(document.validFrom ?? document.nbf ?? document.iat)
  const until = time(document.validUntil ?? document.exp)
  return { ...(from ? { from } : {}), ...(until ? { until } : {}) }
}
