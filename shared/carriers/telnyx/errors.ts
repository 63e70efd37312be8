import type { Rejection } from '../../messages/outcome.ts';
import { codeTable } from '../code-table.ts';
import { valueAt } from '../rest.ts';

/**
 * Telnyx's error codes that mean that a message was refused, or could not be delivered, for good. What is in no table is a
 * setting, where Telnyx itself refused: 40305, a number that is not on the profile, for one.
 * Source: https://developers.telnyx.com/docs/messaging/messages/error-codes
 */
export const REJECTIONS = codeTable<Rejection>({
  'opted-out': '40300',
  'invalid-destination': '40001 40008 40012 40310',
  'bad-content': '40009 40302 40304 40316 40317 40328',
  blocked: '40003 40015 40017 40020 40322',
  misconfigured: '40010 40013 40100 40305 40329',
  'over-quota': '40016 40018 40333',
});

/** The code of the first of Telnyx's errors: five digits, or nothing. */
export const codeIn = (holder: unknown): string =>
  /^\d{5}$/.exec(String(valueAt(holder, 'errors', 0, 'code')))?.[0] ?? '';
