import { setTimeout as sleep } from 'node:timers/promises';
import { CARRIER_ERRORS, type CarrierName, changeCarrier } from './carriers.ts';
import { Clients } from './clients.ts';
import type { FaultCounts } from './faults.ts';
import { readFinalState } from './final-state.ts';
import type { Line } from './history.ts';
import { only } from './history.ts';
import { JUDGES } from './judges/judges.ts';
import { randomOf } from './random.ts';
import { outageScriptOf, scriptOf } from './script.ts';
import { shrink } from './shrink.ts';
import { STEPS } from './wire-call.ts';
import { openWorld, type World } from './world.ts';

export interface VerifyOptions {
  readonly seed: string;
  readonly seconds: number;
  readonly saboteur?: string | undefined;
  /** How long the table is down, somewhere in the middle. Seconds. */
  readonly tableDownSeconds: number;
  /** How long table and queues are down at once, later on. Seconds. */
  readonly bothDownSeconds: number;
  readonly progress: (what: string) => void;
}

export interface PromiseResult {
  readonly promise: string;
  readonly cases: string;
  readonly judged: number;
  readonly breaches: number;
}

/** A breach, with the fewest lines that show it. */
export interface ShownBreach {
  readonly promise: string;
  readonly recipient: string;
  readonly about: string;
  readonly what: string;
  readonly lines: readonly Line[];
}

/** Milliseconds. */
export interface Ages {
  readonly count: number;
  readonly median: number;
  readonly p99: number;
  readonly max: number;
}

export interface Report extends FaultCounts {
  readonly seed: string;
  readonly seconds: number;
  readonly tableDownSeconds: number;
  readonly bothDownSeconds: number;
  readonly saboteur?: string;
  readonly promises: readonly PromiseResult[];
  readonly sends: number;
  readonly accepted: number;
  readonly optOuts: number;
  readonly deferred: number;
  readonly answers: Readonly<Record<string, number>>;
  /** The age of the consent read as the function itself measures it, just before it calls the carrier. */
  readonly ageMeasured: Ages;
  /** The same at the wire: from when the read left the function to when the carrier's door had the message. */
  readonly ageAtWire: Ages;
  /** The longest that this machine kept verify itself waiting. Milliseconds. */
  readonly longestStallMs: number;
  readonly notDrained: boolean;
  readonly firstBreaches: readonly ShownBreach[];
}

/** A little more than a claim is good for. */
const CLAIMS_RUN_OUT_MS = 95_000;
/** Scripts begin while the outbound queue is shorter than this, so that messages meet STOPs and not each other. */
const MOST_WAITING = 120;
const MOST_PLAYING = 120;
/** For the last part of the time producers wait for nobody, so that the queue is full when everything works again. */
const FULL_PART = 1 / 20;
const MOST_PLAYING_WHEN_FULL = 300;
const TEXTS_PER_OUTAGE = 5;
const MOST_SHOWN = 3;

export async function verify(options: VerifyOptions): Promise<Report> {
  const { seed, seconds, saboteur, progress } = options;
  const comeBackSeconds = Math.max(1, Math.min(15, Math.round(seconds / 4)));
  progress('starting');
  const world = await openWorld({ seed, saboteur, comeBackSeconds });
  try {
    const clients = new Clients(world);
    const weather = makeWeather(options, world, clients);
    await playScripts(options, world, clients);
    await weather.stop();
    progress('healing and draining');
    for (const carrier of Object.keys(CARRIER_ERRORS) as CarrierName[]) {
      await changeCarrier(world.outside.carriers, carrier, { error: null });
    }
    world.outside.faults.heal();
    const notDrained = await drain(world, clients, comeBackSeconds);
    progress('judging');
    await readFinalState(world);
    return judge(options, world, clients, notDrained);
  } finally {
    await world.close();
  }
}

async function playScripts({ seed, seconds, progress }: VerifyOptions, world: World, clients: Clients): Promise<void> {
  const end = Date.now() + seconds * 1_000;
  const playing = new Set<Promise<void>>();
  let waiting = 0;
  let number = 0;
  const watch = setInterval(async () => {
    waiting = await world.depthOf('outbound').catch(() => waiting);
  }, 200);
  while (Date.now() < end) {
    const isFilling = end - Date.now() < seconds * 1_000 * FULL_PART;
    if (isFilling ? playing.size < MOST_PLAYING_WHEN_FULL : waiting < MOST_WAITING && playing.size < MOST_PLAYING) {
      const script = clients.play(scriptOf(seed, number++));
      playing.add(script);
      void script.finally(() => playing.delete(script));
    }
    if (number % 50 === 0) progress(`${Math.ceil((end - Date.now()) / 1_000)} s left, ${number} recipients`);
    await sleep(20);
  }
  await Promise.all(playing);
  clearInterval(watch);
}

