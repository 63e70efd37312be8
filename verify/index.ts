import { HELP, readFlags, WrongFlags } from './flags.ts';
import { isKept, toText } from './report.ts';
import { verify } from './verify.ts';

async function run(): Promise<void> {
  const flags = readFlags(process.argv.slice(2));
  if (flags.help) return console.log(HELP);
  const report = await verify({ ...flags, progress: progressOf(flags.seed) });
  clearLine();
  console.log(flags.json ? JSON.stringify(report) : toText(report));
  process.exitCode = isKept(report) ? 0 : 1;
}

/** One line that is written over on a terminal; lines of their own elsewhere would fill a log. */
function progressOf(seed: string): (what: string) => void {
  if (!process.stderr.isTTY) process.stderr.write(`seed ${seed} …\n`);
  return (what) => {
    if (!process.stderr.isTTY) return;
    clearLine();
    process.stderr.write(`seed ${seed}: ${what} …`);
  };
}

function clearLine(): void {
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[2K');
}

run().catch((error: unknown) => {
  console.error(error instanceof WrongFlags ? error.message : error);
  process.exitCode = 2;
});
