import type { MessageRef } from '../messages/message-ref.ts';
import type { Outcome } from '../messages/outcome.ts';
import type { CarrierSending, OutgoingMessage } from './carrier.ts';
import { outcomeOfNetworkError, retryAfterMs } from './network-outcome.ts';
import { callbackUrl } from './ref.ts';

/** A carrier's REST API for sending, as far as it differs from the others'. */
export interface RestApi {
  /**
   * The request that hands over one message.
   * @param secret the carrier's secret as it is stored
   * @throws where the secret is not what this carrier needs
   */
  toRequest(message: OutgoingMessage, secret: unknown, at: RestSurroundings): RestRequest;
  /** What the carrier's answer means for the message. */
  toOutcome(answer: RestAnswer): Outcome;
}

export interface RestSurroundings {
  /** Of the simulated carrier, in place of the real one. */
  readonly apiUrl: string | undefined;
  /** Where the carrier is to report on a message; the message can be told from it. */
  callbackUrl(ref: MessageRef): string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export interface RestRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** A form, or what is sent as JSON. */
  readonly body: URLSearchParams | object;
}

export interface RestAnswer {
  /** The HTTP status. */
  readonly status: number;
  /** The JSON object of the answer; nothing where it holds none. */
  readonly body: Readonly<Record<string, unknown>> | undefined;
  /** When the carrier wants to be asked again, in milliseconds, where it says so by `Retry-After`. */
  readonly hint: { readonly retryAfterMs?: number };
}

export interface RestOptions {
  /** The name of the carrier, as in the path of its webhook. */
  readonly carrier: string;
  /** Of the simulated carrier, in place of the real one. */
  readonly apiUrl?: string | undefined;
  /** Where carriers reach our webhooks. */
  readonly publicUrl: string;
  readonly secret: () => Promise<unknown>;
  /** Milliseconds for the whole call. */
  readonly timeoutMs: number;
  readonly clock: () => number;
}

/** The answers of all carriers have a few kilobytes. What is longer is none of them, and is not read to its end. Bytes. */
const MAX_ANSWER_BYTES = 64 * 1024;

/** Sends through a carrier's REST API, by the secret that was prepared last: a send has no time to fetch another one. */
export function sendingByRest(api: RestApi, options: RestOptions): CarrierSending {
  let prepared: Promise<unknown> | undefined;
  return {
    async prepare() {
      const secret = options.secret();
      const isThere = secret.then(
        () => true,
        () => false,
      );
      await loadFetch();
      // Where there is none at all, a send finds out without asking again.
      if ((await isThere) || !prepared) prepared = secret;
    },
    async send(message): Promise<Outcome> {
      let request: Request;
      try {
        const secret = await (prepared ?? options.secret());
        request = toFetch(api.toRequest(message, secret, surroundingsOf(options)));
      } catch {
        return { kind: 'later', because: 'transient', detail: 'no secret' };
      }
      try {
        return api.toOutcome(await answerTo(request, options));
      } catch (error) {
        return outcomeOfNetworkError(error);
      }
    },
  };
}

let fetchIsLoaded: Promise<unknown> | undefined;

/** Node loads `fetch` when it is first called, which takes longer than a send may wait with a consent read in its hand. */
const loadFetch = (): Promise<unknown> => {
  fetchIsLoaded ??= fetch('data:,').catch(() => undefined);
  return fetchIsLoaded;
};

const surroundingsOf = ({ carrier, apiUrl, publicUrl, clock }: RestOptions): RestSurroundings => ({
  apiUrl,
  callbackUrl: (ref) => callbackUrl(publicUrl, carrier, ref),
  now: clock(),
});

/**
 * The result of some work, or a `TimeoutError`. Not by the signal alone: once an answer has begun, Node may collect what ties
 * the signal to it as garbage, and then an answer that never ends would be waited for without end.
 */
async function within<T>(timeoutMs: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const ending = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const error = new DOMException('No answer in time', 'TimeoutError');
      ending.abort(error);
      reject(error);
    }, timeoutMs);
  });
  return Promise.race([work(ending.signal), late]).finally(() => clearTimeout(timer));
}

function toFetch({ url, headers, body }: RestRequest): Request {
  const isForm = body instanceof URLSearchParams;
  return new Request(url, {
    method: 'POST',
    headers: isForm ? headers : { 'content-type': 'application/json', ...headers },
    body: isForm ? body : JSON.stringify(body),
    redirect: 'error',
  });
}

/**
 * What a carrier answers, read to its end, or not at all where it is too long.
 * @throws what `fetch` throws, and a `TimeoutError`
 */
export const answerTo = (request: Request, { timeoutMs, clock }: Pick<RestOptions, 'timeoutMs' | 'clock'>) =>
  within(timeoutMs, async (signal): Promise<RestAnswer> => {
    const response = await fetch(request, { signal });
    const hint = retryAfterMs(response.headers.get('retry-after'), clock());
    return { status: response.status, body: parseObject(await readText(response)), hint };
  });

function parseObject(text: string): RestAnswer['body'] {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

async function readText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk);
    bytes += chunk.byteLength;
    // Leaving the loop ends the connection.
    if (bytes > MAX_ANSWER_BYTES) return '';
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** The value of HTTP Basic's `Authorization` (RFC 7617). */
export const basic = (user: string, password: string): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

/** What stands at a path of an answer, such as `messages`, `0`, `id`. */
export function valueAt(value: unknown, ...path: readonly (string | number)[]): unknown {
  let at = value;
  for (const step of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, step)) return undefined;
    at = (at as Record<string | number, unknown>)[step];
  }
  return at;
}

/** The text at a path of an answer; nothing where none is there, or an empty one. */
export function textAt(value: unknown, ...path: readonly (string | number)[]): string | undefined {
  const text = valueAt(value, ...path);
  return typeof text === 'string' && text !== '' ? text : undefined;
}

/** The carrier has the message, by this id; where the answer holds none, nobody knows. */
export const acceptedAs = (carrierMessageId: string | undefined): Outcome =>
  carrierMessageId === undefined
    ? { kind: 'unknown', detail: 'an answer without an id' }
    : { kind: 'accepted', carrierMessageId };

/**
 * What an HTTP status means that no code of the carrier explains.
 * @param isCarriersOwn whether the body is the carrier's own error, and not a page of something in between
 */
export function outcomeOfStatus({ status, hint }: RestAnswer, isCarriersOwn: boolean, code?: string): Outcome {
  const detail = code ?? String(status);
  if (status === 429) return { kind: 'later', because: 'throttled', detail, ...hint };
  const transient: Outcome = { kind: 'later', because: 'transient', detail, ...hint };
  // 401: perhaps a key that is being rotated. One wrong setting must not fail a whole campaign at once.
  if (status === 401 || status === 503) return transient;
  // Below 500 nothing was sent. The carrier's own word for it is final; a proxy's page is not.
  if (status < 500) return isCarriersOwn ? { kind: 'rejected', because: 'misconfigured', detail } : transient;
  // The carrier itself says that it failed; but a gateway in between can't know what came of the request behind it.
  return isCarriersOwn ? transient : { kind: 'unknown', detail };
}
