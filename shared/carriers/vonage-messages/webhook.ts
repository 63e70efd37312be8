import * as z from 'zod/mini';
import type { ReceiptState } from '../../messages/receipt.ts';
import { carrierMessageId, recipient, sender } from '../addresses.ts';
import type { CarrierEvent, CarrierWebhook, WebhookRequest } from '../carrier.ts';
import { codeTable } from '../code-table.ts';
import { readEvent } from '../read-event.ts';
import { readJson, textIfAny } from '../read-json.ts';
import { refInUrl } from '../ref.ts';
import { unlessForeign } from '../ref-seal.ts';
import { rejectionIn } from '../refusal.ts';
import { textAt, valueAt } from '../rest.ts';
import { endOfSecond } from '../sent-at.ts';
import { verdictOnTime } from '../signed-time.ts';
import { codeIn, REFUSALS } from './errors.ts';
import { readVonageMessagesSecret } from './secret.ts';
import { signedAt } from './signature.ts';

/**
 * How old a call may be. Vonage goes on calling for a day, and nobody says whether it signs anew each time. The body is
 * signed, so that a call that somebody recorded can only say again what is known. Seconds.
 */
const TOLERANCE_SECONDS = 25 * 60 * 60;

/** An address is a text, or in the webhooks of version 0.1 an object. */
const numberIn = z.transform((address: unknown) => valueAt(address, 'number') ?? address);

const inbound = z.object({
  message_uuid: carrierMessageId,
  from: z.pipe(numberIn, recipient),
  to: z.pipe(numberIn, sender),
  timestamp: textIfAny,
});

const receipt = z.object({
  message_uuid: carrierMessageId,
  from: z.pipe(numberIn, sender),
  to: z.pipe(numberIn, recipient),
  status: z.string(),
  client_ref: textIfAny,
});

/** Vonage's word for where a message is. */
const STATES = codeTable<ReceiptState>({
  accepted: 'submitted',
  delivered: 'delivered read',
  undelivered: 'rejected undeliverable failed',
});

/** The channels of texts; an application may have others, on which our senders are not. */
const CHANNELS = ['sms', 'mms'];

/** Vonage's Messages API: JSON, signed by a token that names its hash. */
export const webhook: CarrierWebhook = {
  methods: ['POST'],
  answer: { contentType: 'text/plain', body: '' },
  verify({ headers, rawBody }, secret, now) {
    const { apiKey, signatureSecrets, toleranceSeconds = TOLERANCE_SECONDS } = readVonageMessagesSecret(secret);
    // By a fault of its own, Vonage now and then calls without a token; it calls again after an error, and then with one.
    if (!headers.authorization) return 'again';
    const token = /^bearer (\S+)$/i.exec(headers.authorization)?.[1] ?? '';
    const time = signedAt(token, rawBody, apiKey, signatureSecrets);
    return time === undefined ? 'forged' : verdictOnTime(time, toleranceSeconds, now);
  },
  parse(request): readonly CarrierEvent[] {
    const sent = readJson(request.rawBody);
    if (!CHANNELS.includes(textAt(sent, 'channel') ?? textAt(sent, 'from', 'type') ?? 'sms')) return [];
    return valueAt(sent, 'status') === undefined ? [parseMessage(sent)] : parseReceipt(request, sent);
  },
};

function parseMessage(sent: unknown): CarrierEvent {
  const { message_uuid, from, to, timestamp } = readEvent(inbound, sent);
  return {
    kind: 'message',
    carrier: 'vonage-messages',
    carrierMessageId: message_uuid,
    recipient: from,
    sender: to,
    // A picture may have a text beside it, or none.
    text: textAt(sent, 'text') ?? textAt(sent, 'message', 'content', 'text') ?? textAt(sent, 'image', 'caption') ?? '',
    sentAt: endOfSecond(timestamp),
  };
}

function parseReceipt(request: WebhookRequest, sent: unknown): readonly CarrierEvent[] {
  const { message_uuid, from, to, status, client_ref } = readEvent(receipt, sent);
  const ref = unlessForeign(refInUrl(request.url), client_ref);
  const state = STATES.get(status);
  // Not a message of ours, or a status that says nothing of delivery: genuine, and nothing to do.
  if (!ref || !state) return [];
  const detail = codeIn(valueAt(sent, 'error'));
  return [
    {
      kind: 'receipt',
      carrier: 'vonage-messages',
      carrierMessageId: message_uuid,
      recipient: to,
      sender: from,
      ref,
      state,
      detail,
      because: rejectionIn(REFUSALS.get(detail ?? '')),
    },
  ];
}
