import { mkdirSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Progress } from './figure.ts';
import { FIGURES } from './figures.ts';
import { type Result, toJson, toTable } from './report.ts';

const FILE = new URL('../bench-results/latest.json', import.meta.url);

const HELP = `npm run bench -- [--only NAME]... [--json]

Measures Stopgate on this machine and says what must be reached. bench/README.md says what each figure means.

  --only NAME   only this figure; may be given several times
  --json        JSON instead of the table
  --help        this

Figures:
${FIGURES.map(({ name, about }) => `  ${name.padEnd(12)}  ${about}`).join('\n')}

The JSON is also written to bench-results/latest.json.`;

async function run(): Promise<void> {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', multiple: true },
      json: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) return console.log(HELP);
  for (const name of values.only ?? []) {
    if (!FIGURES.some((figure) => figure.name === name)) throw new Error(`There is no figure "${name}"; see --help`);
  }
  const chosen = FIGURES.filter(({ name }) => values.only?.includes(name) ?? true);
  const results: Result[] = [];
  for (const { name, about, measure } of chosen) {
    results.push({ figure: `${name}: ${about}`, rows: await measure(progressOf(name)) });
  }
  clearLine();
  const json = JSON.stringify(toJson(results), null, 2);
  mkdirSync(new URL('.', FILE), { recursive: true });
  writeFileSync(FILE, `${json}\n`);
  console.log(values.json ? json : toTable(results));
}

/** One line that is written over on a terminal; lines of their own elsewhere would fill a log. */
function progressOf(figure: string): Progress {
  if (!process.stderr.isTTY) process.stderr.write(`${figure} …\n`);
  return (what) => {
    if (!process.stderr.isTTY) return;
    clearLine();
    process.stderr.write(`${figure}: ${what} …`);
  };
}

function clearLine(): void {
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[2K');
}

run().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