/** What goes wrong by the clock: functions are killed one after the other, services go down, carriers refuse. */
function makeWeather(options: VerifyOptions, { outside, pools }: World, clients: Clients): { stop(): Promise<void> } {
  const { seed, seconds, tableDownSeconds, bothDownSeconds } = options;
  const { faults, carriers } = outside;
  const random = randomOf(`${seed} weather`);
  const timers: NodeJS.Timeout[] = [];
  const at = (share: number, lastingSeconds: number, begin: () => unknown, end: () => unknown) => {
    const ms = share * seconds * 1_000;
    timers.push(setTimeout(begin, ms), setTimeout(end, ms + lastingSeconds * 1_000));
  };
  const texting: Promise<void>[] = [];
  const outage = (share: number, lastingSeconds: number, services: readonly ('table' | 'queue')[]) => {
    if (lastingSeconds === 0) return;
    const begin = () => {
      for (const service of services) faults.down.add(service);
      for (let count = 0; count < TEXTS_PER_OUTAGE; count += 1) {
        texting.push(clients.play(outageScriptOf(texting.length)));
      }
    };
    at(share, lastingSeconds, begin, () => faults.down.clear());
  };
  outage(0.3, tableDownSeconds, ['table']);
  outage(0.7, bothDownSeconds, ['table', 'queue']);
  for (const share of [0.1, 0.2, 0.5, 0.6, 0.85, 0.95]) {
    const carrier = random.pick(Object.keys(CARRIER_ERRORS) as CarrierName[]);
    const error = random.pick(CARRIER_ERRORS[carrier]);
    const change = (to: string | null) => () => changeCarrier(carriers, carrier, { error: to });
    at(share, Math.min(0.6, seconds / 40), change(error), change(null));
  }
  let kills = 0;
  // Each step once, before and after it; a process that was just started is slow for a while, and costs many sends.
  const everyMs = Math.max(300, Math.min(2_400, (seconds * 1_000) / (2 * STEPS.length + 1)));
  const killing = setInterval(() => {
    // Whoever kills faster than this machine can start processes has soon none left.
    if (Object.values(pools).every(({ isWhole }) => isWhole)) faults.armKill(kills++);
  }, everyMs);
  return {
    async stop() {
      clearInterval(killing);
      timers.forEach(clearTimeout);
      faults.down.clear();
      await Promise.all(texting);
    },
  };
}

/** Lets everything come to its end: what is queued, claims of the dead, and what carriers deliver long after. */
async function drain({ pools, depthOf }: World, clients: Clients, comeBackSeconds: number): Promise<boolean> {
  for (const pool of Object.values(pools)) pool.aheadMs = CLAIMS_RUN_OUT_MS;
  const empties = async (): Promise<boolean> => {
    let fewest = Number.POSITIVE_INFINITY;
    for (let end = 0; fewest > 0; await sleep(50)) {
      const depths = await Promise.all(
        (['outbound', 'inbound', 'replies'] as const).map((queue) => depthOf(queue, 'hidden')),
      );
      const depth = depths.reduce((sum, one) => sum + one, 0);
      // However slow this machine is: only who makes no progress at all is given up.
      if (depth < fewest) end = Date.now() + patienceMs;
      else if (Date.now() > end) return false;
      fewest = Math.min(fewest, depth);
    }
    return true;
  };
  // What was being sent or hidden comes back, and once more if it met somebody who had it still.
  const patienceMs = 5_000 + 2_000 * comeBackSeconds;
  if (!(await empties())) return true;
  await clients.deliverLate();
  // Receipts are on their way for a quarter of a second.
  await sleep(400);
  return !(await empties());
}

function judge(options: VerifyOptions, world: World, clients: Clients, notDrained: boolean): Report {
  const { seed, seconds, saboteur, tableDownSeconds, bothDownSeconds } = options;
  const totals = JUDGES.map((one) => ({ one, judged: 0, breaches: 0 }));
  const shown: ShownBreach[] = [];
  const wireAges: number[] = [];
  let accepted = 0;
  let deferred = 0;
  for (const [recipient, lines] of world.history.recipients()) {
    accepted += only(lines, 'accepted').length;
    deferred += only(lines, 'deferred').length;
    for (const { at, consentAskedAt } of only(lines, 'left')) {
      if (consentAskedAt !== undefined) wireAges.push(at - consentAskedAt);
    }
    for (const total of totals) {
      const { judged, breaches } = total.one.judge(lines);
      total.judged += judged;
      total.breaches += breaches.length;
      // Three of each promise say enough.
      const room = MOST_SHOWN - shown.filter(({ promise }) => promise === total.one.name).length;
      for (const breach of breaches.slice(0, room)) {
        shown.push({ promise: total.one.name, recipient, ...breach, lines: shrink(lines, total.one, breach) });
      }
    }
  }
  const countOf = (name: string) => totals.find(({ one }) => one.name === name)?.judged ?? 0;
  return {
    seed,
    seconds,
    tableDownSeconds,
    bothDownSeconds,
    ...(saboteur !== undefined && { saboteur }),
    promises: totals.map(({ one, judged, breaches }) => ({ promise: one.name, cases: one.cases, judged, breaches })),
    sends: countOf('No message twice'),
    accepted,
    optOuts: countOf('No STOP lost'),
    deferred,
    answers: clients.statuses,
    ageMeasured: agesOf(world.pools.outbound.consentAges),
    ageAtWire: agesOf(wireAges),
    longestStallMs: world.outside.stalls.longestMs,
    notDrained,
    firstBreaches: shown,
    ...world.outside.faults.counts,
  };
}

function agesOf(ages: readonly number[]): Ages {
  const sorted = [...ages].sort((one, other) => one - other);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return { count: sorted.length, median: at(0.5), p99: at(0.99), max: at(1) };
}
