import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { isRecipient } from '../../shared/messages/address.ts';
import { awsError } from './aws-errors.ts';
import type { Intake } from './intake.ts';
import type { Receipt } from './receipts.ts';
import { segmentsOf } from './segments.ts';
import type { WireAnswer } from './wire-answer.ts';

/** What the simulator reads of a SendTextMessage request; the rest it takes as the service does and makes nothing of. */
const request = z.looseObject({
  DestinationPhoneNumber: z.string().refine(isRecipient),
  OriginationIdentity: z.string().min(1).max(256),
  MessageBody: z.string().min(1).max(1_600),
  MessageType: z.enum(['TRANSACTIONAL', 'PROMOTIONAL']).default('TRANSACTIONAL'),
  Context: z.record(z.string().max(100), z.string().max(800)).default({}),
  DryRun: z.boolean().default(false),
});

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
    return take({
      carrier: 'aws',
      from,
      to,
      body: text,
      carrierMessageId: messageId,
      receipt: {
        carrier: 'aws',
        from,
        to,
        carrierMessageId: messageId,
        requestedAt: clock(),
        messageType: MessageType,
        context: Context,
        ...segmentsOf(text),
      },
      answerError: (code) => awsError(code),
      answerAccepted: () => accepted,
    });
  };
}

/**
 * A delivery event as a configuration set publishes it.
 * Source: https://docs.aws.amazon.com/sms-voice/latest/userguide/configuration-sets-event-format.html
 */
export function textDelivered(receipt: Extract<Receipt, { carrier: 'aws' }>, now: number): object {
  return {
    eventType: 'TEXT_DELIVERED',
    eventVersion: '1.0',
    eventTimestamp: now,
    isFinal: true,
    originationPhoneNumber: receipt.from,
    destinationPhoneNumber: receipt.to,
    isoCountryCode: 'US',
    isInternationalSend: false,
    messageId: receipt.carrierMessageId,
    messageRequestTimestamp: receipt.requestedAt,
    messageEncoding: receipt.encoding,
    messageType: receipt.messageType,
    messageStatus: 'DELIVERED',
    messageStatusDescription: 'Message has been accepted by phone',
    context: receipt.context,
    totalMessageParts: receipt.segments,
    totalMessagePrice: 0.00581 * receipt.segments,
    totalCarrierFee: 0.003 * receipt.segments,
  };
}
