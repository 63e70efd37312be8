import { randomBytes } from 'node:crypto';
import { type ApiHandler, createApiHandler } from '../functions/api/handler.ts';
import { wireApi } from '../functions/api/wire.ts';
import { createInboundHandler, type InboundHandler } from '../functions/inbound/handler.ts';
import { wireInbound } from '../functions/inbound/wire.ts';
import { createOptOutListsHandler, type OptOutListsHandler } from '../functions/opt-out-lists/handler.ts';
import { wireOptOutLists } from '../functions/opt-out-lists/wire.ts';
import { createOutboundHandler } from '../functions/outbound/handler.ts';
import { wireOutbound } from '../functions/outbound/wire.ts';
import { createRepliesHandler } from '../functions/replies/handler.ts';
import { wireReplies } from '../functions/replies/wire.ts';
import { createReviewsHandler, type ReviewsHandler } from '../functions/reviews/handler.ts';
import { wireReviews } from '../functions/reviews/wire.ts';
import { createWaitingHandler, type WaitingHandler } from '../functions/waiting/handler.ts';
import { wireWaiting } from '../functions/waiting/wire.ts';
import type { ConsentStore } from '../shared/ledger/consent-store.ts';
import type { EventStore } from '../shared/ledger/event-store.ts';
import type { MessageStore } from '../shared/ledger/message-store.ts';
import type { AwsSettings } from '../shared/runtime/clients.ts';
import { LOG_KEY } from '../shared/runtime/logging.ts';
import type { Queue } from '../shared/runtime/queue.ts';
import { fixedSecrets } from '../shared/runtime/secrets.ts';
import type { SqsHandler } from '../shared/runtime/sqs-handler.ts';
import { lambdaSurroundings } from '../shared/runtime/surroundings.ts';
import type { FunctionName } from '../shared/runtime/topology.ts';
import { DEFAULT_ACCOUNT } from './demo-senders.ts';
import type { LiveFeed } from './live-feed.ts';
import type { Provisioned } from './provision.ts';
import type { LocalSettings } from './settings.ts';
import { type RestCast, secretsOf } from './simulator/carriers.ts';

/** AWS gives every account a list of this name. */
export const AWS_OPT_OUT_LIST = 'Default';

export interface FunctionsOptions {
  readonly settings: LocalSettings;
  readonly aws: AwsSettings;
  readonly provisioned: Provisioned;
  readonly publicUrl: string;
  readonly rest: RestCast;
  readonly live: LiveFeed;
}

export interface Functions {
  readonly inbound: InboundHandler;
  readonly outbound: SqsHandler;
  readonly replies: SqsHandler;
  readonly api: ApiHandler;
  readonly reviews: ReviewsHandler;
  readonly waiting: WaitingHandler;
  readonly 'opt-out-lists': OptOutListsHandler;
}

/** The deployed functions, wired to the embedded engines, with the live feed watching what they write down. */
export function createFunctions(options: FunctionsOptions): Functions {
  const { settings, provisioned, publicUrl, rest, live } = options;
  const { queues, topics } = provisioned;
  const secrets = fixedSecrets({
    ...secretsOf(rest),
    [LOG_KEY]: randomBytes(32).toString('hex'),
  });
  const around = (name: FunctionName) => ({ ...lambdaSurroundings(name), aws: options.aws, secrets });
  const environment = {
    STOPGATE_TABLE_NAME: provisioned.tableName,
    STOPGATE_DEFAULT_ACCOUNT: DEFAULT_ACCOUNT,
    STOPGATE_DEFAULT_CARRIER: 'twilio',
    STOPGATE_PUBLIC_URL: publicUrl,
    STOPGATE_CARRIERS_URL: `${publicUrl}/simulator`,
    STOPGATE_CARRIER_SECRET_IDS: Object.fromEntries([...rest.keys()].map((name) => [name, name])),
    STOPGATE_LOG_KEY_SECRET_ID: LOG_KEY,
    STOPGATE_CONFIGURATION_SET: 'stopgate',
    STOPGATE_AWS_OPT_OUT_LIST: AWS_OPT_OUT_LIST,
    STOPGATE_MAX_ATTEMPTS: settings.STOPGATE_MAX_ATTEMPTS,
    STOPGATE_RETRY_BASE_MS: settings.STOPGATE_RETRY_BASE_MS,
    STOPGATE_INBOUND_QUEUE_URL: queues.inbound.url,
    STOPGATE_INBOUND_DEAD_LETTERS_QUEUE_URL: queues.inbound.deadLettersUrl,
    STOPGATE_REPLIES_QUEUE_URL: queues.replies.url,
    STOPGATE_REPLIES_DEAD_LETTERS_QUEUE_URL: queues.replies.deadLettersUrl,
    STOPGATE_OUTBOUND_QUEUE_URL: queues.outbound.url,
    STOPGATE_OUTBOUND_DEAD_LETTERS_QUEUE_URL: queues.outbound.deadLettersUrl,
    STOPGATE_TWO_WAY_TOPIC_ARN: topics['two-way'],
    STOPGATE_SMS_EVENTS_TOPIC_ARN: topics['sms-events'],
  } as const;

  const inbound = wireInbound(environment, around('inbound'));
  const outbound = wireOutbound(environment, around('outbound'));
  const replies = wireReplies(environment, around('replies'));
  const lists = wireOptOutLists(environment, around('opt-out-lists'));
  return {
    inbound: createInboundHandler({
      ...inbound,
      events: watchEvents(inbound.events, live),
      consent: { read: (of) => inbound.consent.read(of), ...watchConsent(inbound.consent, live) },
      messages: watchReceipts(inbound.messages, live),
    }),
    outbound: createOutboundHandler({
      ...outbound,
      consent: {
        read: (of) => outbound.consent.read(of),
        readMany: (of) => outbound.consent.readMany(of),
        ...watchConsent(outbound.consent, live),
      },
      messages: watchMessages(outbound.messages, live),
      deadLetters: watchDeadLetters(outbound.deadLetters, live),
    }),
    replies: createRepliesHandler({ ...replies, messages: watchMessages(replies.messages, live) }),
    api: createApiHandler(wireApi(environment, around('api'))),
    reviews: createReviewsHandler(wireReviews(environment, around('reviews'))),
    waiting: createWaitingHandler(wireWaiting(environment, around('waiting'))),
    'opt-out-lists': createOptOutListsHandler({
      ...lists,
      events: watchEvents(lists.events, live),
      consent: { read: (of) => lists.consent.read(of), ...watchConsent(lists.consent, live) },
    }),
  };
}

