// zen-engine (Rust, by way of its npm package) on the tables that `rules_bench write` wrote: checks
// its answers on all cases, then prints decisions a second, awaited one by one and 1,000 at a time:
// by the clock and, in brackets, a second of processor time of all its threads.
//   node zen.mjs FOLDER_OF_PACKAGES FOLDER_OF_TABLES [SECONDS]
// FOLDER_OF_PACKAGES is where `npm install @gorules/zen-engine` was run.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';

const [packages, tables, seconds = '2'] = process.argv.slice(2);
const { ZenEngine } = createRequire(join(resolve(packages), 'x.js'))('@gorules/zen-engine');

async function rateOf(decide) {
  await decide(); // warms up
  const used = process.cpuUsage();
  const start = performance.now();
  let count = 0;
  while (performance.now() - start < Number(seconds) * 1000) count += await decide();
  const clock = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(used);
  return `${Math.round(count / clock)} ( ${Math.round((count * 1e6) / (user + system))} )`;
}

for (const name of ['small', 'large']) {
  const model = JSON.parse(readFileSync(join(tables, `${name}.jdm.json`), 'utf8'));
  const cases = JSON.parse(readFileSync(join(tables, `${name}.cases.json`), 'utf8'));
  const decision = new ZenEngine().createDecision(model);
  let differ = 0;
  for (const { input, output } of cases) {
    const { result } = await decision.evaluate(input);
    if ((result?.Rate ?? null) !== output) ++differ;
  }
  let next = 0;
  const one = async () => {
    await decision.evaluate(cases[next++ % cases.length].input);
    return 1;
  };
  const thousand = async () => {
    await Promise.all(cases.map(({ input }) => decision.evaluate(input)));
    return cases.length;
  };
  const each = await rateOf(one);
  const parallel = await rateOf(thousand);
  console.log(`zen ${name} differ ${differ} of ${cases.length} await ${each} parallel ${parallel}`);
}
