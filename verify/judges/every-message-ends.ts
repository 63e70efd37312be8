import { only } from '../history.ts';
import type { Breach, Judge } from './judge.ts';

const ENDS = new Set(['Sent', 'Delivered', 'Undelivered', 'Failed', 'Unknown']);
const HANDED_OVER = new Set(['Sent', 'Delivered', 'Undelivered', 'Unknown']);

/**
 * Promise 2, its other side: who never sends breaks nothing. Each message that a producer queued comes to an end, whoever
 * was killed while holding it, and the end that the table tells is the one that the carrier tells.
 */
export const everyMessageEnds: Judge = {
  name: 'Every message ends',
  cases: 'message ids that were queued',
  judge(lines) {
    const records = new Map(
      only(lines, 'message').flatMap((record) => (record.isReply ? [] : [[record.messageId, record] as const])),
    );
    const accepted = new Map(
      only(lines, 'accepted').flatMap((line) => ('messageId' in line.what ? [[line.what.messageId, line]] : [])),
    );
    const queued = new Set(only(lines, 'queued').map(({ messageId }) => messageId));
    const breaches = [...queued].flatMap((about): Breach[] => {
      const record = records.get(about);
      if (!record) return [{ about, what: 'was queued, and the table does not know it' }];
      if (!ENDS.has(record.status)) return [{ about, what: `is ${record.status} for ever` }];
      const taken = accepted.get(about);
      if (taken && !HANDED_OVER.has(record.status)) {
        return [{ about, what: `is ${record.status} though a carrier accepted it` }];
      }
      if (!taken && HANDED_OVER.has(record.status) && record.status !== 'Unknown') {
        return [{ about, what: `is ${record.status} though no carrier accepted it` }];
      }
      if (taken && record.carrierMessageId !== undefined && record.carrierMessageId !== taken.carrierMessageId) {
        return [{ about, what: 'has an id that the carrier never gave' }];
      }
      return [];
    });
    return { judged: queued.size, breaches };
  },
};
