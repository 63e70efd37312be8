import type { Rejection } from '../../messages/outcome.ts';
import { codeTable } from '../code-table.ts';

/**
 * MessageBird's error codes of a status report. Sources:
 * https://docs.bird.com/api/channels-api/message-status-and-interactions/message-failure-sources/sms-platform-extended-error-codes
 * and, for 103, which is an opt-out, https://github.com/nyaruka/courier/blob/main/handlers/messagebird/handler.go
 */
export const RECEIPT_CODES = codeTable<Rejection>({ 'opted-out': '103', 'invalid-destination': '1 5' });

/** By which field of a request is wrong, where code 9 says that one is. */
export const WRONG_FIELDS = codeTable<Rejection>({
  'invalid-destination': 'recipient recipients',
  'bad-content': 'body',
});
