import * as z from 'zod/mini';
import type { ReceiptState } from '../../messages/receipt.ts';
import { carrierMessageId, recipient, sender } from '../addresses.ts';
import { hasCredentials } from '../basic-auth.ts';
import type { CarrierEvent, CarrierWebhook } from '../carrier.ts';
import { codeTable } from '../code-table.ts';
import { readEach } from '../read-each.ts';
import { readEvent } from '../read-event.ts';
import { readJson, textIfAny } from '../read-json.ts';
import { refInText, senderInText } from '../ref.ts';
import { textAt, valueAt } from '../rest.ts';
import { endOfSecond } from '../sent-at.ts';
import { NO_RECEIPT, RECEIPT_CODES } from './errors.ts';
import { readBandwidthSecret } from './secret.ts';

const envelope = z.object({ type: z.string() });
const inbound = z.object({ id: carrierMessageId, from: recipient, owner: sender, text: textIfAny, time: textIfAny });
const outbound = z.object({ id: carrierMessageId, to: recipient });

const RECEIPT_STATES = codeTable<ReceiptState>({
  accepted: 'message-sending message-sent',
  delivered: 'message-delivered message-read',
  undelivered: 'message-failed',
});

/**
 * Bandwidth's webhooks: lists of events in JSON, without a signature, by Basic credentials. An event names the time at which
 * it happened, also when it is told a day later, so that none is too old.
 */
export const webhook: CarrierWebhook = {
  methods: ['POST'],
  answer: { contentType: 'application/json', body: '{}' },
  challenge: 'Basic realm="Stopgate"',
  maxBodyBytes: 256 * 1024,
  verify: ({ headers }, secret) =>
    hasCredentials(headers.authorization, readBandwidthSecret(secret).basicAuth) ? 'genuine' : 'forged',
  parse({ rawBody }): readonly CarrierEvent[] {
    const json = readJson(rawBody);
    return readEach(Array.isArray(json) ? json : [json], parseEvent);
  },
};

function parseEvent(event: unknown): readonly CarrierEvent[] {
  const { type } = readEvent(envelope, event);
  const direction = textAt(event, 'message', 'direction');
  // Our own messages come back with receipts, and must never be taken for somebody's answer.
  const isInbound = direction === undefined ? type === 'message-received' : direction === 'in';
  return isInbound ? [parseMessage(event)] : parseReceipt(type, event);
}

function parseMessage(event: unknown): CarrierEvent {
  const message = Object(valueAt(event, 'message'));
  // Of a text to several of our numbers each has an event of its own, which says whose it is.
  const owner = message.owner ?? valueAt(event, 'to');
  const { id, from, owner: to, text, time } = readEvent(inbound, { ...message, owner });
  return {
    kind: 'message',
    carrier: 'bandwidth',
    carrierMessageId: id,
    recipient: from,
    sender: to,
    text: text ?? '',
    sentAt: endOfSecond(time),
  };
}

function parseReceipt(type: string, event: unknown): readonly CarrierEvent[] {
  const tag = textAt(event, 'message', 'tag');
  const ref = refInText(tag);
  const from = senderInText(tag);
  const state = RECEIPT_STATES.get(type);
  // Not a message of ours, or a type that says nothing of delivery: genuine, and nothing to do.
  if (!ref || !from || !state) return [];
  const { id, to } = readEvent(outbound, { id: valueAt(event, 'message', 'id'), to: valueAt(event, 'to') });
  const errorCode = String(valueAt(event, 'errorCode'));
  const detail = state === 'undelivered' ? /^\d{4}$/.exec(errorCode)?.[0] : undefined;
  return [
    {
      kind: 'receipt',
      carrier: 'bandwidth',
      carrierMessageId: id,
      recipient: to,
      sender: from,
      ref,
      state: detail === NO_RECEIPT ? 'accepted' : state,
      detail,
      because: RECEIPT_CODES.get(detail ?? ''),
    },
  ];
}
