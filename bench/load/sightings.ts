import { setTimeout as sleep } from 'node:timers/promises';

/** How often it is looked whether messages have come. Milliseconds. */
const LOOK_EVERY_MS = 20;

/** Which messages a carrier has seen: a byte for each, whatever else the campaign holds. */
export class Sightings {
  readonly #seen: Uint8Array;
  readonly #patienceMs: number;
  #count = 0;
  #lastAt = 0;
  #givenUp = 0;
  #doubled: number | undefined;

  /**
   * @param messages they have the numbers from 0 on
   * @param patienceMs after so long in which none came, no more will come. Milliseconds
   */
  constructor(messages: number, patienceMs: number) {
    this.#seen = new Uint8Array(messages);
    this.#patienceMs = patienceMs;
  }

  /** How many different messages were seen. */
  get count(): number {
    return this.#count;
  }

  /** When the last of them was. Milliseconds, by `performance.now()`. */
  get lastAt(): number {
    return this.#lastAt;
  }

  saw(number: number): void {
    if (this.#seen[number] === 0) this.#count += 1;
    else this.#doubled = number;
    this.#seen[number] = 1;
    this.#lastAt = performance.now();
  }

  /**
   * Waits until so many messages were seen, or no more come: what is missing then is not waited for again.
   * @throws where one was seen twice, or was never queued
   */
  async reach(count: number): Promise<void> {
    const since = performance.now();
    while (this.#count + this.#givenUp < count && this.#doubled === undefined) {
      const idleMs = performance.now() - Math.max(since, this.#lastAt);
      if (idleMs > this.#patienceMs) this.#givenUp = count - this.#count;
      await sleep(LOOK_EVERY_MS);
    }
    if (this.#doubled !== undefined)
      throw new Error(`Message ${this.#doubled} came to the carrier twice, or was never queued`);
  }
}

/** Says how fast something goes, and how long it will take. */
export class Pace {
  readonly #first: number;
  readonly #all: number;
  readonly #startedAt: number;

  /**
   * @param first how many were done when it began
   * @param all how many there are
   * @param startedAt milliseconds on any clock
   */
  constructor(first: number, all: number, startedAt: number) {
    this.#first = first;
    this.#all = all;
    this.#startedAt = startedAt;
  }

  /** @param now milliseconds, on the clock of the start */
  after(done: number, now: number): string {
    const progress = `${done.toLocaleString('en-US')} of ${this.#all.toLocaleString('en-US')}`;
    const perSecond = ((done - this.#first) * 1_000) / (now - this.#startedAt);
    if (!(perSecond > 0) || !Number.isFinite(perSecond)) return progress;
    const minutes = (this.#all - done) / perSecond / 60;
    const left = minutes < 2 ? `${Math.ceil(minutes * 60)} s` : `${Math.ceil(minutes)} min`;
    return `${progress}, ${Math.round(perSecond)} a second, ${left} left`;
  }
}
