// Just enough of OpenAPI 3.1 to read our own description aloud: references, types, operations.
import api_zh from '../i18n/api_zh.json'
import { settings } from '../state/settings'

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

interface Content {
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

export interface Document {
  info: { title: string; version: string; description: string }
  servers: { url: string }[]
  tags: { name: string; description: string }[]
  paths: Record<string, Record<string, Operation>>
  components: {
    schemas: Record<string, Schema>
    parameters: Record<string, Parameter>
    responses: Record<string, Response>
  }
}

export interface Entry {
  method: string
  path: string
  operation: Operation
  parameters: Parameter[]
}

const last = (ref: string) => ref.slice(ref.lastIndexOf('/') + 1)

export function entries_of(document: Document, tag: string): Entry[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, operation]) =>
      operation.tags.includes(tag)
        ? [
            {
              method,
              path,
              operation,
              parameters: (operation.parameters ?? []).flatMap((one) =>
                one.$ref ? (document.components.parameters[last(one.$ref)] ?? []) : one
              )
            }
          ]
        : []
    )
  )
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

// An address that answers: required parameters get the example of a journey of the hub; where they
// are numbers, the first.
const kExamples: Record<string, string> = { from: 'stop:AOH', to: 'stop:HGH', id: 'AOH' }
const is_number = ({ schema }: Parameter) =>
  schema.type === 'integer' || schema.pattern?.startsWith('^[0-9]') === true

const example_of = (one: Parameter) => (is_number(one) ? '1' : (kExamples[one.name] ?? ''))

export function try_url(document: Document, entry: Entry, active_timetable: string): string {
  const base = document.servers[0]?.url ?? ''
  const in_path = entry.parameters.find((one) => one.in === 'path')
  const is_timetable = entry.path.startsWith('/timetables')
  const id = is_timetable ? active_timetable : in_path ? example_of(in_path) : ''
  const query = entry.parameters
    .filter((one) => one.in === 'query' && one.required)
    .map((one) => `${one.name}=${encodeURIComponent(example_of(one))}`)
  return base + entry.path.replace('{id}', id) + (query.length ? `?${query.join('&')}` : '')
}

// A link carries no token: what needs one is tried from a shell.
export const try_command = (address: string, to_file: boolean) =>
  `curl -H "Authorization: Bearer $TOKEN"${to_file ? ' -o records' : ''} '${location.origin}${address}'`

// The description speaks English; `i18n/api_zh.json` says each of its texts in Chinese.
export const said = (text: string | undefined): string =>
  (text && settings.language === 'zh' && (api_zh as Record<string, string>)[text]) || (text ?? '')
