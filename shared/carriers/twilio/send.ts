import type { Outcome } from '../../messages/outcome.ts';
import type { CarrierSending, OutgoingMessage } from '../carrier.ts';
import { outcomeOfNetworkError, retryAfterMs } from '../network-outcome.ts';
import { outcomeOfError } from './errors.ts';
import { readTwilioSecret } from './secret.ts';
import { statusCallbackUrl } from './status-callback.ts';

export interface TwilioOptions {
  /** `https://api.twilio.com`, or the simulated carrier. */
  readonly apiUrl: string;
  /** Where Twilio reaches our webhooks. */
  readonly publicUrl: string;
  readonly secret: () => Promise<unknown>;
  /** Milliseconds for the whole call. */
  readonly timeoutMs: number;
  readonly clock: () => number;
}

/** Twilio's answers have about one kilobyte. What is longer is none of them, and is not read to its end. Bytes. */
const MAX_ANSWER_BYTES = 64 * 1024;

/** Sends through Twilio's REST API. https://www.twilio.com/docs/messaging/api/message-resource */
export const sendingThroughTwilio = (options: TwilioOptions): CarrierSending => ({
  async prepare() {
    // Where this fails, the send finds out for itself.
    await Promise.all([options.secret().catch(() => undefined), loadFetch()]);
  },
  async send(message): Promise<Outcome> {
    let request: Request;
    try {
      request = await toRequest(message, options);
    } catch {
      return { kind: 'later', because: 'transient', detail: 'no secret' };
    }
    try {
      return await toOutcome(await fetch(request), options.clock());
    } catch (error) {
      return outcomeOfNetworkError(error);
    }
  },
});

let fetchIsLoaded: Promise<unknown> | undefined;

/** Node loads `fetch` when it is first called, which takes longer than a send may wait with a consent read in its hand. */
const loadFetch = (): Promise<unknown> => {
  fetchIsLoaded ??= fetch('data:,').catch(() => undefined);
  return fetchIsLoaded;
};

async function toRequest({ ref, from, body }: OutgoingMessage, options: TwilioOptions): Promise<Request> {
  const { accountSid, authTokens } = readTwilioSecret(await options.secret());
  return new Request(`${options.apiUrl}/2010-04-01/Accounts/${accountSid}/Messages.json`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${accountSid}:${authTokens[0]}`).toString('base64')}` },
    body: new URLSearchParams({
      To: ref.to,
      From: from,
      Body: body,
      StatusCallback: statusCallbackUrl(options.publicUrl, ref),
    }),
    redirect: 'error',
    signal: AbortSignal.timeout(options.timeoutMs),
  });
}

async function toOutcome(response: Response, now: number): Promise<Outcome> {
  const answer = await readJson(response);
  if (!response.ok) {
    const code = typeof answer?.code === 'number' ? answer.code : undefined;
    return outcomeOfError(response.status, code, retryAfterMs(response.headers.get('retry-after'), now));
  }
  if (typeof answer?.sid === 'string' && answer.sid !== '') return { kind: 'accepted', carrierMessageId: answer.sid };
  return { kind: 'unknown', detail: 'an answer without an id' };
}

async function readJson(response: Response): Promise<{ sid?: unknown; code?: unknown } | undefined> {
  const text = await readText(response);
  try {
    return JSON.parse(text);
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
