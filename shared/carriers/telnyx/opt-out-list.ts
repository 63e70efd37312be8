import { instantOf } from '../../consent/merge.ts';
import { isRecipient, isSender } from '../../messages/address.ts';
import type { ListedNumber, RestOptOutList } from '../opt-out-list.ts';
import { textAt, valueAt } from '../rest.ts';
import { readTelnyxSecret } from './secret.ts';

const PAGE = 100;

/**
 * Telnyx's blocks of those who texted STOP. It can be read and not be changed.
 * https://developers.telnyx.com/api-reference/opt-out-management/list-opt-outs
 */
export const optOutList: RestOptOutList = {
  list: 'messaging-optouts',
  reach: 'sender',
  toRequest(after = '1', secret, apiUrl = 'https://api.telnyx.com') {
    const page = new URLSearchParams({ 'page[number]': after, 'page[size]': String(PAGE) });
    return {
      url: `${apiUrl}/v2/messaging_optouts?${page}`,
      headers: { authorization: `Bearer ${readTelnyxSecret(secret).apiKey}` },
    };
  },
  toPage({ body }, after = '1') {
    const rows = valueAt(body, 'data');
    const pages = valueAt(body, 'meta', 'total_pages');
    if (!Array.isArray(rows) || typeof pages !== 'number') return undefined;
    const number = Number(after);
    return { listed: rows.flatMap(toListed), next: number < pages ? String(number + 1) : undefined };
  },
};

/** What is no number, or was left for nobody that we could know, can't be heeded. */
function toListed(row: unknown): ListedNumber[] {
  const [recipient = '', sender = ''] = [textAt(row, 'to'), textAt(row, 'from')];
  if (!isRecipient(recipient) || !isSender(sender)) return [];
  return [
    {
      recipient,
      sender,
      listedAt: instantOf(textAt(row, 'created_at') ?? ''),
      // There is no other way onto this list.
      byRecipient: true,
      keyword: textAt(row, 'keyword'),
    },
  ];
}
