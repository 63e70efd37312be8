import type { Outcome, Rejection } from '../../messages/outcome.ts';
import { outcomeOfStatus, type RestAnswer } from '../rest.ts';

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

/** The outcome of an error answer. */
export function outcomeOfError(answer: RestAnswer): Outcome {
  const code = typeof answer.body?.code === 'number' ? answer.body.code : undefined;
  if (code === undefined) return outcomeOfStatus(answer, false);
  const detail = String(code);
  if (code === 20429) return { kind: 'later', because: 'throttled', detail, ...answer.hint };
  const rejection = twilioRejection(code);
  if (rejection && answer.status !== 429) return { kind: 'rejected', because: rejection, detail };
  if (TRANSIENT.includes(code) && answer.status !== 429) {
    return { kind: 'later', because: 'transient', detail, ...answer.hint };
  }
  return outcomeOfStatus(answer, true, detail);
}
