// An issuer of credentials beside the hub: keys, a DID document, and signatures by eddsa-jcs-2022
// (W3C Data Integrity), so that a test can bring a credential of somebody else.
import { createHash, generateKeyPairSync, sign } from 'node:crypto'

const kDigits = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'
const kMultikeyOfEd25519 = Buffer.from([0xed, 0x01])
const kContexts = [
  'https://www.w3.org/ns/credentials/v2',
  'https://www.w3.org/ns/credentials/undefined-terms/v2'
]

function base58(bytes) {
  let number = BigInt(`0x${bytes.toString('hex') || '0'}`)
  let text = ''
  for (; number > 0n; number /= 58n) text = kDigits[Number(number % 58n)] + text
  for (const byte of bytes) {
    if (byte !== 0) break
    text = kDigits[0] + text
  }
  return `z${text}`
}

// RFC 8785, for documents whose names are ASCII.
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  const members = Object.keys(value)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`)
  return `{${members.join(',')}}`
}

const sha256 = (text) => createHash('sha256').update(text).digest()

// Without a name it is a did:key, which everybody knows; another has a document to be made known.
export function make_issuer(name) {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const raw = Buffer.from(publicKey.export({ format: 'jwk' }).x, 'base64url')
  const publicKeyMultibase = base58(Buffer.concat([kMultikeyOfEd25519, raw]))
  const did = name ?? `did:key:${publicKeyMultibase}`
  const method = `${did}#${name ? 'key-1' : publicKeyMultibase}`
  const document = {
    '@context': ['https://www.w3.org/ns/did/v1', 'https://w3id.org/security/multikey/v1'],
    id: did,
    verificationMethod: [{ id: method, type: 'Multikey', controller: did, publicKeyMultibase }],
    assertionMethod: [method]
  }

  function secured(unsecured, purpose, more = {}) {
    const proof = {
      type: 'DataIntegrityProof',
      cryptosuite: 'eddsa-jcs-2022',
      created: '2026-01-01T00:00:00Z',
      verificationMethod: method,
      proofPurpose: purpose,
      ...more
    }
    const config = { '@context': unsecured['@context'], ...proof }
    const hashes = Buffer.concat([sha256(canonical(config)), sha256(canonical(unsecured))])
    const proofValue = base58(sign(null, hashes, privateKey))
    return JSON.stringify({
      ...unsecured,
      proof: { '@context': unsecured['@context'], ...proof, proofValue }
    })
  }

  const issue = (type, subject, more = {}) =>
    secured(
      {
        '@context': kContexts,
        type: ['VerifiableCredential', type],
        issuer: did,
        validFrom: '2026-01-01T00:00:00Z',
        credentialSubject: subject,
        ...more
      },
      'assertionMethod'
    )

  const present = (credential, challenge, domain) =>
    secured(
      {
        '@context': kContexts,
        type: ['VerifiablePresentation'],
        holder: did,
        verifiableCredential: [JSON.parse(credential)]
      },
      'authentication',
      { challenge, domain }
    )

  return { did, document, issue, present }
}
