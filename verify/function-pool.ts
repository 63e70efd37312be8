import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { FunctionName } from '../shared/runtime/topology.ts';
import { Door, type Outside } from './door.ts';

export type HostedFunction = Extract<FunctionName, 'inbound' | 'outbound' | 'replies'>;

/** What a function process is told. */
export interface Invocation {
  readonly event: unknown;
  /** By how much the function's clock is ahead of this machine's. Milliseconds. */
  readonly aheadMs: number;
}

/** What it answers. */
export interface InvocationResult {
  readonly result?: unknown;
  readonly failed?: true;
  readonly consentAges: readonly number[];
}

/** The function did not answer: it was killed, or failed. */
export class NoResult extends Error {
  override readonly name = 'NoResult';
}

export interface PoolOptions {
  readonly function: HostedFunction;
  /** How many processes: as many events are worked on at once. */
  readonly size: number;
  /** The bundled `function-process.ts`. */
  readonly file: string;
  readonly outside: Outside;
  /** The function's settings, given where its door is. */
  readonly environment: (door: string) => Readonly<Record<string, string>>;
}

/** The processes of one function, as Lambda keeps them: one event at a time each, and a new one for each that ends. */
export class FunctionPool {
  aheadMs = 0;
  readonly consentAges: number[] = [];
  readonly #options: PoolOptions;
  readonly #places: Place[] = [];
  readonly #idle: Place[] = [];
  readonly #waiting: ((place: Place) => void)[] = [];

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    const { size, outside } = this.#options;
    this.#places.push(
      ...Array.from({ length: size }, () => new Place(outside, this.#options, (place) => this.#offer(place))),
    );
    await Promise.all(this.#places.map((place) => place.start()));
  }

  /**
   * Lets a process work on an event.
   * @throws NoResult where it was killed meanwhile
   */
  async invoke(event: unknown): Promise<unknown> {
    const place = this.#idle.pop() ?? (await new Promise<Place>((resolve) => this.#waiting.push(resolve)));
    const { failed, result, consentAges } = await place.work({ event, aheadMs: this.aheadMs });
    for (const age of consentAges) this.consentAges.push(age);
    if (failed) throw new NoResult('The function failed');
    return result;
  }

  /** Whether each process is there to work: none is being started. */
  get isWhole(): boolean {
    return this.#places.every(({ isReady }) => isReady);
  }

  async stop(): Promise<void> {
    await Promise.all(this.#places.map((place) => place.stop()));
  }

  #offer(place: Place): void {
    const next = this.#waiting.shift();
    if (next) next(place);
    else this.#idle.push(place);
  }
}

/** Where one process after the other lives, with the door that is its only way out. */
class Place {
  readonly #options: PoolOptions;
  readonly #door: Door;
  readonly #isIdle: (place: Place) => void;
  isReady = false;
  #doorUrl = '';
  #process: ChildProcess | undefined;
  #isStopping = false;

  constructor(outside: Outside, options: PoolOptions, isIdle: (place: Place) => void) {
    this.#options = options;
    this.#isIdle = isIdle;
    this.#door = new Door(outside, () => this.#process);
  }

  async start(): Promise<void> {
    this.#doorUrl = await this.#door.open();
    await this.#begin();
  }

  async work(invocation: Invocation): Promise<InvocationResult> {
    const child = this.#process;
    const answer = await new Promise<InvocationResult>((resolve, reject) => {
      const ended = () => reject(new NoResult('The function was killed'));
      child?.once('exit', ended);
      child?.once('message', (result: InvocationResult) => {
        child.off('exit', ended);
        resolve(result);
      });
      child?.send(invocation, (error) => error && ended());
    }).catch(async (error: unknown) => {
      if (!this.#isStopping) void this.#begin();
      throw error;
    });
    this.#isIdle(this);
    return answer;
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#door.close();
    const child = this.#process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  async #begin(): Promise<void> {
    this.isReady = false;
    const { function: name, file, environment } = this.#options;
    const child = fork(file, {
      // All of its work is done by one thread, whose waiting for a processor can be read; and less goes into tidying memory.
      execArgv: ['--max-semi-space-size=32', '--v8-pool-size=1', '--single-threaded-gc'],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      env: { ...process.env, ...environment(this.#doorUrl), VERIFY_FUNCTION: name, VERIFY_DOOR: this.#doorUrl },
    });
    this.#process = child;
    // A call of the process before may still be on its way, and cost this one its life.
    const began = await Promise.race([once(child, 'message').then(() => true), once(child, 'exit').then(() => false)]);
    if (this.#isStopping) return;
    if (!began) return this.#begin();
    this.isReady = true;
    this.#isIdle(this);
  }
}
