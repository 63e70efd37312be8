import type { Rejection } from '../../messages/outcome.ts';
import { codeTable } from '../code-table.ts';

/**
 * The codes of Sinch's delivery reports that say why a message was not delivered. None of them is an opt-out's alone.
 * Source: https://developers.sinch.com/docs/sms/api-reference/sms/delivery-reports/delivery-report-error-codes and, for the
 * codes below 400, https://developers.sinch.com/docs/sms/smpp/10dlc-errors
 */
export const RECEIPT_CODES = codeTable<Rejection>({
  'invalid-destination': '300 402',
  'bad-content': '405 411',
  blocked: '15 62 408',
  misconfigured: '60 310 410 412 413',
  'over-quota': '64',
});
