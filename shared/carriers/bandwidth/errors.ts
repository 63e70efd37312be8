import type { Rejection } from '../../messages/outcome.ts';
import { codeTable } from '../code-table.ts';

/** Bandwidth waited two hours for the receipt of whoever came after it: nobody knows what became of the message. */
export const NO_RECEIPT = '9902';

/**
 * The codes by which a failed message says that it was refused for good, as far as they concern the recipient, the text or
 * what was spent. Those from 5000 on are faults that pass, as are 4701 and 4702, a handset that is off.
 * Source: https://dev.bandwidth.com/docs/messaging/errors
 */
export const RECEIPT_CODES = codeTable<Rejection>({
  'opted-out': '4775',
  blocked: '4470 4481 4482 4770 4772',
  'invalid-destination': '4303 4350 4404 4406 4720 4721',
  misconfigured: '4302 4773 4795',
  'over-quota': '4780 4781 4785',
});
