import { setTimeout as sleep } from 'node:timers/promises';

/** How often it is looked whether messages have come. Milliseconds. */
const LOOK_EVERY_MS = 20;

/** Which messages a carrier has seen: a byte for each, whatever else the campaign holds. */
export class Sightings {
  readonly #seen: Uint8Array;
  #count = 0;
  #doubled: number | undefined;

  /** @param messages they have the numbers from 0 on */
  constructor(messages: number) {
    this.#seen = new Uint8Array(messages);
  }

  /** How many different messages were seen. */
  get count(): number {
    return this.#count;
  }

  saw(number: number): void {
    if (this.#seen[number] === 0) this.#count += 1;
    else this.#doubled = number;
    this.#seen[number] = 1;
  }

  /**
   * Waits until so many messages were seen.
   * @param patienceMs how long it waits while none comes. Milliseconds
   * @throws where one was seen twice, was never queued, or no more come
   */
  async reach(count: number, patienceMs: number): Promise<void> {
    let before = this.#count;
    let since = performance.now();
    while (this.#count < count && this.#doubled === undefined) {
      if (this.#count > before) {
        before = this.#count;
        since = performance.now();
      } else if (performance.now() - since > patienceMs) {
        throw new Error(`Of ${count} messages ${this.#count} came to the carrier, and no more come`);
      }
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
