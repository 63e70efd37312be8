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

/** What is known of a message when the call ended in an error and not in an answer. */
export function outcomeOfNetworkError(error: unknown): Outcome {
  const codes = codesOf(error);
  const reason = codes.find((code) => NEVER_LEFT.has(code));
  if (reason) return { kind: 'later', because: 'transient', detail: reason };
  return { kind: 'unknown', detail: codes[0] ?? 'no answer' };
}

/** Codes and names of an error and of what caused it. Never the message: it may hold an address. */
function codesOf(error: unknown): string[] {
  const codes: string[] = [];
  for (let current = error, depth = 0; current instanceof Error && depth < 5; current = current.cause, depth += 1) {
    const { code, name } = current as NodeJS.ErrnoException;
    if (typeof code === 'string') codes.push(code);
    codes.push(name);
    if (current instanceof AggregateError) codes.push(...current.errors.flatMap(codesOf));
  }
  return codes;
}

/** `Retry-After` in milliseconds, from seconds or a date (RFC 9110, section 10.2.3); nothing where it is not readable. */
export function retryAfterMs(header: string | null | undefined, now: number): { retryAfterMs?: number } {
  if (!header) return {};
  const milliseconds = /^\d{1,6}$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - now;
  return milliseconds > 0 ? { retryAfterMs: milliseconds } : {};
}
