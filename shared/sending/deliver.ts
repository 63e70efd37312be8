import type { OutgoingMessage } from '../carriers/carrier.ts';
import type { SendingBy } from '../carriers/sendings.ts';
import { type OptOutRecorder, recordRefusal } from '../ledger/carrier-refusal.ts';
import type { RecipientOfAccount } from '../ledger/consent-store.ts';
import type { Claim, MessageStore, Result } from '../ledger/message-store.ts';
import { type Decision, decide, type Outcome, type RetryPolicy } from '../messages/outcome.ts';
import type { CarrierName, Sender } from '../messages/sender.ts';
import type { CircuitBreaker } from './circuit-breaker.ts';

export interface DeliveryPorts extends OptOutRecorder {
  readonly messages: Pick<MessageStore, 'record'>;
  readonly sendingBy: SendingBy;
  /** Whether it is known that this carrier still refuses a recipient who has come back to us. */
  readonly isStillBlocked: (carrier: CarrierName, of: RecipientOfAccount) => Promise<boolean>;
  readonly breaker: Pick<CircuitBreaker, 'leftAloneMs' | 'ask' | 'heard'>;
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
 * just before, by the caller, who has also let the carrier prepare itself.
 * @param leaves called when the message is about to leave
 */
export async function deliver(
  claimed: ClaimedMessage,
  ports: DeliveryPorts,
  leaves = (): void => {},
): Promise<Decision> {
  const { claim, message, carrier } = claimed;
  const sending = await ports.sendingBy(carrier);
  leaves();
  const outcome = sending ? await sending.send(message) : noSuchCarrier;
  ports.breaker.heard(carrier, outcome);
  const decision = soonerBySecond(decide(outcome, claim.attempt, ports.retryPolicy, ports.random()), claimed, ports);
  await ports.messages.record(claim, await toResult(decision, claimed, ports));
  return decision;
}

/** A second carrier need not wait until the first has recovered. Milliseconds. */
export const TAKEOVER_MS = 1_000;

/** Only where the second may be called now: else the first would be called again, before it wants to be. */
function soonerBySecond(
  decision: Decision,
  { sender: { carrier: first, secondCarrier }, carrier }: ClaimedMessage,
  { breaker }: DeliveryPorts,
): Decision {
  if (decision.kind !== 'again' || secondCarrier === undefined || carrier !== first) return decision;
  if (breaker.leftAloneMs(secondCarrier) > 0) return decision;
  return { ...decision, delayMs: Math.min(decision.delayMs, TAKEOVER_MS) };
}

const noSuchCarrier: Outcome = { kind: 'rejected', because: 'misconfigured', detail: 'no such carrier' };

async function toResult(decision: Decision, claimed: ClaimedMessage, ports: DeliveryPorts): Promise<Result> {
  const { claim, sender, carrier } = claimed;
  // Only a takeover is news: the message was claimed with its sender's own carrier.
  const by = carrier === sender.carrier ? {} : { carrier };
  if (decision.kind === 'again') return { status: 'Queued', detail: decision.detail };
  if (decision.status === 'Sent') return { status: 'Sent', carrierMessageId: decision.carrierMessageId, ...by };
  if (decision.status === 'Unknown') return { status: 'Unknown', detail: decision.detail, ...by };
  const { reason, detail, reach } = decision;
  if (reason !== 'OptedOut') return { status: 'Failed', reason, detail };
  // What the carrier refuses for is what the recipient has taken back: no opt-out, or a START would undo itself.
  if (await ports.isStillBlocked(carrier, { account: claim.account, recipient: claim.to }))
    return { status: 'Failed', reason: 'CarrierBlocked', detail };
  const heardAt = new Date(ports.clock()).toISOString();
  const refusedBy = await recordRefusal({ ref: claim, sender, carrier, reach, heardAt }, ports);
  return { status: 'Failed', reason, detail, refusedBy };
}
