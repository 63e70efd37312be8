import type { OutgoingMessage } from '../carriers/carrier.ts';
import type { SendingBy } from '../carriers/sendings.ts';
import { type OptOutRecorder, recordRefusal } from '../ledger/carrier-refusal.ts';
import type { Claim, MessageStore, Result } from '../ledger/message-store.ts';
import { type Decision, decide, type Outcome, type RetryPolicy } from '../messages/outcome.ts';
import type { CarrierName, Sender } from '../messages/sender.ts';

export interface DeliveryPorts extends OptOutRecorder {
  readonly messages: Pick<MessageStore, 'record'>;
  readonly sendingBy: SendingBy;
  readonly retryPolicy: RetryPolicy;
  readonly clock: () => number;
  /** From 0 (included) to 1 (not). */
  readonly random: () => number;
}

/** A message that is ours alone to send. */
export interface ClaimedMessage {
  readonly claim: Claim;
  readonly message: OutgoingMessage;
  readonly sender: Sender;
  readonly carrier: CarrierName;
}

/**
 * Hands a claimed message to its carrier and writes down what came of it. Whether it may be sent at all was decided
 * just before, by the caller.
 */
export async function deliver(claimed: ClaimedMessage, ports: DeliveryPorts): Promise<Decision> {
  const { claim, message, carrier } = claimed;
  const sending = await ports.sendingBy(carrier);
  const outcome = sending ? await sending.send(message) : noSuchCarrier;
  const decision = decide(outcome, claim.attempt, ports.retryPolicy, ports.random());
  await ports.messages.record(claim, await toResult(decision, claimed, ports));
  return decision;
}

const noSuchCarrier: Outcome = { kind: 'rejected', because: 'misconfigured', detail: 'no such carrier' };

async function toResult(decision: Decision, claimed: ClaimedMessage, ports: DeliveryPorts): Promise<Result> {
  if (decision.kind === 'again') return { status: 'Queued', detail: decision.detail };
  if (decision.status === 'Sent') return { status: 'Sent', carrierMessageId: decision.carrierMessageId };
  if (decision.status === 'Unknown') return { status: 'Unknown', detail: decision.detail };
  const { reason, detail, reach } = decision;
  if (reason !== 'OptedOut') return { status: 'Failed', reason, detail };
  const { claim, sender, carrier } = claimed;
  const heardAt = new Date(ports.clock()).toISOString();
  const refusedBy = await recordRefusal({ ref: claim, sender, carrier, reach, heardAt }, ports);
  return { status: 'Failed', reason, detail, refusedBy };
}
