import { randomUUID } from 'node:crypto';
import type { LiveFeed } from '../live-feed.ts';
import type { AcceptedLog } from './accepted-log.ts';
import { ABILITIES, isSimulated, type SimulatedCarrier } from './carriers.ts';
import { newMessageSid } from './twilio-messages.ts';
import { messagesInTwiml, type TwilioWebhooks } from './twilio-webhooks.ts';

/** What a handset texts. */
export interface HandsetText {
  /** The recipient who writes. */
  readonly from: string;
  /** One of our senders. */
  readonly to: string;
  readonly body: string;
  /** Fixes the carrier's message id: the same one twice is a duplicate. */
  readonly messageId?: string | undefined;
  /** When it was sent, if not now. AWS alone tells us. */
  readonly sentAt?: string | undefined;
  /** Milliseconds for which the network holds it back. AWS alone. */
  readonly delayMs?: number | undefined;
}

export type HandsetResult =
  /** `webhookStatus` is the status of our answer; `null` where the carrier publishes instead of calling a webhook. */
  | {
      readonly kind: 'handed-over';
      readonly carrier: SimulatedCarrier;
      readonly carrierMessageId: string;
      readonly webhookStatus: number | null;
    }
  | { readonly kind: 'no-such-sender' }
  | {
      readonly kind: 'carrier-cannot';
      readonly carrier: SimulatedCarrier;
      readonly what: 'hear' | 'tell when a text was sent';
    }
  | { readonly kind: 'unreachable'; readonly carrier: SimulatedCarrier; readonly carrierMessageId: string };

/** One bubble of a conversation, as a handset shows it. */
export interface Bubble {
  readonly direction: 'received' | 'sent';
  readonly sender: string;
  readonly carrier: SimulatedCarrier;
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
  readonly webhooks: TwilioWebhooks;
  readonly log: AcceptedLog;
  readonly live: LiveFeed;
  readonly clock: () => number;
}): Handsets {
  const { carrierOf, publishTwoWay, webhooks, log, live, clock } = parts;
  const texts: (Bubble & { readonly recipient: string })[] = [];

  async function handOverByTwilio(text: HandsetText, carrierMessageId: string): Promise<HandsetResult> {
    const { from, to, body } = text;
    const answer = await webhooks.inbound({ from, to, body, carrierMessageId });
    for (const reply of messagesInTwiml(answer)) {
      const receivedAt = clock();
      const sent = { carrier: 'twilio', from: to, to: from, body: reply, carrierMessageId: newMessageSid() } as const;
      log.add({ ...sent, receivedAt });
      live.publish({ type: 'accepted', at: new Date(receivedAt).toISOString(), ...sent });
    }
    return { kind: 'handed-over', carrier: 'twilio', carrierMessageId, webhookStatus: answer.status };
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
      if (!isSimulated(carrier)) return { kind: 'no-such-sender' };
      if (!ABILITIES[carrier].hears) return { kind: 'carrier-cannot', carrier, what: 'hear' };
      const held = text.sentAt !== undefined || text.delayMs !== undefined;
      if (held && carrier !== 'aws') return { kind: 'carrier-cannot', carrier, what: 'tell when a text was sent' };

      const carrierMessageId = text.messageId ?? (carrier === 'twilio' ? newMessageSid() : randomUUID());
      const at = new Date(clock()).toISOString();
      const { from, to, body } = text;
      texts.push({ recipient: from, direction: 'sent', sender: to, carrier, body, at, carrierMessageId });
      if (texts.length >= 2 * TEXTS_KEPT) texts.splice(0, TEXTS_KEPT);
      live.publish({ type: 'texted', at, carrier, from, to, body, carrierMessageId });
      try {
        return await (carrier === 'twilio' ? handOverByTwilio : handOverByAws)(text, carrierMessageId);
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
