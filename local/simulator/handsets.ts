import { randomUUID } from 'node:crypto';
import type { LiveFeed } from '../live-feed.ts';
import type { AcceptedLog } from './accepted-log.ts';
import type { Cast, RestCast } from './carriers.ts';
import type { CallWebhook, WebhookAnswer } from './webhooks.ts';

/** What a handset texts. */
export interface HandsetText {
  /** The recipient who writes. */
  readonly from: string;
  /** One of our senders. */
  readonly to: string;
  readonly body: string;
  /** Fixes the carrier's message id: the same one twice is a duplicate. */
  readonly messageId?: string | undefined;
  /** When it was sent, if not now. Not every carrier tells us. */
  readonly sentAt?: string | undefined;
  /** Milliseconds for which the network holds it back. AWS alone. */
  readonly delayMs?: number | undefined;
}

export type HandsetResult =
  /** `webhookStatus` is the status of our answer; `null` where the carrier publishes instead of calling a webhook. */
  | {
      readonly kind: 'handed-over';
      readonly carrier: string;
      readonly carrierMessageId: string;
      readonly webhookStatus: number | null;
    }
  | { readonly kind: 'no-such-sender' }
  | {
      readonly kind: 'carrier-cannot';
      readonly carrier: string;
      readonly what: 'hear' | 'tell when a text was sent';
    }
  | { readonly kind: 'unreachable'; readonly carrier: string; readonly carrierMessageId: string };

/** One bubble of a conversation, as a handset shows it. */
export interface Bubble {
  readonly direction: 'received' | 'sent';
  readonly sender: string;
  readonly carrier: string;
  readonly body: string;
  readonly at: string;
  readonly carrierMessageId: string;
}

export interface Handsets {
  text(text: HandsetText): Promise<HandsetResult>;
  /** The latest of what a recipient received and sent, oldest first. */
  conversation(recipient: string): Bubble[];
}

const TEXTS_KEPT = 2_000;
const BUBBLES_SHOWN = 200;

export function createHandsets(parts: {
  readonly carrierOf: (sender: string) => Promise<string | undefined>;
  readonly publishTwoWay: (payload: object, options?: { sentAt?: string; delayMs?: number }) => Promise<void>;
  readonly cast: Cast;
  readonly rest: RestCast;
  readonly callWebhook: CallWebhook;
  readonly log: AcceptedLog;
  readonly live: LiveFeed;
  readonly clock: () => number;
}): Handsets {
  const { carrierOf, publishTwoWay, cast, rest, callWebhook, log, live, clock } = parts;
  const texts: (Bubble & { readonly recipient: string })[] = [];

  async function handOverByWebhook(
    carrier: string,
    { from, to, body, sentAt }: HandsetText,
    carrierMessageId: string,
  ): Promise<HandsetResult> {
    const played = rest.get(carrier);
    const at = sentAt === undefined ? clock() : Date.parse(sentAt);
    let answer: WebhookAnswer | undefined;
    for (const call of played?.inbound({ from, to, body, carrierMessageId, sentAt: at }) ?? []) {
      answer = await callWebhook(call);
      for (const reply of played?.repliesIn?.(answer) ?? []) {
        const receivedAt = clock();
        const id = played?.newMessageId() ?? randomUUID();
        const sent = { carrier, from: to, to: from, body: reply, carrierMessageId: id };
        log.add({ ...sent, receivedAt });
        live.publish({ type: 'accepted', at: new Date(receivedAt).toISOString(), ...sent });
      }
    }
    return { kind: 'handed-over', carrier, carrierMessageId, webhookStatus: answer?.status ?? null };
  }

  async function handOverByAws(text: HandsetText, carrierMessageId: string): Promise<HandsetResult> {
    const previous = log.latest(text.to, text.from);
    // Source: https://docs.aws.amazon.com/sms-voice/latest/userguide/two-way-sms-payload.html
    const payload = {
      originationNumber: text.from,
      destinationNumber: text.to,
      messageKeyword: `KEYWORD_${text.to.replace(/\W/g, '')}`,
      messageBody: text.body,
      inboundMessageId: carrierMessageId,
      ...(previous && { previousPublishedMessageId: previous.carrierMessageId }),
    };
    await publishTwoWay(payload, {
      ...(text.sentAt !== undefined && { sentAt: text.sentAt }),
      ...(text.delayMs !== undefined && { delayMs: text.delayMs }),
    });
    return { kind: 'handed-over', carrier: 'aws', carrierMessageId, webhookStatus: null };
  }

  return {
    async text(text) {
      const carrier = await carrierOf(text.to);
      const played = carrier === undefined ? undefined : cast.get(carrier);
      if (carrier === undefined || !played) return { kind: 'no-such-sender' };
      if (!played.abilities.hears) return { kind: 'carrier-cannot', carrier, what: 'hear' };
      const late = text.sentAt !== undefined && !played.tellsSentAt;
      // Only SNS can be told to hold a text back here; to other carriers a late text is one with an earlier time.
      if (late || (text.delayMs !== undefined && carrier !== 'aws')) {
        return { kind: 'carrier-cannot', carrier, what: 'tell when a text was sent' };
      }

      const carrierMessageId = text.messageId ?? rest.get(carrier)?.newMessageId() ?? randomUUID();
      const at = new Date(clock()).toISOString();
      const { from, to, body } = text;
      texts.push({ recipient: from, direction: 'sent', sender: to, carrier, body, at, carrierMessageId });
      if (texts.length >= 2 * TEXTS_KEPT) texts.splice(0, TEXTS_KEPT);
      live.publish({ type: 'texted', at, carrier, from, to, body, carrierMessageId });
      try {
        if (carrier === 'aws') return await handOverByAws(text, carrierMessageId);
        return await handOverByWebhook(carrier, text, carrierMessageId);
      } catch (error) {
        console.error(`The simulated carrier ${carrier} could not hand over a text:`, error);
        return { kind: 'unreachable', carrier, carrierMessageId };
      }
    },
    conversation(recipient) {
      const received = [...log.list(undefined, recipient)].map(
        ({ carrier, from, body, carrierMessageId, receivedAt }): Bubble => ({
          direction: 'received',
          sender: from,
          carrier,
          body,
          at: new Date(receivedAt).toISOString(),
          carrierMessageId,
        }),
      );
      const sent = texts
        .filter((text) => text.recipient === recipient)
        .map(({ recipient: _, ...bubble }): Bubble => bubble);
      return [...received, ...sent].sort((one, other) => one.at.localeCompare(other.at)).slice(-BUBBLES_SHOWN);
    },
  };
}
