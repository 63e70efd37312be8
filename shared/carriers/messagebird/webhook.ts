import * as z from 'zod/mini';
import type { ReceiptState } from '../../messages/receipt.ts';
import { carrierMessageId, recipient, sender } from '../addresses.ts';
import type { CarrierEvent, CarrierWebhook, InboundMessage, WebhookRequest } from '../carrier.ts';
import { codeTable } from '../code-table.ts';
import { fromOddTime } from '../odd-time.ts';
import { readEvent } from '../read-event.ts';
import { readJson, textIfAny } from '../read-json.ts';
import { queryOf, refInText, senderInText } from '../ref.ts';
import { endOfSecond } from '../sent-at.ts';
import { RECEIPT_CODES } from './errors.ts';
import { readMessageBirdSecret } from './secret.ts';
import { verdictOnCall } from './signature.ts';

const inbound = z.object({
  id: carrierMessageId,
  originator: recipient,
  recipient: sender,
  body: textIfAny,
  createdDatetime: textIfAny,
});

const report = z.object({
  id: carrierMessageId,
  recipient,
  status: z.string(),
  reference: textIfAny,
  statusErrorCode: z.optional(z.unknown()),
});

const RECEIPT_STATES = codeTable<ReceiptState>({
  accepted: 'scheduled sent buffered',
  delivered: 'delivered',
  undelivered: 'expired delivery_failed',
});

/** MessageBird's webhooks: texts as a form or JSON, status reports as a query, each with a signed token. */
export const webhook: CarrierWebhook = {
  methods: ['POST', 'GET'],
  answer: { contentType: 'text/plain', body: 'OK' },
  verify: (request, secret, now) => verdictOnCall(request, readMessageBirdSecret(secret), now),
  parse(request): readonly CarrierEvent[] {
    const fields = fieldsOf(request);
    // A text may have a status, but only a text has an originator.
    return fields.status !== undefined && fields.originator === undefined
      ? parseReport(fields)
      : [parseMessage(fields)];
  },
};

/** Where a name is there twice, its last value counts: the message's own. The content's type is not signed. */
function fieldsOf({ method, url, rawBody }: WebhookRequest): Readonly<Record<string, unknown>> {
  const body = rawBody.toString('utf8');
  if (method === 'POST' && /^\s*\{/.test(body)) return readJson(rawBody) as Record<string, unknown>;
  return Object.fromEntries(new URLSearchParams(method === 'GET' ? queryOf(url) : body));
}

/** Texts to a short code and pictures have names of their own for the same things; their `id` is not the message's. */
function parseMessage(fields: Readonly<Record<string, unknown>>): InboundMessage {
  const { mid, message_id, shortcode, receiver, message, receive_datetime, CreatedDatetime } = fields;
  const text = readEvent(inbound, {
    id: mid || message_id || fields.id,
    originator: fields.originator || fields.sender,
    recipient: shortcode || fields.recipient || receiver,
    body: shortcode ? (message ?? fields.body) : (fields.body ?? message),
    createdDatetime: fields.createdDatetime || CreatedDatetime || receive_datetime,
  });
  return {
    kind: 'message',
    carrier: 'messagebird',
    carrierMessageId: text.id,
    recipient: text.originator,
    sender: text.recipient,
    // There is none with a picture alone.
    text: text.body ?? '',
    sentAt: endOfSecond(fromOddTime(text.createdDatetime)),
  };
}

function parseReport(fields: Readonly<Record<string, unknown>>): readonly CarrierEvent[] {
  const { id, recipient, status, reference, statusErrorCode } = readEvent(report, fields);
  const ref = refInText(reference);
  const sender = senderInText(reference);
  const state = RECEIPT_STATES.get(status);
  // Not a message of ours, or a status that says nothing of delivery: genuine, and nothing to do.
  if (!ref || !sender || !state) return [];
  const detail = state === 'undelivered' ? /^[1-9]\d{0,4}$/.exec(String(statusErrorCode))?.[0] : undefined;
  return [
    {
      kind: 'receipt',
      carrier: 'messagebird',
      carrierMessageId: id,
      recipient,
      sender,
      ref,
      state,
      detail,
      because: RECEIPT_CODES.get(detail ?? ''),
    },
  ];
}
