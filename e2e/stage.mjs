// What the suites share: one server and one browser for a whole run, started by the first suite
// that needs them and ended by the last. Each suite registers when its file is read:
//
//   const stage = use_stage()
//   describe('circle', { skip: skip_reason }, () => {
//     before(stage.open)
//     after(stage.close)
//     test('...', async () => { const { page } = await open_page(stage, { path: '/circle' }) })
//   })
import { start_browser } from './browser.mjs'
import { start_server } from './server.mjs'

let users = 0
let started

async function start() {
  const server = await start_server()
  try {
    return { server, browser: await start_browser() }
  } catch (error) {
    await server.stop()
    throw error
  }
}

export function use_stage() {
  users += 1
  const stage = {
    async open() {
      started ??= start()
      Object.assign(stage, await started)
    },
    async close() {
      users -= 1
      if (users > 0 || !started) return
      const { server, browser } = await started.catch(() => ({}))
      await browser?.close()
      await server?.stop()
    }
  }
  return stage
}
