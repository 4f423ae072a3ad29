// The ten expressions of bench/rules_feel_bench.cpp in the npm package feelin, which reads a text each
// time that it evaluates it. Prints microseconds of each and evaluations a second.
//   npm install --prefix FOLDER feelin      (a folder outside of the project)
//   node bench/peers/rules/feelin.mjs FOLDER
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

if (process.argv.length !== 3) {
  console.error('node bench/peers/rules/feelin.mjs FOLDER   (where feelin is installed)');
  process.exit(64);
}
const require = createRequire(resolve(process.argv[2], 'package.json'));
const { evaluate } = await import(pathToFileURL(require.resolve('feelin')));

const work = [
  ['arithmetic', 'price * quantity * (1 + rate) - discount', 206.7],
  ['comparison', 'age >= 18 and age < 65', true],
  ['if', 'if score > 80 then "high" else if score > 50 then "middle" else "low"', 'middle'],
  ['text functions', 'upper case(substring(name, 1, 3)) + "-" + string(quantity)', 'HON-4'],
  ['difference of dates', '(date(end) - date(start)).days', 325],
  ['sum of a list', 'sum(amounts) / count(amounts)', 150],
  ['filter over contexts', 'count(orders[amount > 100 and status = "open"])', 2],
  ['for', 'for x in amounts return x * 1.5', [75, 150, 225, 300, 375]],
  ['some', 'some one in orders satisfies one.amount > 400', true],
  ['access to contexts', 'applicant.address.city = "Shanghai"', true],
];
const scope = {
  price: 49.5, quantity: 4, rate: 0.06, discount: 3.18, age: 44, score: 72, name: 'Hongqiao',
  start: '2026-01-01', end: '2026-11-22', amounts: [50, 100, 150, 200, 250],
  orders: [
    { id: 1, amount: 80, status: 'open' }, { id: 2, amount: 120, status: 'open' },
    { id: 3, amount: 300, status: 'closed' }, { id: 4, amount: 410, status: 'open' },
    { id: 5, amount: 20, status: 'closed' },
  ],
  applicant: { name: 'Li', address: { city: 'Shanghai', street: 'Shenchang Road' } },
};

/** Newer versions answer {value, warnings}. */
const valueOf = (text) => {
  const answer = evaluate(text, scope);
  return answer !== null && typeof answer === 'object' && 'warnings' in answer ? answer.value : answer;
};

let total = 0;
for (const [what, text, expected] of work) {
  const got = valueOf(text);
  // Its numbers are doubles.
  const same = typeof expected === 'number' ? Math.abs(got - expected) < 1e-9
                                            : JSON.stringify(got) === JSON.stringify(expected);
  if (!same) console.log(`${what}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(got)}`);
  let best = Infinity;
  for (let round = 0; round < 5; ++round) {
    const start = process.cpuUsage();
    for (let i = 0; i < 200; ++i) valueOf(text);
    const used = process.cpuUsage(start);
    best = Math.min(best, (used.user + used.system) / 200);
  }
  console.log(`${what.padEnd(24)}${best.toFixed(0).padStart(10)} us`);
  total += best;
}
console.log(`${'evaluations a second'.padEnd(24)}${((work.length * 1e6) / total).toFixed(0).padStart(10)}`);
