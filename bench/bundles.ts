import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { functionAssets } from '../infra/function-assets.ts';
import { FUNCTIONS, type FunctionName } from '../shared/runtime/topology.ts';
import type { Figure, Row } from './figure.ts';
import { exactly, interleave, ratioOf, spreadOf } from './harness.ts';

const STARTS = 21;
const MAX_BUNDLE_KB = 400;
const MAX_LOAD_RATIO = 6;
const run = promisify(execFile);

/** What `infra/` gives the functions; a function that starts reads it. */
const ENVIRONMENT = {
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'bench',
  AWS_SECRET_ACCESS_KEY: 'bench',
  POWERTOOLS_SERVICE_NAME: 'bench',
  POWERTOOLS_METRICS_NAMESPACE: 'Stopgate',
  STOPGATE_TABLE_NAME: 'ledger',
  STOPGATE_DEFAULT_ACCOUNT: 'acme',
  STOPGATE_DEFAULT_CARRIER: 'twilio',
  STOPGATE_PUBLIC_URL: 'https://stopgate.example',
  STOPGATE_CARRIER_SECRET_IDS: 'twilio=twilio',
  STOPGATE_LOG_KEY_SECRET_ID: 'log-key',
  STOPGATE_CONFIGURATION_SET: 'stopgate',
  STOPGATE_TWO_WAY_TOPIC_ARN: 'arn:aws:sns:us-east-1:000000000000:two-way',
  STOPGATE_SMS_EVENTS_TOPIC_ARN: 'arn:aws:sns:us-east-1:000000000000:sms-events',
  ...Object.fromEntries(
    ['OUTBOUND', 'REPLIES', 'INBOUND'].flatMap((queue) => [
      [`STOPGATE_${queue}_QUEUE_URL`, `https://sqs.example/${queue}`],
      [`STOPGATE_${queue}_DEAD_LETTERS_QUEUE_URL`, `https://sqs.example/${queue}-dead-letters`],
    ]),
  ),
};

/**
 * Loads the file of its argument, and says how many milliseconds lay between the start of the process and the end of the
 * load, and how many the load alone took.
 */
const LOAD =
  'const start = performance.now(); import(process.argv[1]).then(() => { const end = performance.now(); console.log(end, end - start); })';

type Name = FunctionName | 'empty';

/** How large the functions are that are deployed, and how long they take to load. */
export const bundles: Figure = {
  name: 'bundles',
  about: 'what is deployed: its size, and its load by a fresh process',
  async measure(progress): Promise<Row[]> {
    const folder = mkdtempSync(join(tmpdir(), 'stopgate-bench-'));
    try {
      progress('bundling');
      const names = Object.keys(FUNCTIONS) as FunctionName[];
      const folders = { ...functionAssets(join(folder, 'bundles')), empty: emptyFunction(folder) };
      const aloneOf = {} as Record<Name, number[]>;
      const starts = {} as Record<Name, () => Promise<number>>;
      for (const [name, of] of Object.entries(folders) as [Name, string][]) {
        aloneOf[name] = [];
        starts[name] = async () => {
          const { whole, alone } = await startOnce(join(of, 'index.js'));
          aloneOf[name].push(alone);
          return whole;
        };
      }
      const wholeOf = await interleave(starts, STARTS, progress);
      // The first round only warmed up.
      for (const times of Object.values(aloneOf)) times.shift();
      return [
        ...names.map((name): Row => {
          const value = exactly(bytesIn(folders[name]) / 1_000);
          return { name: `${name}: bundle`, unit: 'KB', value, limit: { of: 'value', atMost: MAX_BUNDLE_KB } };
        }),
        ...names.map((name): Row => {
          const row = timed(`${name}: start to loaded`, wholeOf[name], wholeOf.empty);
          return { ...row, limit: { of: 'ratio', atMost: MAX_LOAD_RATIO } };
        }),
        timed('an empty function: start to loaded', wholeOf.empty),
        ...names.map((name) => timed(`${name}: load alone`, aloneOf[name], aloneOf.empty)),
        timed('an empty function: load alone', aloneOf.empty),
      ];
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

const bytesIn = (folder: string): number =>
  readdirSync(folder).reduce((bytes, file) => bytes + statSync(join(folder, file)).size, 0);

const timed = (name: string, times: readonly number[], base?: readonly number[]): Row => ({
  name,
  unit: 'ms',
  value: spreadOf(times),
  ...(base && { ratio: { to: 'an empty function', value: ratioOf(times, base) } }),
});

function emptyFunction(parent: string): string {
  const folder = join(parent, 'empty');
  mkdirSync(folder);
  writeFileSync(join(folder, 'index.js'), 'exports.handler = async () => {};\n');
  return folder;
}

/** In milliseconds: from the start of the process until the function was loaded, and the load alone. */
async function startOnce(file: string): Promise<{ whole: number; alone: number }> {
  const { stdout } = await run(process.execPath, ['-e', LOAD, file], { env: ENVIRONMENT });
  const [whole, alone] = stdout.split(' ').map(Number) as [number, number];
  return { whole, alone };
}
