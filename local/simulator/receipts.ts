import type { OwedReceipt } from '../../shared/carriers/simulated-carrier.ts';
import type { Behaviours } from './behaviours.ts';
import type { Pauses } from './pauses.ts';

/** A delivery receipt that a carrier owes us: what it needs to tell it, in little space. */
export interface Receipt extends OwedReceipt {
  readonly carrier: string;
}

export interface Receipts {
  /** Hands the receipt over soon if the carrier's receipts are on; else holds it. */
  owe(receipt: Receipt): void;
  /** Hands over what is held, for as long as the carrier's receipts are on. */
  deliverHeld(carrier: string): void;
  held(carrier: string): number;
}

/** As many as messages are logged would be more than anybody waits for. */
const MOST_HELD = 100_000;
/** How many are handed over at once by one carrier. */
const WORKERS = 8;
/** A handset takes a moment to confirm: long enough that the carrier's own answer is usually there first. */
const HANDSET_MS = 250;

/** First in, first out, and no slower for being long. */
class Line {
  #items: { readonly receipt: Receipt; readonly dueAt: number }[] = [];
  #first = 0;

  get length(): number {
    return this.#items.length - this.#first;
  }

  /** Milliseconds, as `performance.now` counts them, until the next one is due. */
  get wait(): number {
    return (this.#items[this.#first]?.dueAt ?? 0) - performance.now();
  }

  add(receipt: Receipt): void {
    this.#items.push({ receipt, dueAt: performance.now() + HANDSET_MS });
    if (this.length > MOST_HELD) this.take();
  }

  take(): Receipt | undefined {
    const item = this.#items[this.#first];
    if (!item) return undefined;
    this.#first += 1;
    if (this.#first >= 1_024 && this.#first * 2 >= this.#items.length) {
      this.#items = this.#items.slice(this.#first);
      this.#first = 0;
    }
    return item.receipt;
  }
}

export function createReceipts(parts: {
  readonly behaviours: Behaviours;
  readonly pauses: Pauses;
  readonly deliver: (receipt: Receipt) => Promise<void>;
}): Receipts {
  const { behaviours, pauses, deliver } = parts;
  const lines = new Map<string, { readonly line: Line; workers: number }>();
  const lineOf = (carrier: string) => {
    const own = lines.get(carrier) ?? { line: new Line(), workers: 0 };
    lines.set(carrier, own);
    return own;
  };
  const mayDeliver = (carrier: string): boolean =>
    lineOf(carrier).line.length > 0 && behaviours.of(carrier).receipts && !pauses.closed;

  async function work(carrier: string): Promise<void> {
    const { line } = lineOf(carrier);
    while (mayDeliver(carrier)) {
      if (line.wait > 0) {
        await pauses.wait(line.wait);
        // Receipts may have been switched off meanwhile.
        continue;
      }
      const receipt = line.take();
      if (!receipt) return;
      try {
        await deliver(receipt);
      } catch (error) {
        // A receipt that cannot be handed over is lost, as with the real carriers after their last attempt.
        if (!pauses.closed) console.error(`The simulated carrier ${carrier} could not hand over a receipt:`, error);
      }
    }
  }

  function deliverHeld(carrier: string): void {
    const own = lineOf(carrier);
    while (own.workers < Math.min(WORKERS, own.line.length) && mayDeliver(carrier)) {
      own.workers += 1;
      void work(carrier).finally(() => {
        own.workers -= 1;
        // One may have come in while this worker was leaving.
        deliverHeld(carrier);
      });
    }
  }

  return {
    owe(receipt) {
      lineOf(receipt.carrier).line.add(receipt);
      deliverHeld(receipt.carrier);
    },
    deliverHeld,
    held: (carrier) => lineOf(carrier).line.length,
  };
}
