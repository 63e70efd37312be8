import type { Outcome, Rejection } from '../../messages/outcome.ts';

/** Twilio's error codes that mean that the message was refused for good. https://www.twilio.com/docs/api/errors */
const REJECTED: Readonly<Record<Rejection, readonly number[]>> = {
  'opted-out': [21610],
  'invalid-destination': [21211, 21612, 21614, 30005, 30006],
  'bad-content': [21602, 21617],
  blocked: [30004, 30007],
  misconfigured: [21212, 21408, 21603, 21606, 21608, 21703, 21704, 21705, 30002, 30018, 30024, 30032, 30034],
  'over-quota': [30023, 30027],
};

/** Codes for a fault that passes: too many requests, a full queue, a handset that is off. */
const TRANSIENT = [14107, 20003, 20429, 21611, 30001, 30003, 30008, 30017, 30022, 30410, 63018];

const because = new Map(
  Object.entries(REJECTED).flatMap(([rejection, codes]) =>
    codes.map((code) => [code, rejection as Rejection] as const),
  ),
);

/** Why Twilio refused, where the code says so. */
export const twilioRejection = (code: number): Rejection | undefined => because.get(code);

/**
 * The outcome of an error answer.
 * @param status the HTTP status, 400 or more
 * @param code Twilio's code, where the answer was Twilio's own JSON
 */
export function outcomeOfError(status: number, code: number | undefined, hint: { retryAfterMs?: number }): Outcome {
  const detail = String(code ?? status);
  if (status === 429 || code === 20429) return { kind: 'later', because: 'throttled', detail, ...hint };
  const rejection = code === undefined ? undefined : twilioRejection(code);
  if (rejection) return { kind: 'rejected', because: rejection, detail };
  // 401: perhaps a token that is being rotated. One wrong setting must not fail a whole campaign at once.
  if (status === 401 || status === 503 || (code !== undefined && TRANSIENT.includes(code))) {
    return { kind: 'later', because: 'transient', detail, ...hint };
  }
  // Below 500 nothing was sent. Twilio's own word for it is final; a proxy's page is not.
  if (status < 500 && code !== undefined) return { kind: 'rejected', because: 'misconfigured', detail };
  if (status < 500) return { kind: 'later', because: 'transient', detail, ...hint };
  // Twilio itself says that it failed; but a gateway in between can't know what came of the request behind it.
  return code === undefined ? { kind: 'unknown', detail } : { kind: 'later', because: 'transient', detail, ...hint };
}
