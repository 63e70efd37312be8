import type { Rejection } from '../../messages/outcome.ts';
import { codeTable } from '../code-table.ts';
import type { Refusal } from '../refusal.ts';

/**
 * The status by which the SMS API refuses a message, or a part of it. Wrong credentials may be a key that is being
 * rotated, and must not fail a whole campaign at once. What is not in the table is a setting.
 * Source: https://developer.vonage.com/en/messaging/sms/guides/troubleshooting-sms
 */
export const REFUSALS = codeTable<Refusal>({
  throttled: '1',
  transient: '4 5 10 14',
  blocked: '7',
  'over-quota': '9',
  'bad-content': '12',
  'invalid-destination': '6 33',
});

/**
 * `err-code`, by which a receipt says why a message was not delivered. 9 stands for a recipient who asked for no more.
 * Source: https://developer.vonage.com/en/messaging/sms/guides/delivery-receipts
 */
export const RECEIPT_REJECTIONS = codeTable<Rejection>({
  'opted-out': '9',
  'invalid-destination': '3 4 12 33',
  blocked: '6',
});
