import type { Status } from '../../shared/messages/status.ts';
import type { LiveEvent, LiveFeed } from '../live-feed.ts';

/** How many messages stand where. A message counts once, where it stands now. */
export interface Standing {
  /** On the queue, or on its way through the pipeline. */
  readonly waiting: number;
  /** Taken by a carrier, whatever it told us since. */
  readonly sent: number;
  /** Of those sent: the receipt says that they arrived. */
  readonly delivered: number;
  /** Of those sent: the receipt says that they did not. */
  readonly undelivered: number;
  /** Failed, since the recipient has opted out. */
  readonly refused: number;
  /** Failed for another reason. */
  readonly failed: number;
  readonly unknown: number;
}

export interface CampaignStanding extends Standing {
  readonly campaignId: string;
  readonly queued: number;
}

export interface Totals extends Standing {
  readonly heard: number;
  readonly replies: number;
  readonly deadLetters: number;
  /** The latest campaigns that the simulator queued, oldest first. */
  readonly campaigns: readonly CampaignStanding[];
}

type Place = 'pending' | 'sent' | 'delivered' | 'undelivered' | 'refused' | 'failed' | 'unknown';

const PLACE_OF: Readonly<Record<Exclude<Status, 'Failed'>, Place>> = {
  Queued: 'pending',
  Sending: 'pending',
  Sent: 'sent',
  Delivered: 'delivered',
  Undelivered: 'undelivered',
  Unknown: 'unknown',
};

/** How many campaigns are listed, and how many are told apart before the oldest counts with the others. */
const CAMPAIGNS_LISTED = 8;
const CAMPAIGNS_KEPT = 1_000;
/** Beyond these, a message that changes again counts as a new one: enough for several of the largest campaigns. */
const MESSAGES_KEPT = 50_000;

class Counts {
  queued = 0;
  readonly at: Record<Place, number> = {
    pending: 0,
    sent: 0,
    delivered: 0,
    undelivered: 0,
    refused: 0,
    failed: 0,
    unknown: 0,
  };

  move(from: Place | undefined, to: Place): void {
    if (from) this.at[from] -= 1;
    this.at[to] += 1;
  }

  get settled(): number {
    const { sent, delivered, undelivered, refused, failed, unknown } = this.at;
    return sent + delivered + undelivered + refused + failed + unknown;
  }

  standing(waiting: number): Standing {
    const { sent, delivered, undelivered, refused, failed, unknown } = this.at;
    return {
      waiting: Math.max(0, waiting),
      sent: sent + delivered + undelivered,
      delivered,
      undelivered,
      refused,
      failed,
      unknown,
    };
  }
}

/** Maps keep the order in which their keys came. */
function forgetOldest(map: Map<string, unknown>, kept: number): void {
  const oldest = map.size > kept ? map.keys().next() : undefined;
  if (oldest && !oldest.done) map.delete(oldest.value);
}

/** Counts what the live feed tells, so that a page that opens late shows the same figures. */
export function countTotals(live: LiveFeed): { current(): Totals; stop(): void } {
  const places = new Map<string, Place>();
  const campaigns = new Map<string, Counts>();
  /** Messages of the campaigns queued here; the others were queued by somebody else, at a time we do not know. */
  const ours = new Counts();
  const others = new Counts();
  let heard = 0;
  let replies = 0;
  let deadLetters = 0;
  let outboundDeadLetters = 0;

  function settle(event: Extract<LiveEvent, { type: 'outcome' }>): void {
    const place: Place =
      event.status === 'Failed' ? (event.reason === 'OptedOut' ? 'refused' : 'failed') : PLACE_OF[event.status];
    const key = `${event.messageId} ${event.to}`;
    const before = places.get(key);
    if (before === place) return;
    places.delete(key);
    places.set(key, place);
    forgetOldest(places, MESSAGES_KEPT);
    const campaign = campaigns.get(event.campaignId ?? '');
    campaign?.move(before, place);
    (campaign ? ours : others).move(before, place);
  }

  const stop = live.subscribe((event) => {
    switch (event.type) {
      case 'queued': {
        let campaign = campaigns.get(event.campaignId);
        if (!campaign) {
          campaign = new Counts();
          campaigns.set(event.campaignId, campaign);
          forgetOldest(campaigns, CAMPAIGNS_KEPT);
        }
        campaign.queued += event.count;
        ours.queued += event.count;
        break;
      }
      case 'outcome':
        if (event.kind === 'message') settle(event);
        else if (event.status === 'Sent') replies += 1;
        break;
      case 'heard':
        heard += 1;
        break;
      case 'dead-letter':
        deadLetters += 1;
        if (event.queue.includes('outbound')) outboundDeadLetters += 1;
        break;
      default:
    }
  });

  return {
    stop,
    current() {
      const waiting = ours.queued - ours.settled - outboundDeadLetters + others.at.pending;
      const one = ours.standing(waiting);
      const other = others.standing(0);
      return {
        waiting: one.waiting,
        sent: one.sent + other.sent,
        delivered: one.delivered + other.delivered,
        undelivered: one.undelivered + other.undelivered,
        refused: one.refused + other.refused,
        failed: one.failed + other.failed,
        unknown: one.unknown + other.unknown,
        heard,
        replies,
        deadLetters,
        campaigns: [...campaigns].slice(-CAMPAIGNS_LISTED).map(([campaignId, counts]) => ({
          campaignId,
          queued: counts.queued,
          ...counts.standing(counts.queued - counts.settled),
        })),
      };
    },
  };
}
