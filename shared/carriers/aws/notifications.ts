import * as z from 'zod/mini';
import { isRecipient, isSender } from '../../messages/address.ts';
import type { ReceiptState } from '../../messages/receipt.ts';
import { type CarrierEvent, UnreadableEvent } from '../carrier.ts';
import { readEvent } from '../read-event.ts';
import { refInParameters } from '../ref.ts';

const recipient = z.string().check(z.refine(isRecipient));
const sender = z.string().check(z.refine(isSender));

/** https://docs.aws.amazon.com/sms-voice/latest/userguide/two-way-sms-payload.html */
const twoWayMessage = z.object({
  originationNumber: recipient,
  destinationNumber: sender,
  messageBody: z.string(),
  inboundMessageId: z.string().check(z.minLength(1), z.maxLength(128)),
});

/** https://docs.aws.amazon.com/sms-voice/latest/userguide/configuration-sets-event-types.html */
const smsEvent = z.object({
  eventType: z.string(),
  messageId: z.string().check(z.minLength(1), z.maxLength(128)),
  originationPhoneNumber: sender,
  destinationPhoneNumber: recipient,
  context: z.optional(z.record(z.string(), z.string())),
});

/** "Successful" only means that the phone's carrier has taken it; "unknown" that no report came within 72 hours. */
const RECEIPT_STATES: ReadonlyMap<string, ReceiptState> = new Map([
  ['TEXT_QUEUED', 'accepted'],
  ['TEXT_PENDING', 'accepted'],
  ['TEXT_SENT', 'accepted'],
  ['TEXT_SUCCESSFUL', 'accepted'],
  ['TEXT_UNKNOWN', 'accepted'],
  ['TEXT_DELIVERED', 'delivered'],
  ['TEXT_INVALID', 'undelivered'],
  ['TEXT_INVALID_MESSAGE', 'undelivered'],
  ['TEXT_UNREACHABLE', 'undelivered'],
  ['TEXT_CARRIER_UNREACHABLE', 'undelivered'],
  ['TEXT_BLOCKED', 'undelivered'],
  ['TEXT_CARRIER_BLOCKED', 'undelivered'],
  ['TEXT_SPAM', 'undelivered'],
  ['TEXT_PROTECT_BLOCKED', 'undelivered'],
  ['TEXT_TTL_EXPIRED', 'undelivered'],
] as const);

/**
 * What AWS End User Messaging published when somebody texted one of our numbers.
 * @param message the SNS message
 * @param publishedAt when SNS got it, which is the only time that there is
 */
export function parseTwoWayMessage(message: string, publishedAt: string): CarrierEvent {
  const { originationNumber, destinationNumber, messageBody, inboundMessageId } = readEvent(
    twoWayMessage,
    parseJson(message),
  );
  return {
    kind: 'message',
    carrier: 'aws',
    carrierMessageId: inboundMessageId,
    recipient: originationNumber,
    sender: destinationNumber,
    text: messageBody,
    sentAt: publishedAt,
  };
}

/** A delivery event of AWS End User Messaging, or nothing where it is about no message of ours. */
export function parseSmsEvent(message: string): CarrierEvent | undefined {
  const event = readEvent(smsEvent, parseJson(message));
  const ref = refInParameters(event.context ?? {});
  const state = RECEIPT_STATES.get(event.eventType);
  if (!ref || !state) return undefined;
  return {
    kind: 'receipt',
    carrier: 'aws',
    carrierMessageId: event.messageId,
    recipient: event.destinationPhoneNumber,
    sender: event.originationPhoneNumber,
    ref,
    state,
    detail: state === 'undelivered' ? event.eventType : undefined,
  };
}

function parseJson(message: string): unknown {
  try {
    return JSON.parse(message);
  } catch {
    throw new UnreadableEvent('not JSON');
  }
}
