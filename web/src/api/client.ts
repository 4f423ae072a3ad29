// The one way to the server: typed GETs, and writes with the operator token. Every failure, the
// lost connection included, becomes an ApiProblem that a view can show.
import { settings } from '../state/settings'
import type { Problem } from './types'

const kBase = '/api/v1'

export type QueryValue = string | number | boolean | undefined
export type Query = Record<string, QueryValue>

export class ApiProblem extends Error {
  readonly status: number
  readonly code: string
  readonly where: string | undefined
  readonly request_id: string | undefined

  constructor(problem: Pick<Problem, 'status' | 'code' | 'title'> & Partial<Problem>) {
    super(problem.detail || problem.title)
    this.status = problem.status
    this.code = problem.code
    this.where = problem.where
    this.request_id = problem.request_id
  }
}

export function query_text(query: Query): string {
  const params = new URLSearchParams()
  for (const [key, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') params.set(key, String(value))
  }
  const text = params.toString()
  return text ? `?${text}` : ''
}

export const api_url = (path: string, query: Query = {}) => kBase + path + query_text(query)

export const is_aborted = (error: unknown) =>
  error instanceof DOMException && error.name === 'AbortError'

// What a view shows for anything thrown here.
export function problem_of(error: unknown): ApiProblem {
  if (error instanceof ApiProblem) return error
  return new ApiProblem({
    status: 0,
    code: 'offline',
    title: error instanceof Error ? error.message : ''
  })
}

async function failure(response: Response): Promise<ApiProblem> {
  try {
    const body = (await response.json()) as Problem
    if (typeof body.code === 'string') return new ApiProblem(body)
  } catch {
    // Not a problem document: a proxy, or a server that died. The status says what is known.
  }
  return new ApiProblem({ status: response.status, code: 'internal', title: response.statusText })
}

async function answer(path: string, init: RequestInit): Promise<Response> {
  const headers = new Headers(init.headers)
  headers.set('Accept-Language', settings.language)
  let response: Response
  try {
    response = await fetch(path, { ...init, headers })
  } catch (error) {
    if (is_aborted(error)) throw error
    throw new ApiProblem({ status: 0, code: 'offline', title: String(error) })
  }
  if (!response.ok) throw await failure(response)
  return response
}

const request = async <T>(path: string, init: RequestInit) =>
  (await (await answer(path, init)).json()) as T

export const get = <T>(path: string, query: Query = {}, signal?: AbortSignal) =>
  request<T>(api_url(path, query), { headers: { Accept: 'application/json' }, signal })

// A question whose words do not fit an address. It changes nothing, so it needs no token.
export const post_text = <T>(path: string, body: string, signal?: AbortSignal) =>
  request<T>(api_url(path), {
    method: 'POST',
    body,
    headers: { Accept: 'application/json', 'Content-Type': 'application/json' },
    signal
  })

export const post = <T>(path: string, body: unknown, signal?: AbortSignal) =>
  post_text<T>(path, JSON.stringify(body), signal)

// Reads of what is private.
const with_token = (token: string, type: string) => ({
  Accept: type,
  Authorization: `Bearer ${token}`
})

export const get_private = <T>(path: string, token: string, query: Query, signal?: AbortSignal) =>
  request<T>(api_url(path, query), { headers: with_token(token, 'application/json'), signal })

export async function get_bytes(path: string, token: string, query: Query, signal?: AbortSignal) {
  const headers = with_token(token, 'application/octet-stream')
  const response = await answer(api_url(path, query), { headers, signal })
  return new Uint8Array(await response.arrayBuffer())
}

// A write: a command with a fresh id, so that a repeat by the network is not a second command.
export function send<T>(
  method: 'POST' | 'PUT',
  path: string,
  token: string,
  body: BodyInit,
  type: string,
  query: Query = {}
): Promise<T> {
  return request<T>(api_url(path, query), {
    method,
    body,
    headers: {
      'Content-Type': type,
      Authorization: `Bearer ${token}`,
      'X-Command-Id': command_id()
    }
  })
}

// randomUUID exists only on secure origins; a hub office may open the page over plain HTTP.
function command_id(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
