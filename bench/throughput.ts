import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { type AgeCounts, ConsentAges } from './consent-ages.ts';
import type { Figure, Progress, Row } from './figure.ts';
import { interleave, ratioOf, spreadOf } from './harness.ts';
import { type Carrier, type Round, WARM_UP } from './throughput/contender.ts';

/** Rounds are many and short, so that a ratio is of neighbours in time, and whatever else the machine does falls out. */
interface Setting {
  readonly carrier: Carrier;
  /** How long AWS and the carrier take to answer. Milliseconds. */
  readonly delayMs: number;
  readonly rounds: number;
  readonly messagesARound: number;
  /** Whether it is this comparison that has to reach something. */
  readonly counts: boolean;
}

const AT_ONCE: Setting = { carrier: 'sns', delayMs: 0, rounds: 25, messagesARound: 500, counts: true };
const BY_TWILIO: Setting = { ...AT_ONCE, carrier: 'twilio', counts: false };
/** About what DynamoDB takes within its region; a carrier takes longer. */
const AS_IN_A_REGION: Setting = { carrier: 'sns', delayMs: 4, rounds: 9, messagesARound: 100, counts: false };

/** As `infra/` sets it for the deployed function. */
const ENVIRONMENT = {
  POWERTOOLS_SERVICE_NAME: 'outbound',
  POWERTOOLS_METRICS_NAMESPACE: 'Stopgate',
  POWERTOOLS_LOG_LEVEL: 'INFO',
};

const FILES = {
  stub: new URL('./throughput/stub.ts', import.meta.url),
  stopgate: new URL('./throughput/stopgate.ts', import.meta.url),
  'bare-loop': new URL('./throughput/bare-loop.ts', import.meta.url),
  sample: new URL('./throughput/sample.ts', import.meta.url),
};

const NAMES = { stopgate: 'Stopgate', 'bare-loop': 'the bare loop', sample: 'the usual sample' } as const;
type Name = keyof typeof NAMES;

/** How many messages a second one process gets through, where AWS and the carrier answer at once. */
export const throughput: Figure = {
  name: 'throughput',
  about: 'messages a second in one process, at batch 10, everybody else answering at once',
  async measure(progress): Promise<Row[]> {
    const rows: Row[] = [];
    for (const setting of [AT_ONCE, BY_TWILIO, AS_IN_A_REGION]) rows.push(...(await compare(setting, progress)));
    return rows;
  },
};

async function compare(setting: Setting, progress: Progress): Promise<Row[]> {
  const { carrier, delayMs, messagesARound, counts } = setting;
  const how = delayMs > 0 ? `${carrier}, answered in ${delayMs} ms` : carrier;
  const started: ChildProcess[] = [];
  try {
    const stub = start('stub', [String(delayMs)]);
    started.push(stub);
    const [url] = (await once(stub, 'message')) as [string];
    const rounds = {} as Record<Name, () => Promise<number>>;
    let ages: AgeCounts = [];
    for (const name of Object.keys(NAMES) as Name[]) {
      const child = start(name, [url, carrier]);
      started.push(child);
      progress(`by ${how}, ${name}: warming up`);
      await answerOf(child);
      rounds[name] = async () => {
        child.send(messagesARound);
        const { seconds, ages: counts } = (await answerOf(child)) as Round;
        if (counts) ages = counts;
        return messagesARound / seconds;
      };
    }
    const measured = await interleave(rounds, setting.rounds, (what) => progress(`by ${how}, ${what}`));
    const ours = measured.stopgate;
    const row = (name: Name): Row => ({
      name: `${NAMES[name]}, by ${how}`,
      unit: 'a second',
      value: spreadOf(measured[name]),
    });
    const against = (name: Name, atLeast: number): Row => ({
      ...row('stopgate'),
      ratio: { to: NAMES[name], value: ratioOf(ours, measured[name]) },
      ...(counts && { limit: { of: 'ratio', atLeast } }),
    });
    const all = new ConsentAges();
    all.addAll(ages);
    const sends = WARM_UP + (setting.rounds + 1) * messagesARound;
    return [
      against('bare-loop', 0.85),
      against('sample', 4),
      row('bare-loop'),
      row('sample'),
      ...all.rows(sends, `, by ${how}`),
    ];
  } finally {
    for (const child of started) if (child.connected) child.disconnect();
  }
}

/** With its output thrown away, which costs a contender that logs much the least. */
const start = (name: keyof typeof FILES, args: string[]): ChildProcess =>
  fork(FILES[name], args, {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: { ...process.env, ...ENVIRONMENT },
  });

function answerOf(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null) => reject(new Error(`A contender ended with ${code}`));
    child.once('exit', ended);
    child.once('message', (answer) => {
      child.off('exit', ended);
      resolve(answer);
    });
  });
}
