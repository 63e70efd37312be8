import type { InboundMessage } from '../../shared/carriers/carrier.ts';
import {
  type Classification,
  type ClassifyOptions,
  classify,
  dependsOnConsent,
} from '../../shared/consent/classify.ts';
import type { ReplyKind } from '../../shared/consent/default-replies.ts';
import { confirmsOptIn, isUnconfirmed, unconfirmed } from '../../shared/consent/double-opt-in.ts';
import {
  categoryClosedBy,
  type Instant,
  refusalToSend,
  type Scope,
  scopesClosedBy,
  scopesKeptClosedBy,
  scopesOf,
  timeThatCounts,
} from '../../shared/consent/merge.ts';
import { ownReplyText, REPLY_WINDOW_MS, replyLanguage } from '../../shared/consent/replies.ts';
import { wordsOf } from '../../shared/consent/sender-words.ts';
import type { ConsentStore } from '../../shared/ledger/consent-store.ts';
import { type ConsentEvent, type EventStore, eventIdOf } from '../../shared/ledger/event-store.ts';
import type { HelpReplies } from '../../shared/ledger/help-replies.ts';
import type { OptInRequests } from '../../shared/ledger/opt-in-requests.ts';
import type { ReviewStore } from '../../shared/ledger/review-store.ts';
import type { SenderRegister } from '../../shared/ledger/sender-register.ts';
import type { Reply } from '../../shared/messages/reply.ts';
import type { Sender } from '../../shared/messages/sender.ts';
import { type Logger, safeError } from '../../shared/runtime/logging.ts';
import type { Count } from '../../shared/runtime/metrics.ts';
import type { Queue } from '../../shared/runtime/queue.ts';

export interface HearingPorts {
  readonly senders: Pick<SenderRegister, 'find'>;
  readonly events: Pick<EventStore, 'keep'>;
  readonly consent: Pick<ConsentStore, 'read' | 'apply'>;
  readonly reviews: Pick<ReviewStore, 'request'>;
  readonly helpReplies: Pick<HelpReplies, 'mayAnswer'>;
  readonly optInRequests: Pick<OptInRequests, 'ask' | 'askedAt'>;
  readonly replies: Pick<Queue, 'send'>;
  readonly clock: () => number;
  readonly count: Count;
  readonly logger: Logger;
}

/**
 * Hears what a recipient texted: keeps the event, changes consent, then queues the reply. Each step can be repeated, so
 * a message that is heard again, or a function that was killed midway, ends in the same state.
 *
 * @param heardAt when this was first received, which may be before now if it waited in a queue
 * @throws where the event or the consent could not be stored; never because of the reply
 */
export async function hear(message: InboundMessage, heardAt: Instant, ports: HearingPorts): Promise<void> {
  const sender = await ports.senders.find(message.sender);
  const { event, isNew } = await ports.events.keep(await toEvent(message, sender, heardAt, ports));
  await changeConsent(event, sender, ports.consent);
  if (event.verdict === 'review') await ports.reviews.request(event, closedBy(event, sender));
  if (isUnconfirmed(event)) await ports.optInRequests.ask(event);
  if (isNew) countEvent(event, ports.count);
  const answeredElsewhere = sender.answeredBy === 'carrier' || message.carrierIntent !== undefined;
  // No carrier asks for the confirmation of an opt-in.
  if (!answeredElsewhere || isUnconfirmed(event)) await queueReply(event, sender, ports);
}

async function toEvent(
  message: InboundMessage,
  sender: Sender,
  heardAt: Instant,
  ports: HearingPorts,
): Promise<ConsentEvent> {
  const { recipient, carrier, carrierMessageId, text } = message;
  const { heard: classification, since = message.sentAt } = await classifyFor(message, sender, heardAt, ports);
  return {
    eventId: eventIdOf(carrier, carrierMessageId),
    account: sender.account,
    recipient,
    sender: sender.sender,
    carrier,
    carrierMessageId,
    source: 'message',
    text,
    verdict: classification.verdict,
    intent: classification.intent,
    rule: classification.rule,
    keyword: classification.keyword,
    heardAt,
    countsFrom: timeThatCounts(classification.intent === 'opt-in' ? 'opt-in' : 'opt-out', heardAt, since),
  };
}

/** What a message is heard as; and where it completes an opt-in, since when that has been asked for. */
async function classifyFor(
  message: InboundMessage,
  sender: Sender,
  heardAt: Instant,
  ports: HearingPorts,
): Promise<{ readonly heard: Classification; readonly since?: Instant | undefined }> {
  const options: ClassifyOptions = {
    policy: sender.policy,
    keywordPacks: sender.keywordPacks,
    ownWords: wordsOf(sender),
  };
  // Only a YES depends on what is known, so that nothing is read for any other message.
  const yes = dependsOnConsent(message.text, options) ? await whatYesMeans(message, sender, heardAt, ports) : undefined;
  const heard = message.carrierIntent
    ? // A carrier that handles keywords itself has already acted on this one: ours must not say otherwise.
      ({ verdict: 'act', intent: message.carrierIntent, rule: 'carrier-keyword' } as const)
    : classify(message.text, { ...options, optedOut: yes !== undefined && yes.means !== 'nothing' });
  if (heard.verdict !== 'act' || heard.intent !== 'opt-in') return { heard };
  // A keyword that was all there came of a long message was not all of it. That may close, but never open.
  if (message.part) return { heard: { ...heard, verdict: 'leave', rule: `incomplete:${heard.rule}` } };
  if (!sender.doubleOptIn) return { heard };
  // From then on, and not from the YES, so that it does not reopen what was ended in between.
  return yes?.means === 'confirmed' ? { heard, since: yes.askedAt } : { heard: unconfirmed(heard) };
}

