import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { OwedReceipt, WireAnswer } from '../../shared/carriers/simulated-carrier.ts';
import { isRecipient } from '../../shared/messages/address.ts';
import { awsError } from './aws-errors.ts';
import type { Intake } from './intake.ts';
import { type Encoding, segmentsOf } from './segments.ts';

/** What the simulator reads of a SendTextMessage request; the rest it takes as the service does and makes nothing of. */
const request = z.looseObject({
  DestinationPhoneNumber: z.string().refine(isRecipient),
  OriginationIdentity: z.string().min(1).max(256),
  MessageBody: z.string().min(1).max(1_600),
  MessageType: z.enum(['TRANSACTIONAL', 'PROMOTIONAL']).default('TRANSACTIONAL'),
  Context: z.record(z.string().max(100), z.string().max(800)).default({}),
  DryRun: z.boolean().default(false),
});

/** What an event about a message says of its request. */
interface Requested {
  readonly requestedAt: number;
  readonly messageType: string;
  readonly encoding: Encoding;
  readonly segments: number;
  readonly context: Readonly<Record<string, string>>;
}

/**
 * AWS End User Messaging's SendTextMessage.
 * Source: https://docs.aws.amazon.com/pinpoint/latest/apireference_smsvoicev2/API_SendTextMessage.html
 */
export function createSendTextMessage(parts: {
  readonly take: Intake;
  readonly clock: () => number;
}): (body: unknown) => Promise<WireAnswer> {
  const { take, clock } = parts;
  return async (body) => {
    const parsed = request.safeParse(body);
    if (!parsed.success) {
      const field = String(parsed.error.issues[0]?.path[0] ?? 'request');
      return awsError('INVALID_PARAMETER', `The value of ${field} is not valid`);
    }
    const {
      DestinationPhoneNumber: to,
      OriginationIdentity: from,
      MessageBody: text,
      MessageType,
      Context,
      DryRun,
    } = parsed.data;
    const messageId = randomUUID();
    const accepted: WireAnswer = {
      status: 200,
      headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-requestid': randomUUID() },
      body: JSON.stringify({ MessageId: messageId }),
    };
    if (DryRun) return accepted;
    return take('aws', {
      from,
      to,
      body: text,
      carrierMessageId: messageId,
      receipt: {
        requestedAt: clock(),
        messageType: MessageType,
        context: Context,
        ...segmentsOf(text),
      } satisfies Requested,
      answerError: (code) => awsError(code),
      answerAccepted: () => accepted,
    });
  };
}

/**
 * A delivery event as a configuration set publishes it.
 * Source: https://docs.aws.amazon.com/sms-voice/latest/userguide/configuration-sets-event-format.html
 */
export function textDelivered({ from, to, carrierMessageId, receipt }: OwedReceipt, now: number): object {
  const requested = receipt as Requested;
  return {
    eventType: 'TEXT_DELIVERED',
    eventVersion: '1.0',
    eventTimestamp: now,
    isFinal: true,
    originationPhoneNumber: from,
    destinationPhoneNumber: to,
    isoCountryCode: 'US',
    isInternationalSend: false,
    messageId: carrierMessageId,
    messageRequestTimestamp: requested.requestedAt,
    messageEncoding: requested.encoding,
    messageType: requested.messageType,
    messageStatus: 'DELIVERED',
    messageStatusDescription: 'Message has been accepted by phone',
    context: requested.context,
    totalMessageParts: requested.segments,
    totalMessagePrice: 0.00581 * requested.segments,
    totalCarrierFee: 0.003 * requested.segments,
  };
}
