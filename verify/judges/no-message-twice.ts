import { only } from '../history.ts';
import type { Breach, Judge } from './judge.ts';

/** Promise 2. Neither redelivery nor a lost answer nor a killed function gives a message to a carrier for a second time. */
export const noMessageTwice: Judge = {
  name: 'No message twice',
  cases: 'message ids that were queued or accepted',
  judge(lines) {
    const times = new Map<string, number>();
    for (const { messageId } of only(lines, 'queued')) times.set(messageId, 0);
    for (const { what } of only(lines, 'accepted')) {
      if ('messageId' in what) times.set(what.messageId, (times.get(what.messageId) ?? 0) + 1);
    }
    const breaches = [...times].flatMap(([about, count]): Breach[] =>
      count > 1 ? [{ about, what: `accepted ${count} times` }] : [],
    );
    return { judged: times.size, breaches };
  },
};
