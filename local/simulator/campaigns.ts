import { randomUUID } from 'node:crypto';
import type { LiveFeed } from '../live-feed.ts';
import { MADE_UP_RECIPIENTS, madeUpRecipient } from './made-up-recipients.ts';

export const MOST_RECIPIENTS = MADE_UP_RECIPIENTS;

export interface Campaign {
  readonly from: string;
  readonly body: string;
  /** How many messages in all, from 1 to 10,000. */
  readonly count: number;
  /** The first of the recipients; made-up numbers follow. */
  readonly recipients?: readonly string[] | undefined;
  readonly category?: 'promotional' | 'transactional' | undefined;
  readonly campaignId?: string | undefined;
}

/** So many messages go on the queue at a time, so that the page sees the queue fill. */
const AT_ONCE = 500;

/** Plays a producer: puts a campaign's messages on the outbound queue. */
export function createCampaigns(parts: {
  readonly enqueue: (messages: object[]) => Promise<void>;
  readonly live: LiveFeed;
  readonly clock: () => number;
}): (campaign: Campaign) => Promise<{ readonly campaignId: string; readonly queued: number }> {
  const { enqueue, live, clock } = parts;
  return async ({ from, body, count, recipients = [], category, campaignId: wanted }) => {
    // The messages' ids are new each time, even under an id of a campaign that is given again: an id is sent once, for ever.
    const run = randomUUID().slice(0, 13);
    const campaignId = wanted ?? `campaign-${run}`;
    const given = [...new Set(recipients)].slice(0, count);
    const taken = new Set(given);
    const madeUp = Array.from({ length: MADE_UP_RECIPIENTS }, (_, index) => madeUpRecipient(index)).filter(
      (number) => !taken.has(number),
    );
    const all = [...given, ...madeUp.slice(0, count - given.length)];
    for (let start = 0; start < all.length; start += AT_ONCE) {
      const messages = all.slice(start, start + AT_ONCE).map((to, index) => ({
        messageId: `${run}-${start + index + 1}`,
        from,
        to,
        body,
        campaignId,
        ...(category && { category }),
      }));
      // Told first, or a message could be seen sent before it was seen queued.
      live.publish({ type: 'queued', at: new Date(clock()).toISOString(), campaignId, from, count: messages.length });
      await enqueue(messages);
    }
    return { campaignId, queued: all.length };
  };
}
