import type { Rejection } from '../../messages/outcome.ts';
import { codeTable } from '../code-table.ts';

/**
 * The codes by which Plivo's receipts say why a message was not delivered, as far as they mean a refusal for good. Answers to
 * a send have none.
 * Sources: https://plivo.com/docs/messaging/troubleshooting/error-codes and, for 450, https://docs.plivo.com/docs/faq/messaging/sms
 */
export const RECEIPT_CODES = codeTable<Rejection>({
  'opted-out': '200',
  'bad-content': '10',
  blocked: '30',
  misconfigured: '40 450',
  'invalid-destination': '50',
});
