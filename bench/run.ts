import { mkdirSync, writeFileSync } from 'node:fs';
import { bench } from './bench.ts';
import type { Progress } from './figure.ts';
import { FIGURES } from './figures.ts';

const FILE = new URL('../bench-results/latest.json', import.meta.url);
/** Where every word takes a line of its own, one a minute shows that a long run is alive. Milliseconds. */
const BETWEEN_LINES_MS = 60_000;

process.exitCode = await bench(process.argv.slice(2), FIGURES, {
  print(text) {
    clearLine();
    console.log(text);
  },
  say(text) {
    clearLine();
    console.error(text);
  },
  keep(json) {
    mkdirSync(new URL('.', FILE), { recursive: true });
    writeFileSync(FILE, `${json}\n`);
  },
  progressOf: (figure) => (process.stderr.isTTY ? onOneLine(figure) : onceAMinute(figure)),
});

function onOneLine(figure: string): Progress {
  return (what) => {
    clearLine();
    process.stderr.write(`${figure}: ${what} …`);
  };
}

function onceAMinute(figure: string): Progress {
  let last = performance.now();
  process.stderr.write(`${figure} …\n`);
  return (what) => {
    if (performance.now() - last < BETWEEN_LINES_MS) return;
    last = performance.now();
    process.stderr.write(`${figure}: ${what} …\n`);
  };
}

function clearLine(): void {
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[2K');
}
