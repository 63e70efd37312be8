import type { SQSRecord } from 'aws-lambda';
import { refusalToSend } from '../../shared/consent/merge.ts';
import { replyText } from '../../shared/consent/replies.ts';
import type { ConsentStore } from '../../shared/ledger/consent-store.ts';
import type { MessageStore } from '../../shared/ledger/message-store.ts';
import type { SenderRegister } from '../../shared/ledger/sender-register.ts';
import { type Category, isExpired } from '../../shared/messages/outbound-message.ts';
import { parseReply, type Reply } from '../../shared/messages/reply.ts';
import type { Count } from '../../shared/runtime/metrics.ts';
import type { Queue } from '../../shared/runtime/queue.ts';
import { ComeBackLater, type SqsHandler, type SqsHandlerPorts, sqsHandler } from '../../shared/runtime/sqs-handler.ts';
import { type ClaimedMessage, type DeliveryPorts, deliver } from '../../shared/sending/deliver.ts';

export interface ReplyPorts extends DeliveryPorts, SqsHandlerPorts {
  readonly senders: Pick<SenderRegister, 'find'>;
  readonly messages: Pick<MessageStore, 'claim' | 'record' | 'recordFailure'>;
  readonly consent: Pick<ConsentStore, 'read' | 'apply'>;
  readonly queue: Pick<Queue, 'comeBackAfter'>;
  readonly count: Count;
}

const CATEGORY: Category = 'transactional';
/** The oldest that a read may be when it allows a reply, less a margin for the request to leave. Milliseconds. */
const MAX_AGE_MS = 200;

/** How long a reply stays away that another function is sending at this moment. Milliseconds. */
const BUSY_MS = 10_000;

/**
 * Answers what was heard, once, within five minutes or not at all. No consent is asked for, except where the recipient asked
 * for nothing: an opt-out is confirmed to somebody who has just opted out. What allows that is the queue that a reply comes
 * from, which producers can't write to.
 */
export function createRepliesHandler(ports: ReplyPorts): SqsHandler {
  return sqsHandler((event) => Promise.allSettled(event.Records.map((record) => answer(record, ports))), ports);
}

async function answer(record: SQSRecord, ports: ReplyPorts): Promise<void> {
  const reply = parseReply(record.body);
  if (!reply) {
    ports.logger.error('A message of the reply queue is no reply');
    return ports.deadLetters.bury(record, 'not a reply');
  }
  const { eventId, account, from, to, carrier, kind, language } = reply;
  const ref = { kind: 'reply', account, to, messageId: eventId } as const;
  const facts = { from, carrier, category: CATEGORY };
  if (isExpired(reply, ports.clock())) {
    const end = await ports.messages.recordFailure(ref, facts, 'Expired');
    if (end.kind === 'busy') return comeBack(record, BUSY_MS, ports);
    if (end.kind === 'recorded') ports.count('RepliesNotSent');
    return;
  }
  // Before the claim: were it to fail after it, the reply would be given up as `Unknown` though nothing was sent.
  const sender = await ports.senders.find(from);
  const body = replyText(kind, sender, language);
  if (body === undefined) return;
  const claim = await ports.messages.claim(ref, facts, Number(record.attributes.ApproximateReceiveCount) > 1);
  if (claim.kind === 'busy') return comeBack(record, beforeItLapses(BUSY_MS, reply, ports), ports);
  if (claim.kind !== 'claimed') return;
  const claimed = { claim: claim.claim, sender, carrier };
  await (await ports.sendingBy(carrier))?.prepare?.();
  const may = kind !== 'invalid-keyword' || (await mayBeTexted(claimed, ports));
  if (may === 'unknown') return comeBack(record, beforeItLapses(BUSY_MS, reply, ports), ports);
  if (!may) return;
  const decision = await deliver({ ...claimed, message: { ref, from, body, category: CATEGORY } }, ports);
  if (decision.kind === 'again') return comeBack(record, beforeItLapses(decision.delayMs, reply, ports), ports);
  ports.count(decision.status === 'Sent' ? 'RepliesSent' : 'RepliesNotSent');
}

/**
 * Whether the recipient may be texted who has asked for nothing, by a read that is fresh when the reply leaves. Where not, that
 * is written down.
 */
async function mayBeTexted(
  { claim, sender }: Omit<ClaimedMessage, 'message'>,
  ports: ReplyPorts,
): Promise<boolean | 'unknown'> {
  const askedAt = ports.clock();
  const consent = await ports.consent.read({ account: claim.account, recipient: claim.to }).catch(() => undefined);
  if (!consent || ports.clock() - askedAt > MAX_AGE_MS) {
    await ports.messages.record(claim, { status: 'Queued', detail: 'consent could not be read' });
    return 'unknown';
  }
  const refusedBy = refusalToSend(consent, sender, new Date(askedAt).toISOString(), CATEGORY);
  if (!refusedBy) return true;
  await ports.messages.record(claim, { status: 'Failed', reason: 'OptedOut', refusedBy });
  ports.count('RepliesNotSent');
  return false;
}

/** Waits, but not past the time when the reply lapses: then its end is recorded without delay. */
const beforeItLapses = (delayMs: number, { expiresAt }: Reply, { clock }: ReplyPorts): number =>
  Math.max(0, Math.min(delayMs, Date.parse(expiresAt) - clock()));

async function comeBack(record: SQSRecord, delayMs: number, { queue }: ReplyPorts): Promise<never> {
  await queue.comeBackAfter(record, delayMs);
  throw new ComeBackLater();
}