const now = (): string => new Date().toISOString();

function watchEvents(events: Pick<EventStore, 'keep'>, live: LiveFeed): Pick<EventStore, 'keep'> {
  return {
    async keep(given) {
      const kept = await events.keep(given);
      if (!kept.isNew) return kept;
      const { account, recipient, sender, carrier, text = '', verdict, intent, rule, eventId, heardAt } = kept.event;
      live.publish({
        type: 'heard',
        at: heardAt,
        account,
        recipient,
        sender,
        carrier,
        text,
        verdict,
        intent,
        rule,
        eventId,
      });
      return kept;
    },
  };
}

function watchConsent(consent: Pick<ConsentStore, 'apply'>, live: LiveFeed): Pick<ConsentStore, 'apply'> {
  return {
    async apply(of, change) {
      const changed = await consent.apply(of, change);
      const { kind, eventId } = change;
      const scope = change.kind === 'opt-out' ? { scope: change.scope } : {};
      if (changed) live.publish({ type: 'consent', at: now(), ...of, change: kind, eventId, ...scope });
      return changed;
    },
  };
}

type Messages = Pick<MessageStore, 'claim' | 'record' | 'recordFailure'>;

function watchMessages(messages: Messages, live: LiveFeed): Messages {
  return {
    claim: (ref, facts, seenBefore) => messages.claim(ref, facts, seenBefore),
    async record(claim, result) {
      const recorded = await messages.record(claim, result);
      const { kind, account, messageId, to, from, campaignId } = claim;
      const why =
        result.status === 'Failed'
          ? { reason: result.reason, ...(result.refusedBy && { refusedBy: result.refusedBy }) }
          : {};
      if (recorded) {
        const campaign = campaignId === undefined ? {} : { campaignId };
        live.publish({
          type: 'outcome',
          at: now(),
          account,
          messageId,
          kind,
          from,
          to,
          status: result.status,
          ...why,
          ...campaign,
        });
      }
      return recorded;
    },
    async recordFailure(ref, facts, reason) {
      const recorded = await messages.recordFailure(ref, facts, reason);
      const { from, campaignId } = facts;
      const campaign = campaignId === undefined ? {} : { campaignId };
      if (recorded.kind === 'recorded')
        live.publish({ type: 'outcome', at: now(), ...ref, from, status: 'Failed', reason, ...campaign });
      return recorded;
    },
  };
}

function watchReceipts(
  messages: Pick<MessageStore, 'settleByReceipt'>,
  live: LiveFeed,
): Pick<MessageStore, 'settleByReceipt'> {
  return {
    async settleByReceipt(ref, status, carrierMessageId, detail) {
      const message = await messages.settleByReceipt(ref, status, carrierMessageId, detail);
      if (message) {
        const campaign = message.campaignId === undefined ? {} : { campaignId: message.campaignId };
        live.publish({ type: 'outcome', at: now(), ...ref, from: message.from, status: message.status, ...campaign });
      }
      return message;
    },
  };
}

function watchDeadLetters(queue: Pick<Queue, 'bury'>, live: LiveFeed): Pick<Queue, 'bury'> {
  return {
    async bury(record, why) {
      await queue.bury(record, why);
      live.publish({ type: 'dead-letter', at: now(), queue: 'outbound' });
    },
  };
}
