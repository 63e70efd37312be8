import type { Outcome } from '../messages/outcome.ts';

/**
 * Failures that come before a request can have left: no address, no connection, no credentials to sign with. Only then
 * is it certain that the carrier does not have the message.
 */
const NEVER_LEFT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'CredentialsProviderError',
]);

/** How deep causes of causes are looked through. */
const MAX_CAUSES = 5;

/** What is known of a message when the call ended in an error and not in an answer. */
export function outcomeOfNetworkError(error: unknown): Outcome {
  const { codes, names } = whatIsKnownOf(error);
  const reason = [...codes, ...names].find((word) => NEVER_LEFT.has(word));
  if (reason) return { kind: 'later', because: 'transient', detail: reason };
  // A code says more than a name: `fetch` wraps whatever went wrong in a TypeError.
  return { kind: 'unknown', detail: codes[0] ?? names[0] ?? 'no answer' };
}

/** Codes and names of an error and of what caused it. Never the message: it may hold an address. */
function whatIsKnownOf(error: unknown, depth = 0): { codes: string[]; names: string[] } {
  // By its shape and not by its class: errors of Node's own parts may come from another realm.
  if (typeof error !== 'object' || error === null || depth === MAX_CAUSES) return { codes: [], names: [] };
  const { code, name, cause, errors } = error as Record<string, unknown>;
  const deeper = [cause, ...(Array.isArray(errors) ? errors : [])].map((one) => whatIsKnownOf(one, depth + 1));
  return {
    codes: [...(typeof code === 'string' ? [code] : []), ...deeper.flatMap(({ codes }) => codes)],
    names: [...(typeof name === 'string' ? [name] : []), ...deeper.flatMap(({ names }) => names)],
  };
}

/** A carrier that asks for more than a day has made a mistake, or is none. Milliseconds. */
const LONGEST_HINT_MS = 24 * 3_600_000;

/**
 * `Retry-After` in milliseconds, from seconds or a date (RFC 9110, section 10.2.3), a day at most; nothing where it is not
 * readable.
 */
export function retryAfterMs(header: string | null | undefined, now: number): { retryAfterMs?: number } {
  if (!header) return {};
  const milliseconds = /^\d+$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - now;
  return milliseconds > 0 ? { retryAfterMs: Math.min(milliseconds, LONGEST_HINT_MS) } : {};
}
