import { parseArgs } from 'node:util';
import type { Figure, Progress } from './figure.ts';
import { type Result, toFailures, toJson, toTable } from './report.ts';

/** Where a bench writes to. */
export interface Output {
  /** The table or the JSON. */
  print(text: string): void;
  /** What is said beside it: what was not reached, what went wrong. */
  say(text: string): void;
  /** Keeps the JSON for whoever wants to compare. */
  keep(json: string): void;
  progressOf(figure: string): Progress;
}

/** What `npm run bench` exits with. */
export const EXIT = { reached: 0, notReached: 1, notMeasured: 2 } as const;

const DEFAULT_MESSAGES = 20_000;
const MOST_MESSAGES = 1_000_000;

const helpFor = (figures: readonly Figure[]): string => `npm run bench -- [--only NAME]... [--messages N] [--json]

Measures Stopgate on this machine and says what must be reached. bench/README.md says what each figure means.

  --only NAME   only this figure; may be given several times
  --messages N  messages that "load" streams, in hundreds, ${DEFAULT_MESSAGES.toLocaleString('en-US')} when not given, ${MOST_MESSAGES.toLocaleString('en-US')} at most
  --json        JSON instead of the table
  --help        this

Figures:
${figures.map(({ name, about }) => `  ${name.padEnd(12)}  ${about}`).join('\n')}

Exits with ${EXIT.reached} when every limit was reached, with ${EXIT.notReached} when one was not (which is said at the end), and
with ${EXIT.notMeasured} when something could not be measured or an option is wrong.

The JSON is also written to bench-results/latest.json.`;

/**
 * Measures what was asked for.
 * @param args as they were typed
 * @returns what to exit with
 */
export async function bench(args: readonly string[], figures: readonly Figure[], output: Output): Promise<number> {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        only: { type: 'string', multiple: true },
        messages: { type: 'string', default: String(DEFAULT_MESSAGES) },
        json: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    });
    if (values.help) {
      output.print(helpFor(figures));
      return EXIT.reached;
    }
    const extent = { messages: readMessages(values.messages) };
    const results: Result[] = [];
    const notMeasured: string[] = [];
    for (const { name, about, measure } of choose(figures, values.only)) {
      try {
        results.push({ figure: `${name}: ${about}`, rows: await measure(output.progressOf(name), extent) });
      } catch (error) {
        // What the others give is worth having all the same.
        notMeasured.push(`${name}: ${sentenceOf(error)}`);
      }
    }
    const json = JSON.stringify(toJson(results), null, 2);
    output.keep(json);
    output.print(values.json ? json : toTable(results));
    const failures = toFailures(results);
    if (failures.length > 0) output.say(listOf('NOT REACHED', failures));
    if (notMeasured.length > 0) output.say(listOf('NOT MEASURED', notMeasured));
    if (notMeasured.length > 0) return EXIT.notMeasured;
    return failures.length > 0 ? EXIT.notReached : EXIT.reached;
  } catch (error) {
    output.say(sentenceOf(error));
    return EXIT.notMeasured;
  }
}

const sentenceOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const listOf = (what: string, lines: readonly string[]): string =>
  `\n${what}:\n${lines.map((line) => `  ${line}`).join('\n')}`;

function choose(figures: readonly Figure[], names: readonly string[] | undefined): readonly Figure[] {
  for (const name of names ?? []) {
    if (!figures.some((figure) => figure.name === name)) throw new Error(`There is no figure "${name}"; see --help`);
  }
  return figures.filter(({ name }) => names?.includes(name) ?? true);
}

/** In hundreds, so that a tenth of them is whole batches of ten. */
function readMessages(text: string): number {
  const messages = Number(text);
  const isWhole = /^\d+$/.test(text) && messages % 100 === 0;
  if (isWhole && messages >= 1_000 && messages <= MOST_MESSAGES) return messages;
  throw new Error(`--messages takes 1000 to ${MOST_MESSAGES}, in hundreds, not "${text}"`);
}
