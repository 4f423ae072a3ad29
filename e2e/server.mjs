// Starts the real binary (HQ_BINARY) on a free loopback port with a data folder of its own, or
// takes a server that already runs (HQ_BASE_URL; HQ_TOKEN is then its operator token). Without
// either the tests are skipped, and say so.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const kRepository = dirname(dirname(fileURLToPath(import.meta.url)))
const kHub = join(kRepository, 'hubs', 'hongqiao')
// The first start compiles the reference plan; a sanitizer build takes its time over it.
const kStartMsMax = 180_000
const kStopMsMax = 20_000

export const skip_reason =
  process.env.HQ_BINARY || process.env.HQ_BASE_URL
    ? false
    : 'neither HQ_BINARY nor HQ_BASE_URL is set'

const free_port = () =>
  new Promise((resolve, reject) => {
    const probe = createServer()
    probe.on('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address()
      probe.close(() => resolve(port))
    })
  })

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

async function wait_until_healthy(base, child, said) {
  const give_up = Date.now() + kStartMsMax
  while (Date.now() < give_up) {
    if (child.exitCode !== null)
      throw new Error(`the server ended with ${child.exitCode}: ${said()}`)
    try {
      if ((await fetch(`${base}/healthz`)).ok) return
    } catch {
      // Not listening yet.
    }
    await pause(100)
  }
  throw new Error(`the server is not up after ${kStartMsMax} ms: ${said()}`)
}

async function stop(child, data) {
  const ended = new Promise((resolve) => child.once('exit', resolve))
  if (child.exitCode === null) {
    child.kill('SIGTERM')
    const timer = setTimeout(() => child.kill('SIGKILL'), kStopMsMax)
    await ended
    clearTimeout(timer)
  }
  rmSync(data, { recursive: true, force: true })
}

// { base, token, data, stop }; `port` is a free one unless said. `data`, the data folder, is not known
// of a server that runs already.
export async function start_server({ port } = {}) {
  const given = process.env.HQ_BASE_URL
  if (given) {
    return {
      base: given.replace(/\/$/, ''),
      token: process.env.HQ_TOKEN ?? '',
      stop: async () => {}
    }
  }
  const data = mkdtempSync(join(tmpdir(), 'hongqiao-e2e-'))
  port ??= await free_port()
  const child = spawn(
    process.env.HQ_BINARY,
    ['serve', '--port', String(port), '--data', data, '--hub', kHub],
    {
      cwd: kRepository,
      env: { ...process.env, LC_ALL: 'C.UTF-8' },
      stdio: ['ignore', 'pipe', 'pipe']
    }
  )
  let text = ''
  child.stdout.on('data', (chunk) => {
    text += chunk
  })
  // Log lines; the last of them explain a failed start.
  let lines = ''
  child.stderr.on('data', (chunk) => {
    lines = (lines + chunk).slice(-4000)
  })
  const base = `http://127.0.0.1:${port}`
  try {
    await wait_until_healthy(base, child, () => `${text}\n${lines}`)
  } catch (error) {
    await stop(child, data)
    throw error
  }
  // Printed once, at first start, on a line of its own.
  const token = text.match(/^ {2}([A-Za-z0-9_-]{16,})\s*$/m)?.[1] ?? ''
  return { base, token, data, stop: () => stop(child, data) }
}
