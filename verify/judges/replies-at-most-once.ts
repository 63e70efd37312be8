import { type AcceptedLine, type Intent, type Line, only } from '../history.ts';
import type { Breach, Judge } from './judge.ts';

const ATTEMPTED = new Set(['Sent', 'Delivered', 'Undelivered', 'Unknown']);

/**
 * Promises 3 and 6. Each event is answered at most once, and not before it is stored: the carrier never has more replies
 * of a kind than the table had events of that kind by then, nor than it has replies that may have left.
 */
export const repliesAtMostOnce: Judge = {
  name: 'Store first, reply once',
  cases: 'replies that a carrier accepted',
  judge(lines) {
    const replies = new Map<string, AcceptedLine[]>();
    for (const line of only(lines, 'accepted')) {
      if (!('reply' in line.what)) continue;
      const key = `${line.account} ${line.sender} ${line.what.reply}`;
      replies.set(key, [...(replies.get(key) ?? []), line]);
    }
    const breaches = [...replies].flatMap(([about, accepted]) => breachOf(about, accepted, lines));
    return { judged: [...replies.values()].flat().length, breaches };
  },
};

function breachOf(about: string, accepted: readonly AcceptedLine[], lines: readonly Line[]): Breach[] {
  const [{ account, sender, what } = { account: '', sender: '', what: { reply: 'none' as Intent } }] = accepted;
  const events = only(lines, 'event').filter(
    (event) => event.account === account && event.sender === sender && 'reply' in what && event.intent === what.reply,
  );
  const ids = new Set(events.map(({ eventId }) => eventId));
  const records = only(lines, 'message').filter(
    ({ isReply, messageId, status }) => isReply && ids.has(messageId) && ATTEMPTED.has(status),
  );
  if (accepted.length > records.length) {
    return [{ about, what: `${accepted.length} replies were accepted, and ${records.length} may have been` }];
  }
  const stored = only(lines, 'stored')
    .filter((line) => line.what === 'event' && ids.has(line.eventId))
    .map(({ at }) => at)
    .sort((one, other) => one - other);
  const inOrder = [...accepted].sort((one, other) => one.at - other.at);
  const early = inOrder.find(({ at }, index) => (stored[index] ?? Number.POSITIVE_INFINITY) > at);
  return early ? [{ about, what: 'a reply was accepted before what it answers was stored' }] : [];
}
