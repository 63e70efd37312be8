import type { Table } from './table.ts';

/** How often a reservation is tried when others reserve at the same moment. */
const MAX_TRIES = 20;

/**
 * Keeps a sender to its messages per second over any number of functions at once: each batch reserves turns on one
 * shared timeline, in one write.
 *
 * ```
 *   now ────────────► next free turn ──┬──┬──┬──┬──►      a batch of three moves "next free turn"
 *                                      1  2  3            on by three, whoever runs it
 * ```
 */
export class SenderPace {
  readonly #table: Table;
  readonly #clock: () => number;

  constructor(table: Table, clock: () => number) {
    this.#table = table;
    this.#clock = clock;
  }

  /**
   * Reserves turns in a row.
   * @returns when the first of them is, in milliseconds since the epoch; each further one is `1000 / messagesPerSecond`
   *   later
   * @throws where the ledger can't be written
   */
  async reserve(sender: string, messagesPerSecond: number, turns: number): Promise<number> {
    const key = { recipient: `sender#${sender}`, entry: 'PACE' };
    const length = (turns * 1_000) / messagesPerSecond;
    for (let tries = 0; tries < MAX_TRIES; tries += 1) {
      const now = this.#clock();
      const queued = await this.#table.updateAndGet(key, {
        expression: 'SET nextTurn = nextTurn + :length',
        condition: 'nextTurn > :now',
        values: { ':length': length, ':now': now },
      });
      if (queued) return Number(queued.nextTurn) - length;
      // Nobody is waiting: the timeline starts again from now.
      const first = await this.#table.update(key, {
        expression: 'SET nextTurn = :next',
        condition: 'attribute_not_exists(nextTurn) OR nextTurn <= :now',
        values: { ':next': now + length, ':now': now },
      });
      if (first) return now;
    }
    throw new Error('No turn could be reserved for a sender: too many functions at once');
  }
}