type MeaningOfYes =
  | { readonly means: 'confirmed'; readonly askedAt: Instant }
  | { readonly means: 'opt-in' | 'nothing' };

/** What a YES does: completes an opt-in that was asked about, asks to opt in, or nothing where nothing is closed. */
async function whatYesMeans(
  { recipient }: InboundMessage,
  sender: Sender,
  heardAt: Instant,
  ports: HearingPorts,
): Promise<MeaningOfYes> {
  const of = { account: sender.account, recipient, sender: sender.sender };
  const [consent, askedAt] = await Promise.all([
    ports.consent.read(of),
    sender.doubleOptIn ? ports.optInRequests.askedAt(of) : undefined,
  ]);
  if (askedAt !== undefined && confirmsOptIn(askedAt, heardAt, consent, scopesOf(sender)))
    return { means: 'confirmed', askedAt };
  return { means: refusalToSend(consent, sender, heardAt) ? 'opt-in' : 'nothing' };
}

/** What an event closes that is an opt-out, or is decided to be one later. */
const closedBy = ({ keyword, heardAt }: ConsentEvent, sender: Sender): Scope[] =>
  scopesClosedBy(sender, { keyword, at: heardAt });

async function changeConsent(event: ConsentEvent, sender: Sender, consent: HearingPorts['consent']): Promise<void> {
  const { verdict, intent, heardAt, countsFrom, eventId } = event;
  const acts = verdict === 'act';
  // What an opt-in leaves closed is closed at once: no opt-out waits for a YES.
  const stays = acts || isUnconfirmed(event) ? scopesKeptClosedBy(sender, event) : [];
  const closes = acts && intent === 'opt-out' ? closedBy(event, sender) : stays;
  await Promise.all(closes.map((scope) => consent.apply(event, { kind: 'opt-out', scope, at: heardAt, eventId })));
  if (acts && intent === 'opt-in') await consent.apply(event, { kind: 'opt-in', at: countsFrom, eventId });
}

const languageOf = ({ rule, keyword }: ConsentEvent, sender: Sender): string => replyLanguage(rule, sender, keyword);

/** What to answer; nothing where nothing was asked for. */
async function replyKind(
  event: ConsentEvent,
  sender: Sender,
  consent: HearingPorts['consent'],
): Promise<ReplyKind | undefined> {
  if (isUnconfirmed(event)) return 'confirm-opt-in';
  const { verdict, intent, heardAt } = event;
  if (event.rule === 'ordinary' && ownReplyText('invalid-keyword', sender, languageOf(event, sender)))
    return 'invalid-keyword';
  if (verdict !== 'act' || intent === 'none') return undefined;
  if (intent === 'opt-in' && scopesKeptClosedBy(sender, event).length > 0) return 'opt-out-category';
  if (intent === 'help') return event.keyword === 'INFO' ? 'info' : 'help';
  if (intent !== 'opt-out' || categoryClosedBy(sender, event) === undefined) return intent;
  // Who has ended all messages before must not read that others may still come.
  return refusalToSend(await consent.read(event), sender, heardAt) ? 'opt-out' : 'opt-out-category';
}

async function queueReply(event: ConsentEvent, sender: Sender, ports: HearingPorts): Promise<void> {
  try {
    const kind = await replyKind(event, sender, ports.consent);
    if (kind !== undefined) await queueReplyOf(kind, event, sender, ports);
  } catch (error) {
    // The consent is stored and will be heeded; an answer that can't be queued must not undo or hide that.
    ports.count('RepliesNotQueued');
    ports.logger.error('A reply could not be queued', { error: safeError(error) });
  }
}

async function queueReplyOf(kind: ReplyKind, event: ConsentEvent, sender: Sender, ports: HearingPorts): Promise<void> {
  const expiresAt = Date.parse(event.heardAt) + REPLY_WINDOW_MS;
  if (expiresAt <= ports.clock()) return;
  const reply: Reply = {
    eventId: event.eventId,
    account: event.account,
    from: event.sender,
    to: event.recipient,
    carrier: event.carrier,
    kind,
    language: languageOf(event, sender),
    expiresAt: new Date(expiresAt).toISOString(),
  };
  const limited = event.intent === 'help' || kind === 'invalid-keyword';
  if (limited && !(await ports.helpReplies.mayAnswer(event, sender.helpRepliesPerDay))) {
    ports.logger.info('A message is not answered: the recipient has had all help replies of the day');
    return;
  }
  await ports.replies.send(reply);
}

function countEvent(event: ConsentEvent, count: Count): void {
  count('MessagesHeard');
  if (event.verdict === 'review') count('ReviewsRequested');
  if (event.verdict === 'act' && event.intent === 'opt-out') count('OptOuts');
  if (event.verdict === 'act' && event.intent === 'opt-in') count('OptIns');
}
