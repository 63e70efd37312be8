import type { Outcome } from '../messages/outcome.ts';
import type { CarrierName } from '../messages/sender.ts';

/** So many failures in a row are no accident. */
const FAILURES_TO_OPEN = 10;
/** How long a failing carrier is left alone at first. Doubled with each trial that fails. Milliseconds. */
const FIRST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 5 * 60_000;

interface Circuit {
  failuresInARow: number;
  /** Since it opened; until then calls go through. */
  open?: { until: number; readonly pauseMs: number; onTrial: boolean };
}

/**
 * Leaves a carrier alone that fails again and again. Each call to it could end as `Unknown`, which is a message that nobody
 * sends any more; and each takes up to the time limit of a call. After a pause one message tries whether it is over.
 *
 * A carrier that says when to come again, because it throttles, is left alone until then. Nobody can tell whether it meant one
 * sender only, so that goes for all of its messages.
 *
 * Kept by each function for itself, in its memory: at worst each finds out anew, with ten messages.
 */
export class CircuitBreaker {
  readonly #circuits = new Map<CarrierName, Circuit>();
  /** Until when a carrier has asked to be left alone. */
  readonly #askedUntil = new Map<CarrierName, number>();
  readonly #clock: () => number;
  readonly #opened: (carrier: CarrierName) => void;

  /** @param opened told whenever a carrier begins to be left alone */
  constructor(clock: () => number, opened: (carrier: CarrierName) => void = () => {}) {
    this.#clock = clock;
    this.#opened = opened;
  }

  /** For how many milliseconds a carrier is left alone; 0 where it may be asked for, which takes nobody's trial. */
  leftAloneMs(carrier: CarrierName): number {
    const until = Math.max(this.#circuits.get(carrier)?.open?.until ?? 0, this.#askedUntil.get(carrier) ?? 0);
    return Math.max(0, until - this.#clock());
  }

  /**
   * Asks to call a carrier with one message, at once: after a pause, the first who asks gets leave, and the others wait for
   * what comes of it.
   * @returns milliseconds to wait before asking again; 0 is leave to call
   */
  ask(carrier: CarrierName): number {
    const wait = this.leftAloneMs(carrier);
    const open = this.#circuits.get(carrier)?.open;
    if (wait > 0 || !open) return wait;
    // Should nothing be heard of this trial, another one is made after the same pause.
    open.until = this.#clock() + open.pauseMs;
    open.onTrial = true;
    return 0;
  }

  /** Learns what came of a call. */
  heard(carrier: CarrierName, outcome: Outcome): void {
    this.#heed(carrier, outcome);
    if (!isFailure(outcome)) {
      this.#circuits.delete(carrier);
      return;
    }
    const circuit = this.#circuits.get(carrier) ?? { failuresInARow: 0 };
    circuit.failuresInARow += 1;
    this.#circuits.set(carrier, circuit);
    if (!circuit.open && circuit.failuresInARow >= FAILURES_TO_OPEN) this.#open(carrier, circuit, FIRST_PAUSE_MS);
    // Calls that were under way when it opened say nothing new.
    if (circuit.open?.onTrial) this.#open(carrier, circuit, Math.min(circuit.open.pauseMs * 2, LONGEST_PAUSE_MS));
  }

  /** The longest hint counts: others may have been under way when it came. */
  #heed(carrier: CarrierName, outcome: Outcome): void {
    if (outcome.kind !== 'later' || outcome.retryAfterMs === undefined) return;
    const until = this.#clock() + outcome.retryAfterMs;
    this.#askedUntil.set(carrier, Math.max(until, this.#askedUntil.get(carrier) ?? 0));
  }

  #open(carrier: CarrierName, circuit: Circuit, pauseMs: number): void {
    circuit.open = { until: this.#clock() + pauseMs, pauseMs, onTrial: false };
    this.#opened(carrier);
  }
}

/** No answer, or one that says that the carrier itself is in trouble. A carrier that throttles or refuses is well. */
const isFailure = (outcome: Outcome): boolean =>
  outcome.kind === 'unknown' || (outcome.kind === 'later' && outcome.because === 'transient');
