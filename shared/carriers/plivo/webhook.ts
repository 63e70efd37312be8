import * as z from 'zod/mini';
import type { ReceiptState } from '../../messages/receipt.ts';
import { carrierMessageId, recipient, sender } from '../addresses.ts';
import type { CarrierEvent, CarrierWebhook } from '../carrier.ts';
import { codeTable } from '../code-table.ts';
import { readEvent } from '../read-event.ts';
import { queryOf, refInUrl } from '../ref.ts';
import { RECEIPT_CODES } from './errors.ts';
import { readPlivoSecret } from './secret.ts';
import { isSignedByPlivo, plivoNonce } from './signature.ts';

type Form = Readonly<Record<string, string>>;

const inbound = z.object({
  MessageUUID: carrierMessageId,
  From: recipient,
  To: sender,
  Text: z._default(z.string(), ''),
});

const receipt = z.object({ MessageUUID: carrierMessageId, From: sender, To: recipient, Status: z.string() });

const RECEIPT_STATES = codeTable<ReceiptState>({
  accepted: 'queued sent',
  delivered: 'delivered read',
  undelivered: 'failed undelivered rejected',
});

/** Plivo's webhooks: forms, or the same in the query, without a time; most of their signatures do not cover what they say. */
export const webhook: CarrierWebhook = {
  methods: ['POST', 'GET'],
  answer: { contentType: 'text/xml', body: '<Response/>' },
  verify: (request, secret) => (isSignedByPlivo(request, readPlivoSecret(secret).authTokens) ? 'genuine' : 'forged'),
  nonceOf: plivoNonce,
  parse({ method, url, rawBody }): readonly CarrierEvent[] {
    const form = Object.fromEntries(new URLSearchParams(method === 'GET' ? queryOf(url) : rawBody.toString('utf8')));
    return form.Status === undefined || form.Text !== undefined ? [parseMessage(form)] : parseReceipt(form, url);
  },
};

function parseMessage(form: Form): CarrierEvent {
  const { MessageUUID, From, To, Text } = readEvent(inbound, form);
  return { kind: 'message', carrier: 'plivo', carrierMessageId: MessageUUID, recipient: From, sender: To, text: Text };
}

function parseReceipt(form: Form, url: string): readonly CarrierEvent[] {
  const ref = refInUrl(url);
  const state = RECEIPT_STATES.get(form.Status ?? '');
  // Not a message of ours, or a status that says nothing of delivery: genuine, and nothing to do.
  if (!ref || !state) return [];
  const { MessageUUID, From, To } = readEvent(receipt, {
    ...form,
    // The id that the message was accepted under, should a part of it have one of its own.
    MessageUUID: form.ParentMessageUUID || form.MessageUUID,
  });
  // Without an error it may be `000`.
  const detail = state === 'undelivered' ? /^\d{1,5}$/.exec(form.ErrorCode ?? '')?.[0] : undefined;
  return [
    {
      kind: 'receipt',
      carrier: 'plivo',
      carrierMessageId: MessageUUID,
      recipient: To,
      sender: From,
      ref,
      state,
      detail,
      because: RECEIPT_CODES.get(detail ?? ''),
    },
  ];
}
