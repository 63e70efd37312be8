import type { Gate } from './gated-pipeline.ts';

/** What goes wrong at one of the calls that a function makes. */
export interface Fault {
  /** From 1. A function that makes fewer calls has no fault. */
  readonly atCall: number;
  readonly how:
    | 'fails'
    | 'loses its answer'
    | 'is made twice'
    | 'kills the function before'
    | 'kills the function after';
}

export const FAULTS: readonly Fault['how'][] = [
  'fails',
  'loses its answer',
  // What the SDK does by itself when an answer was lost.
  'is made twice',
  'kills the function before',
  'kills the function after',
];

/** What a killed function waits for. One for each, so that nothing holds on to what waits. */
const forEver = () => new Promise<never>(() => {});

/**
 * Runs a function with a fault in it.
 * @returns whether the fault came to pass, and what the function answered: nothing, if it was killed
 */
export async function withFault<T>(
  fault: Fault | undefined,
  run: (gate?: Gate) => Promise<T>,
): Promise<{ broken: boolean; answer?: T }> {
  if (!fault) return { broken: false, answer: await run() };
  const underWay = new Set<Promise<unknown>>();
  let calls = 0;
  let broken = false;
  let kill = () => {};
  let isDead = false;
  const death = new Promise<void>((resolve) => {
    kill = resolve;
  });

  const track = <R>(call: Promise<R>): Promise<R> => {
    underWay.add(call);
    call.catch(() => {}).finally(() => underWay.delete(call));
    return call;
  };

  const goesWrong = async <R>(make: () => Promise<R>): Promise<R> => {
    broken = true;
    if (fault.how === 'fails') throw new Error('The call failed');
    if (fault.how === 'kills the function before') {
      isDead = true;
      kill();
      return forEver();
    }
    await make();
    if (fault.how === 'is made twice') return make();
    if (fault.how === 'loses its answer') throw new Error('The answer was lost');
    isDead = true;
    kill();
    return forEver();
  };

  const gate: Gate = (call, make) => {
    if (isDead) return forEver();
    calls += 1;
    // How a carrier's call goes wrong is the carrier's own answer, and it is never repeated.
    const isAboutCarrier = call === 'carrier' && !fault.how.startsWith('kills');
    const tracked = () => track(make());
    return calls === fault.atCall && !isAboutCarrier ? goesWrong(tracked) : tracked();
  };

  const answer = await Promise.race([run(gate), death.then(() => undefined)]);
  // What was under way when the function was killed still arrives.
  if (isDead) await Promise.allSettled(underWay);
  return { broken, ...(answer !== undefined && { answer }) };
}
