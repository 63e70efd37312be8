import type { Rejection } from '../../messages/outcome.ts';
import { codeTable } from '../code-table.ts';
import { type Refusal, rejectionIn } from '../refusal.ts';
import { textAt, valueAt } from '../rest.ts';

/**
 * Infobip's names of statuses and errors that say why a message was refused, or could not be delivered. Its ids are not
 * used: who resells Infobip has others. `everywhere`: on a list of numbers that nobody of the account may text.
 * Source: https://www.infobip.com/docs/essentials/api-essentials/response-status-and-error-codes
 */
const MEANINGS = codeTable<Refusal | 'everywhere'>({
  everywhere:
    'REJECTED_DND REJECTED_DESTINATION_BLOCKLISTED EC_BLACKLISTED_DESTINATIONADDRESS EC_DEST_ADDRESS_BLACKLISTED',
  'opted-out': 'EC_CONTENT_BLOCKED EC_SC_BLOCKED_BY_END_USER',
  'invalid-destination':
    'REJECTED_PREFIX_MISSING REJECTED_DESTINATION MISSING_TO EC_UNKNOWN_SUBSCRIBER EC_INVALID_DESTINATION_ADDRESS EC_DEACTIVATED_LIST',
  'bad-content': 'REJECTED_MESSAGE_TOO_LONG EC_MSG_TEXT_TOO_LONG EC_REJECTED_SPAM_BY_OPERATOR',
  blocked: 'SIGNALS_BLOCKED EC_SIGNALS_BLOCKED EC_CONTENT_BLOCKED_BY_OPERATOR EC_SC_BLOCKED',
  'over-quota':
    'REJECTED_NOT_ENOUGH_CREDITS REJECTED_PREPAID_PACKAGE_EXPIRED EC_QUOTA_REACHED EC_MONTHLY_LIMIT_REACHED',
  throttled: 'REJECTED_FLOODING_FILTER EC_LIMIT_REACHED',
  transient: 'REJECTED_SYSTEM_ERROR UNDELIVERABLE_REJECTED_PLATFORM',
});

/** The name of a status or an error; nothing where it is none, so that no number gets into a log. */
export function nameIn(holder: unknown): string | undefined {
  const name = /^[A-Z][A-Z_]{1,60}$/.exec(textAt(holder, 'name') ?? '')?.[0];
  // What is now called blocklisted had the name of a number that does not exist, and an id of its own.
  return name === 'REJECTED_DESTINATION' && valueAt(holder, 'id') === 14 ? `${name}_BLOCKLISTED` : name;
}

/** Why Infobip refused a message or could not deliver it; and where it tells more than one reason, the first that is known. */
export function reasonIn(message: unknown): {
  readonly detail: string | undefined;
  readonly refusal: Refusal | undefined;
  readonly because: Rejection | undefined;
  readonly reach: 'account' | undefined;
} {
  const names = [nameIn(valueAt(message, 'error')), nameIn(valueAt(message, 'status'))].filter(
    (name): name is string => name !== undefined && name !== 'NO_ERROR',
  );
  const detail = names.find((name) => MEANINGS.has(name)) ?? names[0];
  const meaning = MEANINGS.get(detail ?? '');
  const refusal = meaning === 'everywhere' ? 'opted-out' : meaning;
  return {
    detail,
    refusal,
    because: rejectionIn(refusal),
    reach: meaning === 'everywhere' ? 'account' : undefined,
  };
}
