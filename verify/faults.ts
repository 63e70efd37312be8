import { shareOf } from './random.ts';
import { STEPS, type Step, type WireCall } from './wire-call.ts';

/** What happens to one call on its way. `after` means that it was done, and the answer is lost. */
export type Fault =
  | { readonly kind: 'none' }
  | { readonly kind: 'slow'; readonly ms: number }
  | { readonly kind: 'slow answer'; readonly ms: number }
  | { readonly kind: 'throttled' }
  | { readonly kind: 'error' }
  | { readonly kind: 'reset' }
  | { readonly kind: 'reset after' }
  | { readonly kind: 'gateway error after' }
  | { readonly kind: 'no answer' }
  /** Of a read of many: some are left out, to be asked for again. */
  | { readonly kind: 'partial' }
  | { readonly kind: 'kill' }
  | { readonly kind: 'kill after' };

const NONE: Fault = { kind: 'none' };

interface Chance {
  readonly share: number;
  readonly fault: (share: number) => Fault;
}

const slow = (low: number, high: number) => (share: number) =>
  ({ kind: 'slow', ms: low + (high - low) * share }) as const;
const slowAnswer = (low: number, high: number) => (share: number) =>
  ({ kind: 'slow answer', ms: low + (high - low) * share }) as const;
const plain = (kind: Exclude<Fault['kind'], 'slow' | 'slow answer'>) => () => ({ kind }) as Fault;

const OF_SERVICE: Readonly<Record<WireCall['to'], readonly Chance[]>> = {
  table: [
    { share: 0.004, fault: plain('throttled') },
    { share: 0.003, fault: plain('error') },
    { share: 0.003, fault: plain('reset') },
    { share: 0.004, fault: plain('reset after') },
    { share: 0.0005, fault: plain('no answer') },
    { share: 0.006, fault: slow(40, 400) },
  ],
  queue: [
    { share: 0.02, fault: plain('throttled') },
    { share: 0.01, fault: plain('error') },
    { share: 0.01, fault: plain('reset') },
    { share: 0.02, fault: plain('reset after') },
    { share: 0.02, fault: slow(40, 400) },
    { share: 0.002, fault: plain('no answer') },
  ],
  carrier: [
    { share: 0.005, fault: plain('reset') },
    { share: 0.02, fault: plain('reset after') },
    { share: 0.01, fault: plain('gateway error after') },
    { share: 0.02, fault: slowAnswer(100, 900) },
    { share: 0.0005, fault: plain('no answer') },
  ],
};

/** In addition, where a fault at this very step is what a promise is about. */
const OF_STEP: Partial<Record<Step, readonly Chance[]>> = {
  // A STOP that comes in while the claim is being made must be seen by the consent read after it.
  claim: [{ share: 0.006, fault: slow(450, 900) }],
  'read consent': [{ share: 0.03, fault: plain('partial') }],
  'keep event': [
    { share: 0.03, fault: plain('reset') },
    { share: 0.04, fault: slow(100, 500) },
  ],
  'merge consent': [
    { share: 0.03, fault: plain('error') },
    { share: 0.03, fault: plain('reset after') },
  ],
};

/** A fault outlasts this many calls of the same identity at most: some the SDK's own second attempt, some not. */
const MOST_IN_A_ROW = 3;

export interface FaultCounts {
  readonly faults: Readonly<Record<string, number>>;
  /** By `before STEP` and `after STEP`. */
  readonly kills: Readonly<Record<string, number>>;
  /** Steps at which a kill was due, and which nobody came to any more. */
  readonly killsNotMet: readonly string[];
}

interface Kill {
  readonly step: Step;
  readonly kind: 'kill' | 'kill after';
}

const toText = ({ step, kind }: Kill): string => `${kind === 'kill' ? 'before' : 'after'} ${step}`;

/**
 * Decides what happens to each call. What meets which fault is fixed by the seed and by what the call is about, not by
 * when it comes; who is killed at which step is fixed in its order only.
 */
export class Faults {
  /** Which services are down. */
  readonly down = new Set<WireCall['to']>();
  readonly #seed: string;
  readonly #seen = new Map<string, number>();
  readonly #counts: Record<string, number> = {};
  readonly #kills: Record<string, number> = {};
  /** Each until somebody comes to its step. */
  readonly #armed: Kill[] = [];
  #isHealed = false;

  constructor(seed: string) {
    this.#seed = seed;
  }

  /** The next call at the next step costs its process its life: each step before and after it, in an order of the seed. */
  armKill(number: number): void {
    const round = Math.floor(number / (2 * STEPS.length));
    const inOrder = STEPS.flatMap((step): Kill[] => [
      { step, kind: 'kill' },
      { step, kind: 'kill after' },
    ]).sort(
      (one, other) =>
        shareOf(`${this.#seed} kill ${round} ${one.step} ${one.kind}`) -
        shareOf(`${this.#seed} kill ${round} ${other.step} ${other.kind}`),
    );
    this.#armed.push(inOrder[number % inOrder.length] as Kill);
  }

  /** From now on everything works. */
  heal(): void {
    this.#isHealed = true;
    this.down.clear();
  }

  get isHealed(): boolean {
    return this.#isHealed;
  }

  next(call: WireCall): Fault {
    if (this.#isHealed) return NONE;
    const fault = this.#decide(call);
    if (fault.kind === 'kill' || fault.kind === 'kill after') {
      add(this.#kills, toText({ step: call.step as Kill['step'], kind: fault.kind }));
    } else if (fault.kind !== 'none') add(this.#counts, `${call.to}: ${fault.kind}`);
    return fault;
  }

  /** Counts what went wrong by itself. */
  saw(what: string): void {
    add(this.#counts, what);
  }

  get counts(): FaultCounts {
    return { faults: this.#counts, kills: this.#kills, killsNotMet: this.#armed.map(toText) };
  }

  #decide(call: WireCall): Fault {
    if (this.down.has(call.to)) return { kind: 'reset' };
    const due = this.#armed.findIndex(({ step }) => step === call.step);
    if (due >= 0) return { kind: (this.#armed.splice(due, 1)[0] as Kill).kind };
    // The same for each repetition of a call, so that the SDK's own retry does not heal every fault.
    let share = shareOf(`${this.#seed} fault ${call.identity}`);
    for (const chance of [...(OF_STEP[call.step] ?? []), ...OF_SERVICE[call.to]]) {
      if (share >= chance.share) {
        share -= chance.share;
        continue;
      }
      const times = (this.#seen.get(call.identity) ?? 0) + 1;
      this.#seen.set(call.identity, times);
      const rest = share / chance.share;
      return times > 1 + Math.floor(shareOf(`${call.identity} times`) * MOST_IN_A_ROW) ? NONE : chance.fault(rest);
    }
    return NONE;
  }
}

function add(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1;
}
