import { codeTable } from '../code-table.ts';
import { textAt, valueAt } from '../rest.ts';

/**
 * Infobip's names of statuses and errors that mean an opt-out, by how far it reaches: the account, where it is on a list of
 * numbers that nobody of the account may text. Its ids are not used: who resells Infobip has others.
 * Source: https://www.infobip.com/docs/essentials/api-essentials/response-status-and-error-codes
 */
const OPT_OUTS = codeTable<'account' | 'sender'>({
  account:
    'REJECTED_DND REJECTED_DESTINATION_BLOCKLISTED EC_BLACKLISTED_DESTINATIONADDRESS EC_DEST_ADDRESS_BLACKLISTED',
  sender: 'EC_CONTENT_BLOCKED EC_SC_BLOCKED_BY_END_USER',
});

/** The name of a message's status or error; nothing where it is none, so that no number gets into a log. */
export function nameIn(message: unknown, holder: 'status' | 'error'): string | undefined {
  const name = /^[A-Z][A-Z_]{1,60}$/.exec(textAt(message, holder, 'name') ?? '')?.[0];
  // What is now called blocklisted had the name of a number that does not exist, and an id of its own.
  return name === 'REJECTED_DESTINATION' && valueAt(message, holder, 'id') === 14 ? `${name}_BLOCKLISTED` : name;
}

/** Why Infobip refused a message or could not deliver it, in its own word; and whether that is an opt-out. */
export function reasonIn(message: unknown) {
  const error = nameIn(message, 'error');
  const names = [error === 'NO_ERROR' ? undefined : error, nameIn(message, 'status')];
  const detail = names.find((name) => OPT_OUTS.has(name ?? '')) ?? names.find((name) => name);
  const reach = OPT_OUTS.get(detail ?? '');
  return {
    detail,
    because: reach && ('opted-out' as const),
    reach: reach === 'account' ? reach : undefined,
  };
}
