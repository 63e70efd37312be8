import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setImmediate as nextRoundOfTheLoop } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { AgeCounts } from '../consent-ages.ts';

/** What the functions' processes are told of the engines. */
export interface Engines {
  readonly dynamodb: string;
  readonly sqs: string;
  readonly tableName: string;
  readonly outbound: { readonly url: string; readonly arn: string; readonly deadLettersUrl: string };
  readonly inbound: { readonly url: string; readonly deadLettersUrl: string };
  readonly repliesUrl: string;
}

/** What a part tells of itself when it is asked. */
export interface PartReport {
  /** What is still in use once all garbage has been collected, buffers included. Megabytes. */
  readonly heap: number;
  /** Resident memory of the process. Megabytes. */
  readonly resident: number;
  /** How old consent was for each message since the start, from the outbound function. */
  readonly ages?: AgeCounts;
}

/** A part of the local run in a process of its own. */
export interface Part<Ready> {
  readonly ready: Ready;
  report(): Promise<PartReport>;
  stop(): Promise<void>;
}

const FILES = {
  engines: new URL('./engines.ts', import.meta.url),
  outbound: new URL('./outbound.ts', import.meta.url),
  inbound: new URL('./inbound.ts', import.meta.url),
};

/** As the local run has it: failures are shown, and metrics go nowhere. */
const ENVIRONMENT = { POWERTOOLS_LOG_LEVEL: 'ERROR', POWERTOOLS_METRICS_DISABLED: 'true' };

/**
 * Starts a part, and waits until it is ready.
 * @param given handed to its process as JSON
 * @throws where it ends before
 */
export async function startPart<Ready>(name: keyof typeof FILES, given: unknown): Promise<Part<Ready>> {
  const child = fork(FILES[name], [JSON.stringify(given)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, ...ENVIRONMENT },
  });
  const ready = (await answerOf(child, name)) as Ready;
  return {
    ready,
    async report() {
      child.send('report');
      return (await answerOf(child, name)) as PartReport;
    },
    async stop() {
      if (child.exitCode !== null) return;
      const ended = once(child, 'exit');
      child.disconnect();
      await ended;
    },
  };
}

async function answerOf(child: ChildProcess, name: string): Promise<unknown> {
  const settled = new AbortController();
  const { signal } = settled;
  const ended = once(child, 'exit', { signal }).then(([code]) => {
    throw new Error(`The process of ${name} ended with ${code}`);
  });
  try {
    const [answer] = await Promise.race([once(child, 'message', { signal }), ended]);
    return answer;
  } finally {
    // Whichever did not happen need not be waited for.
    ended.catch(() => {});
    settled.abort();
  }
}

/** In a part's process: says that it is ready, answers when it is asked, and ends with the bench. */
export function serveAsPart(ready: object, ages?: () => AgeCounts): void {
  process.once('disconnect', () => process.exit());
  process.on('message', async () => {
    const report: PartReport = { ...(await memoryInUse()), ...(ages && { ages: ages() }) };
    process.send?.(report);
  });
  process.send?.(ready);
}

/** What the parts of the bench were given by it. */
export const givenToPart = <T>(): T => JSON.parse(process.argv[2] as string) as T;

const MEGABYTE = 1_000_000;

/** Memory of this process, after its garbage was collected: twice, since what is finalized only lets go of its buffers then. */
export async function memoryInUse(): Promise<Pick<PartReport, 'heap' | 'resident'>> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  await nextRoundOfTheLoop();
  collect();
  const { heapUsed, external, rss } = process.memoryUsage();
  return { heap: (heapUsed + external) / MEGABYTE, resident: rss / MEGABYTE };
}
