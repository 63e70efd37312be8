import { ALL_SENDERS, type Instant, type Refusal, scopesClosedBy } from '../consent/merge.ts';
import type { MessageRef } from '../messages/message-ref.ts';
import type { Sender } from '../messages/sender.ts';
import type { ConsentStore } from './consent-store.ts';
import { type EventStore, eventIdOf } from './event-store.ts';

/** What it takes to keep an opt-out. */
export interface OptOutRecorder {
  readonly events: Pick<EventStore, 'keep'>;
  readonly consent: Pick<ConsentStore, 'apply'>;
}

export interface CarrierRefusal {
  /** The message that the carrier refused because the recipient is opted out there. */
  readonly ref: MessageRef;
  readonly sender: Sender;
  readonly carrier: string;
  /** How far the carrier's opt-out goes, where that is further than the sender and its group. */
  readonly reach?: 'account' | undefined;
  readonly heardAt: Instant;
}

/**
 * The carrier knew of an opt-out before we did: makes the ledger follow, with an event as proof.
 * @returns what refuses this sender from now on
 */
export async function recordRefusal(refusal: CarrierRefusal, ports: OptOutRecorder): Promise<Refusal> {
  const { ref, sender, carrier, reach, heardAt } = refusal;
  const carrierMessageId = `refused-${ref.kind}-${ref.messageId}`;
  const { event } = await ports.events.keep({
    eventId: eventIdOf(carrier, carrierMessageId),
    account: ref.account,
    recipient: ref.to,
    sender: sender.sender,
    carrier,
    carrierMessageId,
    source: 'refusal',
    verdict: 'act',
    intent: 'opt-out',
    rule: 'carrier-refused',
    heardAt,
    countsFrom: heardAt,
  });
  const proof = { at: event.countsFrom, eventId: event.eventId };
  const recipient = { account: ref.account, recipient: ref.to };
  const scopes = new Set(scopesClosedBy(sender, { at: event.countsFrom }));
  if (reach === 'account') scopes.add(ALL_SENDERS);
  await Promise.all([...scopes].map((scope) => ports.consent.apply(recipient, { kind: 'opt-out', scope, ...proof })));
  return { scope: sender.sender, since: event.countsFrom, eventId: event.eventId };
}
