/** `npm run corpus`: how well the classifier hears replies that people have labelled. */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Classification } from '../../shared/consent/classify.ts';
import { print, run, WrongUsage } from '../command-line.ts';
import { showProgress } from './progress.ts';
import { type Row, readCorpus } from './read-corpus.ts';
import { reportOn } from './report.ts';
import { GOALS, type Heard, measure, verdictsOf } from './score.ts';

const OWN_CORPUS = fileURLToPath(new URL('../../test/corpus/replies.jsonl', import.meta.url));

const HELP = `Measures how well Stopgate hears replies that people have labelled.

  npm run corpus                       on the project's own replies, test/corpus/replies.jsonl
  npm run corpus -- FILE               on yours
  npm run -s corpus -- FILE --verdicts only what it says of each row: one JSON line per row, in order

FILE has one JSON object a line: {"text", "locale", "intent", "form", "note"?}
  intent  opt-out, opt-in, help or none
  form    keyword (one keyword and nothing else), request (a clear wish in other words),
          unclear (can be read either way) or ordinary (no such wish)
The language of a row's locale is switched on for it, English always; its recipient counts as opted out.

Exits with 0, with 1 when a goal is missed, with 2 when the file or the call is wrong.
`;

const OPTIONS = { verdicts: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } as const;

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new WrongUsage(`${(error as Error).message}\n\n${HELP}`);
  }
}

/** Rows between two signs of life. */
const STEP = 1000;

const progress = (done: number, all: number) => showProgress(done, all, process.stderr);

function hear(rows: readonly Row[]): readonly Heard[] {
  return rows.map((row, index) => {
    if (index % STEP === 0) progress(index, rows.length);
    return { row, verdicts: verdictsOf(row) };
  });
}

const brief = ({ verdict, intent, rule }: Classification) => ({ verdict, intent, rule });

async function printVerdicts(rows: readonly Row[]): Promise<void> {
  for (let start = 0; start < rows.length; start += STEP) {
    // On a terminal the lines themselves show how far it is, and a bar would stand between them.
    if (!process.stdout.isTTY) progress(start, rows.length);
    const lines = rows.slice(start, start + STEP).map((row) => {
      const verdicts = verdictsOf(row);
      const both = {
        keyword: brief(verdicts.keyword),
        'any-reasonable-means': brief(verdicts['any-reasonable-means']),
      };
      return `${JSON.stringify(both)}\n`;
    });
    await print(lines.join(''));
  }
  progress(rows.length, rows.length);
}

async function corpus(args: readonly string[]): Promise<number> {
  const { values, positionals } = parse(args);
  if (values.help) {
    await print(HELP);
    return 0;
  }
  if (positionals.length > 1) throw new WrongUsage(`One file at a time, please.\n\n${HELP}`);
  const rows = await readCorpus(positionals[0] ?? OWN_CORPUS);
  if (values.verdicts) {
    await printVerdicts(rows);
    return 0;
  }
  const heard = hear(rows);
  progress(rows.length, rows.length);
  await print(reportOn(heard));
  return GOALS.every((goal) => measure(goal, heard).met) ? 0 : 1;
}

await run(corpus);
