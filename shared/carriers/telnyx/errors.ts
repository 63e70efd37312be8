import type { Outcome, Rejection } from '../../messages/outcome.ts';
import { codeTable } from '../code-table.ts';
import { outcomeOfStatus, type RestAnswer, valueAt } from '../rest.ts';

/**
 * What Telnyx's error codes mean for the message; `unknown` where the message may have been taken all the same. What is
 * not in the table is a setting, where Telnyx itself refused (40305, a number that is not on the profile, for one).
 * Source: https://developers.telnyx.com/docs/messaging/messages/error-codes
 */
const MEANINGS = codeTable<Rejection | 'throttled' | 'transient' | 'unknown'>({
  'opted-out': '40300',
  'invalid-destination': '40001 40008 40012 40310',
  'bad-content': '40009 40302 40304 40316 40317 40328',
  blocked: '40003 40015 40017 40020 40322',
  misconfigured: '40010 40013 40100 40305 40329',
  'over-quota': '40016 40018 40333',
  throttled: '10011 40011',
  transient: '10007 40002 40004 40006 40014 40318 40320',
  unknown: '10008',
});

/** Why Telnyx refused a message, or could not deliver it, for good; nothing where the code does not say so. */
export function telnyxRejection(code: string | undefined): Rejection | undefined {
  const meaning = MEANINGS.get(code ?? '');
  return meaning === 'throttled' || meaning === 'transient' || meaning === 'unknown' ? undefined : meaning;
}

/** The code of the first error in a list of Telnyx's errors: five digits. */
export function codeIn(holder: unknown): string | undefined {
  const code = String(valueAt(holder, 'errors', 0, 'code'));
  return /^\d{5}$/.test(code) ? code : undefined;
}

/** The outcome of an error answer. */
export function outcomeOfError(answer: RestAnswer): Outcome {
  const detail = codeIn(answer.body);
  if (detail === undefined || answer.status === 429) return outcomeOfStatus(answer, detail !== undefined, detail);
  const because = telnyxRejection(detail);
  if (because) return { kind: 'rejected', because, detail };
  const meaning = MEANINGS.get(detail);
  if (meaning === 'unknown') return { kind: meaning, detail };
  if (meaning === 'throttled' || meaning === 'transient')
    return { kind: 'later', because: meaning, detail, ...answer.hint };
  return outcomeOfStatus(answer, true, detail);
}
