import * as z from 'zod/mini';
import type { ReceiptState } from '../../messages/receipt.ts';
import { carrierMessageId, recipient, sender } from '../addresses.ts';
import type { CarrierEvent, CarrierWebhook, InboundMessage } from '../carrier.ts';
import { codeTable } from '../code-table.ts';
import { readEvent } from '../read-event.ts';
import { readJson, textIfAny } from '../read-json.ts';
import { refInText, senderInText } from '../ref.ts';
import { textAt } from '../rest.ts';
import { RECEIPT_CODES } from './errors.ts';
import { readSinchSecret } from './secret.ts';
import { verdictOnCall } from './signature.ts';

const envelope = z.object({ type: z.string() });

const inbound = z.object({
  id: carrierMessageId,
  from: recipient,
  to: sender,
  body: z.optional(z.unknown()),
  sent_at: textIfAny,
  received_at: textIfAny,
});

const report = z.object({
  batch_id: carrierMessageId,
  recipient,
  status: z.string(),
  code: z.optional(z.unknown()),
  client_reference: textIfAny,
});

const RECEIPT_STATES = codeTable<ReceiptState>({
  accepted: 'Queued Dispatched Unknown',
  delivered: 'Delivered',
  undelivered: 'Aborted Cancelled Rejected Deleted Failed Expired',
});

/** Sinch's webhooks: JSON, signed once the account manager has enabled it, and called with Basic credentials until then. */
export const webhook: CarrierWebhook = {
  methods: ['POST'],
  answer: { contentType: 'application/json', body: '{}' },
  challenge: 'Basic realm="Stopgate"',
  verify: (request, secret, now) => verdictOnCall(request, readSinchSecret(secret), now),
  parse({ rawBody }): readonly CarrierEvent[] {
    const json = readJson(rawBody);
    const { type } = readEvent(envelope, json);
    if (type.startsWith('mo_')) return [parseMessage(type, json)];
    // A report on a batch as a whole names no recipient, and we ask for none.
    return type.startsWith('recipient_delivery_report_') ? parseReport(json) : [];
  },
};

function parseMessage(type: string, json: unknown): InboundMessage {
  const { id, from, to, body, sent_at, received_at } = readEvent(inbound, json);
  const text = typeof body === 'string' ? body : (textAt(body, 'message') ?? textAt(body, 'subject') ?? '');
  return {
    kind: 'message',
    carrier: 'sinch',
    carrierMessageId: id,
    recipient: from,
    sender: to,
    text: type === 'mo_binary' ? Buffer.from(text, 'base64').toString('utf8') : text,
    sentAt: sent_at ?? received_at,
  };
}

function parseReport(json: unknown): readonly CarrierEvent[] {
  const { batch_id, recipient, status, code, client_reference } = readEvent(report, json);
  const ref = refInText(client_reference);
  const sender = senderInText(client_reference);
  const state = RECEIPT_STATES.get(status);
  // Not a message of ours, or a status that says nothing of delivery: genuine, and nothing to do.
  if (!ref || !sender || !state) return [];
  const detail = state === 'undelivered' && /^\d{1,5}$/.test(String(code)) ? String(code) : undefined;
  return [
    {
      kind: 'receipt',
      carrier: 'sinch',
      carrierMessageId: batch_id,
      recipient,
      sender,
      ref,
      state,
      detail,
      because: RECEIPT_CODES.get(detail ?? ''),
    },
  ];
}
