import { parseArgs } from 'node:util';
import { SABOTEURS } from './saboteurs/saboteurs.ts';

/** A flag that is none, or has a value that can't be. */
export class WrongFlags extends Error {
  override readonly name = 'WrongFlags';
}

export interface Flags {
  readonly seed: string;
  readonly seconds: number;
  readonly saboteur?: string | undefined;
  readonly tableDownSeconds: number;
  readonly bothDownSeconds: number;
  readonly json: boolean;
  readonly help: boolean;
}

export const HELP = `npm run verify -- [--seed N] [--seconds S] [--saboteur NAME] [--table-down S] [--both-down S] [--json]

Runs the pipeline on this machine under faults, and judges the six promises from outside. verify/README.md says how.

  --seed N         what is generated, and what fails (default: a new one, which is printed)
  --seconds S      how long, 1 to 3600 (default 60)
  --saboteur NAME  plants a fault, to see that it is noticed
  --table-down S   how long the table is down (default: a thirtieth of the time)
  --both-down S    how long the table and the queues are down (default: a sixtieth of the time)
  --json           the report as JSON
  --help           this

Saboteurs:
${SABOTEURS.map(({ name, about }) => `  ${name.padEnd(22)}  ${about}`).join('\n')}

Exits with 0 when every promise was kept, with 1 when one was broken, with 2 when it could not run.`;

/** @throws WrongFlags */
export function readFlags(given: readonly string[]): Flags {
  const values = parse(given);
  const seconds = numberOf('--seconds', values.seconds ?? '60', 1, 3_600);
  const { saboteur } = values;
  if (saboteur !== undefined && !SABOTEURS.some(({ name }) => name === saboteur)) {
    throw new WrongFlags(`There is no saboteur "${saboteur}"; see --help`);
  }
  const seed = values.seed ?? String(Date.now() % 1_000_000);
  if (!/^\d{1,15}$/.test(seed)) throw new WrongFlags(`--seed must be a whole number, and is "${seed}"`);
  return {
    seed,
    seconds,
    saboteur,
    tableDownSeconds: numberOf('--table-down', values['table-down'] ?? String(seconds / 30), 0, seconds / 2),
    bothDownSeconds: numberOf('--both-down', values['both-down'] ?? String(seconds / 60), 0, seconds / 4),
    json: values.json ?? false,
    help: values.help ?? false,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        seed: { type: 'string' },
        seconds: { type: 'string' },
        saboteur: { type: 'string' },
        'table-down': { type: 'string' },
        'both-down': { type: 'string' },
        json: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    }).values;
  } catch (error) {
    throw new WrongFlags(`${(error as Error).message.split('. ')[0]}; see --help`);
  }
}

function numberOf(flag: string, text: string, low: number, high: number): number {
  const number = text.trim() === '' ? Number.NaN : Number(text);
  if (number >= low && number <= high) return number;
  throw new WrongFlags(`${flag} must be a number from ${low} to ${high}, and is "${text}"`);
}
