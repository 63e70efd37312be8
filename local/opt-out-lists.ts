import { parseArgs } from 'node:util';
import { type Followed, followLists } from '../functions/opt-out-lists/follow-lists.ts';
import type { Put } from '../functions/opt-out-lists/put-ours.ts';
import type { Swept } from '../functions/opt-out-lists/sweep.ts';
import { wireOptOutLists } from '../functions/opt-out-lists/wire.ts';
import { fixedSecrets } from '../shared/runtime/secrets.ts';
import { lambdaSurroundings } from '../shared/runtime/surroundings.ts';
import { DEFAULT_ACCOUNT } from './demo-senders.ts';
import { awsOf, CannotBegin, findRun, HOW_IT_IS_FOUND, type LocalRun, runCommand } from './find-run.ts';
import { AWS_OPT_OUT_LIST } from './functions.ts';
import { LEDGER_TABLE_NAME } from './provision.ts';
import { loadRestCast, secretsOf } from './simulator/carriers.ts';

const HELP = `Reads the carriers' own opt-out lists into a running "npm start", and lets AWS's list "${AWS_OPT_OUT_LIST}"
follow it, as is done in AWS every six hours.

  npm run opt-out-lists
  npm run -s opt-out-lists -- --json

  --json   what was done, for programs
  --help   this text

${HOW_IT_IS_FOUND}

Fill a carrier's list to try it (carriers: aws, sns, telnyx):

  curl -X PUT http://127.0.0.1:3000/simulator/opt-out-lists -H 'content-type: application/json' \\
    -d '{"carrier":"aws","list":"Default","numbers":[{"number":"+12025550170"}]}'

Exit code: 0 all was done; 1 some of it was not, all else was; 2 the command was called wrongly, or no run was found.
`;

function readArguments(args: string[]) {
  try {
    return parseArgs({ args, options: { json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } }).values;
  } catch (error) {
    throw new CannotBegin(`${(error as Error).message}\n\n${HELP}`);
  }
}

async function follow(run: LocalRun): Promise<Followed> {
  const { http } = run;
  const secrets = run.secrets ?? secretsOf(await loadRestCast({ publicUrl: () => http, environment: process.env }));
  const settings = {
    STOPGATE_TABLE_NAME: LEDGER_TABLE_NAME,
    STOPGATE_DEFAULT_ACCOUNT: DEFAULT_ACCOUNT,
    STOPGATE_DEFAULT_CARRIER: 'twilio',
    STOPGATE_AWS_OPT_OUT_LIST: AWS_OPT_OUT_LIST,
    STOPGATE_CARRIER_SECRET_IDS: Object.fromEntries(Object.keys(secrets).map((name) => [name, name])),
    STOPGATE_CARRIERS_URL: `${http}/simulator`,
  };
  const around = { ...lambdaSurroundings('opt-out-lists'), aws: awsOf(run), secrets: fixedSecrets(secrets) };
  return followLists(wireOptOutLists(settings, around), () => true);
}

const counted = (count: number, what: string): string => `${count} ${what}`;

function describeSwept({ carrier, list, numbers, isComplete }: Swept): string {
  const all = Object.values(numbers).reduce((sum, count) => sum + count);
  const said = [
    counted(numbers.heard, 'opted out'),
    counted(numbers.known, 'known'),
    counted(numbers['taken-off'], 'taken off after an opt-in'),
    counted(numbers.blocked, 'blocked by the carrier after an opt-in'),
    ...(numbers.failed > 0 ? [counted(numbers.failed, 'not heeded')] : []),
  ];
  return `  ${carrier} ${list}: ${all} numbers (${said.join(', ')})${isComplete ? '' : ', not read to its end'}`;
}

const describePut = ({ put, refused }: Put): string =>
  `  aws ${AWS_OPT_OUT_LIST}: ${put} of ours put on it${refused > 0 ? `, ${refused} refused` : ''}`;

/** What is told of an error: no message of a carrier, which may quote a number. */
const wordFor = (error: unknown): string => {
  const { name, code, message } = error as Error & { code?: string };
  return name === 'Error' ? message : (code ?? name);
};

async function main(): Promise<number> {
  const { json, help } = readArguments(process.argv.slice(2));
  if (help) {
    process.stdout.write(HELP);
    return 0;
  }
  const { swept, put, failures } = await follow(await findRun(process.env));
  const told = failures.map(({ what, error }) => ({ what, error: wordFor(error) }));
  if (json) process.stdout.write(`${JSON.stringify({ swept, put, failures: told })}\n`);
  else {
    const lines = [...swept.map(describeSwept), ...(put ? [describePut(put)] : [])];
    process.stdout.write(`${['Opt-out lists followed:', ...lines].join('\n')}\n`);
    for (const { what, error } of told) process.stderr.write(`  ${what}: NOT DONE (${error}); run it again\n`);
  }
  return failures.length > 0 ? 1 : 0;
}

process.env.POWERTOOLS_METRICS_DISABLED ??= 'true';
process.env.POWERTOOLS_LOG_LEVEL ??= 'SILENT';
await runCommand(main);
