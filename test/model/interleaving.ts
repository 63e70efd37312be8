import type { Gate } from './gated-pipeline.ts';

/** One call of one actor, in the order in which the calls were made. */
export interface Step {
  readonly actor: string;
  readonly call: string;
  /** How many steps had been taken when the actor asked for it. */
  readonly askedAt: number;
}

interface Pending extends Step {
  readonly take: () => Promise<void>;
}

/** Functions that run at once, whose calls to what is around them happen one at a time, in an order that is given. */
export class Interleaving {
  readonly steps: Step[] = [];
  /** For each actor that is done: how many steps had been taken then. */
  readonly doneAt: Record<string, number> = {};

  /** Called before each step. */
  onStep = () => {};

  readonly #order: readonly number[];
  /** At each step: which of the pending calls was chosen, and of how many. */
  readonly choices: { chosen: number; of: number }[] = [];
  #pending: Pending[] = [];
  #running = 0;
  #failures: unknown[] = [];

  constructor(order: readonly number[]) {
    this.#order = order;
  }

  /** Starts an actor. Its start is a step like any other. */
  start(actor: string, run: (gate: Gate) => Promise<unknown>): void {
    const gate: Gate = (call, make) =>
      new Promise((resolve, reject) => {
        const take = () => make().then(resolve, reject);
        this.#pending.push({ actor, call, askedAt: this.steps.length, take });
      });
    const work = async () => {
      await gate('start', async () => {});
      await run(gate);
      this.doneAt[actor] = this.steps.length;
    };
    this.#running += 1;
    work()
      .catch((error: unknown) => this.#failures.push(error))
      .finally(() => {
        this.#running -= 1;
      });
  }

  /** Takes all steps of all actors. */
  async finish(): Promise<void> {
    // Whatever a step sets free runs until it asks for its next call: nothing but such calls takes longer than that.
    for (await untilQuiet(); this.#running > 0; await untilQuiet()) await this.#step();
    if (this.#failures.length > 0) throw this.#failures[0];
  }

  async #step(): Promise<void> {
    const chosen = this.#order[this.choices.length] ?? 0;
    const next = this.#pending[chosen];
    if (!next) throw new Error('An actor waits for something that is not behind its gate');
    this.choices.push({ chosen, of: this.#pending.length });
    this.#pending = this.#pending.filter((one) => one !== next);
    this.steps.push({ actor: next.actor, call: next.call, askedAt: next.askedAt });
    this.onStep();
    await next.take();
  }
}

const untilQuiet = () => new Promise(setImmediate);

/**
 * Goes through all interleavings: lives the first, then goes back to the last step at which another call could have been
 * chosen, and chooses that, until there is none left.
 * @returns how many there are
 */
export async function throughAllInterleavings(live: (interleaving: Interleaving) => Promise<void>): Promise<number> {
  let order: number[] | undefined = [];
  let count = 0;
  while (order) {
    const interleaving: Interleaving = new Interleaving(order);
    try {
      await live(interleaving);
    } catch (error) {
      const story = interleaving.steps.map(({ actor, call }) => `${actor}: ${call}`).join('\n  ');
      throw new Error(`Interleaving ${count}\n  ${story}`, { cause: error });
    }
    count += 1;
    order = nextOrder(interleaving.choices);
  }
  return count;
}

function nextOrder(choices: Interleaving['choices']): number[] | undefined {
  const last = choices.findLastIndex(({ chosen, of }) => chosen + 1 < of);
  if (last === -1) return undefined;
  return choices.slice(0, last + 1).map(({ chosen }, index) => (index === last ? chosen + 1 : chosen));
}
