// Just enough of OpenAPI 3.1 to read our own description aloud: references, types, operations.
export interface Schema {
  $ref?: string
  type?: string | string[]
  format?: string
  description?: string
  enum?: string[]
  const?: string
  default?: unknown
  minimum?: number
  maximum?: number
  maxLength?: number
  pattern?: string
  required?: string[]
  properties?: Record<string, Schema>
  items?: Schema
  examples?: unknown[]
}

export interface Parameter {
  $ref?: string
  name: string
  in: string
  description?: string
  required?: boolean
  schema: Schema
}

export interface Content {
  schema?: Schema
}

export interface Response {
  $ref?: string
  description?: string
  content?: Record<string, Content>
}

export interface Operation {
  operationId: string
  tags: string[]
  summary: string
  description?: string
  parameters?: Parameter[]
  requestBody?: { content: Record<string, Content> }
  responses: Record<string, Response>
  security?: unknown[]
}

interface Server {
  url: string
}

// What an address answers to, by method; the servers are its own where it has some.
type PathItem = Partial<Record<Method, Operation>> & { servers?: Server[] }

const kMethods = ['get', 'post', 'put', 'patch', 'delete', 'head', 'options'] as const
type Method = (typeof kMethods)[number]

export interface Document {
  info: { title: string; version: string; description: string }
  servers: Server[]
  tags: { name: string; description: string }[]
  paths: Record<string, PathItem>
  components: {
    schemas: Record<string, Schema>
    parameters: Record<string, Parameter>
    responses: Record<string, Response>
  }
}

export interface Entry {
  method: Method
  // With the server's part, '/api/v1/stops/{id}'.
  address: string
  path: string
  operation: Operation
  parameters: Parameter[]
}

const last = (ref: string) => ref.slice(ref.lastIndexOf('/') + 1)

export function entries_of(document: Document, tag: string): Entry[] {
  return Object.entries(document.paths).flatMap(([path, item]) => {
    const base = (item.servers ?? document.servers)[0]?.url ?? ''
    const address = base.replace(/\/$/, '') + path
    return kMethods.flatMap((method) => {
      const operation = item[method]
      if (!operation?.tags.includes(tag)) return []
      const parameters = (operation.parameters ?? []).flatMap((one) =>
        one.$ref ? (document.components.parameters[last(one.$ref)] ?? []) : one
      )
      return { method, address, path, operation, parameters }
    })
  })
}

export function responses_of(document: Document, operation: Operation): [string, Response][] {
  return Object.entries(operation.responses).map(([status, one]) => [
    status,
    one.$ref ? (document.components.responses[last(one.$ref)] ?? one) : one
  ])
}

// A type in a few words: 'integer 1…1000', 'array of Stop', 'json | csv'.
export function type_text(schema: Schema | undefined): string {
  if (!schema) return ''
  if (schema.$ref) return last(schema.$ref)
  if (schema.enum) return schema.enum.join(' | ')
  if (schema.const !== undefined) return schema.const
  const type = Array.isArray(schema.type) ? schema.type.join(' | ') : (schema.type ?? '')
  if (type === 'array') return `array of ${type_text(schema.items) || 'object'}`
  const range =
    schema.minimum !== undefined || schema.maximum !== undefined
      ? ` ${schema.minimum ?? ''}…${schema.maximum ?? ''}`
      : ''
  return `${schema.format ?? type}${range}`
}

export const schema_name = (schema: Schema | undefined): string | undefined =>
  schema?.$ref ? last(schema.$ref) : schema?.items?.$ref ? last(schema.items.$ref) : undefined

// An address that answers: required parameters get examples of the hub, by the first part of the
// path; where they are numbers, the first.
const kJourney = { from: 'stop:AOH', to: 'stop:HGH' }
const kExamples: Record<string, Record<string, string>> = {
  stops: { id: 'AOH' },
  journeys: kJourney,
  reach: kJourney,
  policies: { id: 'departure-tax-refund', from: '2015', to: '2025' }
}
const is_number = ({ schema }: Parameter) =>
  schema.type === 'integer' || schema.pattern?.startsWith('^[0-9]') === true

export function try_url(entry: Entry, active_timetable: string): string {
  const area = entry.path.split('/')[1] ?? ''
  const examples = area === 'timetables' ? { id: active_timetable } : (kExamples[area] ?? {})
  const example_of = (one: Parameter) => (is_number(one) ? '1' : (examples[one.name] ?? ''))
  const required = entry.parameters.filter((one) => one.required)
  const query = required
    .filter((one) => one.in === 'query')
    .map((one) => `${one.name}=${encodeURIComponent(example_of(one))}`)
  const path = required.reduce(
    (text, one) => text.replace(`{${one.name}}`, example_of(one)),
    entry.address
  )
  return path + (query.length ? `?${query.join('&')}` : '')
}

// A link carries no token: what needs one is tried from a shell.
export const try_command = (address: string, to_file: boolean) =>
  `curl -H "Authorization: Bearer $TOKEN"${to_file ? ' -o records' : ''} '${location.origin}${address}'`
