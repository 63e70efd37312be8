import type { SQSRecord } from 'aws-lambda';
import type { MessageStore } from '../../shared/ledger/message-store.ts';
import type { SenderRegister } from '../../shared/ledger/sender-register.ts';
import {
  type OutboundMessage,
  parseOutboundMessage,
  whyNeverSendable,
} from '../../shared/messages/outbound-message.ts';
import type { Sender } from '../../shared/messages/sender.ts';
import type { Logger } from '../../shared/runtime/logging.ts';
import type { Count } from '../../shared/runtime/metrics.ts';
import type { Queue } from '../../shared/runtime/queue.ts';
import type { ClaimedMessage } from '../../shared/sending/deliver.ts';
import { quietHoursEnd } from './hold-back.ts';

/** A message that this function alone may send now. */
export interface Job extends ClaimedMessage {
  readonly kind: 'job';
  readonly expiresAt?: string | undefined;
}

export interface ClaimingPorts {
  readonly senders: Pick<SenderRegister, 'resolve'>;
  readonly messages: Pick<MessageStore, 'claim' | 'recordFailure'>;
  readonly deadLetters: Pick<Queue, 'bury'>;
  readonly defaultAccount: string;
  readonly clock: () => number;
  readonly count: Count;
  readonly logger: Logger;
}

/**
 * What a queue record comes to: a job; or that it waits for quiet hours to end, unclaimed; or that another function is sending
 * the message; or that nothing is left to do, because it was settled before, can never be sent (which is recorded), or could not
 * be parsed (then it lies with the dead letters).
 */
export type Claimed =
  | Job
  | { readonly kind: 'wait'; readonly delayMs: number }
  | { readonly kind: 'busy' }
  | { readonly kind: 'nothing to do' };

/** Claims the message that a queue record holds. */
export async function claimRecord(record: SQSRecord, ports: ClaimingPorts): Promise<Claimed> {
  const parsed = parseOutboundMessage(record.body);
  if (!parsed.ok) {
    ports.count('MessagesUnparseable');
    ports.logger.warn('A queue message could not be parsed and lies with the dead letters', {
      problem: parsed.problem,
    });
    await ports.deadLetters.bury(record, parsed.problem);
    return { kind: 'nothing to do' };
  }
  const message = parsed.value;
  const sender = await ports.senders.resolve(message.from, message.to, message.account);
  const now = ports.clock();
  const quietUntil = sender && quietHoursEnd(message, sender, now);
  const reason = sender ? whyNeverSent(message, sender, quietUntil, now) : 'SenderNotAllowed';
  const ref = {
    kind: 'message',
    account: sender?.account ?? ports.defaultAccount,
    to: message.to,
    messageId: message.messageId,
  } as const;
  const facts = factsOf(message, sender);
  if (!reason && quietUntil !== undefined) return { kind: 'wait', delayMs: quietUntil - now };
  const claim =
    reason || !sender
      ? await ports.messages.recordFailure(ref, facts, reason ?? 'SenderNotAllowed')
      : await ports.messages.claim(ref, facts, Number(record.attributes.ApproximateReceiveCount) > 1);
  if (claim.kind === 'recorded') ports.count('MessagesFailed');
  if (claim.kind === 'abandoned') ports.count('UnknownResults');
  if (claim.kind !== 'claimed' || !sender) return { kind: claim.kind === 'busy' ? 'busy' : 'nothing to do' };
  return {
    kind: 'job',
    claim: claim.claim,
    message: { ref, from: sender.sender, body: message.body, category: message.category },
    sender,
    carrier: sender.carrier,
    expiresAt: message.expiresAt,
  };
}

/** Hours without a gap are a mistake of whoever registered the sender. */
const whyNeverSent = (message: OutboundMessage, sender: Sender, quietUntil: number | undefined, now: number) =>
  whyNeverSendable(message, sender.account, now) ??
  (quietUntil === Number.POSITIVE_INFINITY ? 'SenderNotAllowed' : undefined);

const factsOf = (message: OutboundMessage, sender: Sender | undefined) => ({
  from: sender?.sender ?? message.from,
  category: message.category,
  campaignId: message.campaignId,
  carrier: sender?.carrier,
});
