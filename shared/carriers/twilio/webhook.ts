import * as z from 'zod/mini';
import type { ReceiptState } from '../../messages/receipt.ts';
import { carrierMessageId, recipient, sender } from '../addresses.ts';
import type { CarrierEvent, CarrierWebhook, InboundMessage, Receipt, WebhookRequest } from '../carrier.ts';
import { readEvent } from '../read-event.ts';
import { queryOf, refInUrl } from '../ref.ts';
import { twilioRejection } from './errors.ts';
import { readTwilioSecret } from './secret.ts';
import { isSignedByTwilio } from './signature.ts';

const inboundForm = z.object({
  MessageSid: carrierMessageId,
  From: recipient,
  To: sender,
  Body: z.string(),
  OptOutType: z.optional(z.string()),
});

const receiptForm = z.object({
  MessageSid: carrierMessageId,
  MessageStatus: z.string(),
  To: recipient,
  From: sender,
  ErrorCode: z.optional(z.string()),
});

/** Sent with Advanced Opt-Out: what Twilio took the message for. Then Twilio has answered it as well. */
const CARRIER_INTENTS: ReadonlyMap<string, InboundMessage['carrierIntent']> = new Map([
  ['STOP', 'opt-out'],
  ['START', 'opt-in'],
  ['HELP', 'help'],
] as const);

const RECEIPT_STATES: ReadonlyMap<string, ReceiptState> = new Map([
  ['accepted', 'accepted'],
  ['scheduled', 'accepted'],
  ['queued', 'accepted'],
  ['sending', 'accepted'],
  ['sent', 'accepted'],
  ['delivered', 'delivered'],
  ['read', 'delivered'],
  ['partially_delivered', 'delivered'],
  ['undelivered', 'undelivered'],
  ['failed', 'undelivered'],
  ['canceled', 'undelivered'],
] as const);

/** Twilio's webhooks: forms, signed over URL and parameters, without a time. */
export const webhook: CarrierWebhook = {
  methods: ['POST', 'GET'],
  answer: { contentType: 'text/xml', body: '<?xml version="1.0" encoding="UTF-8"?><Response/>' },
  verify: (request, secret) => (isSignedByTwilio(request, readTwilioSecret(secret).authTokens) ? 'genuine' : 'forged'),
  parse(request): readonly CarrierEvent[] {
    const form = Object.fromEntries(parametersOf(request));
    // Twilio writes `received` into the status of what comes in; every other status is a receipt's.
    const isReceipt = form.MessageStatus !== undefined && form.MessageStatus !== 'received';
    return isReceipt ? parseReceipt(request, form) : [parseMessage(form)];
  },
};

/** A webhook that is set to GET carries the parameters in the query. */
function parametersOf(request: WebhookRequest): URLSearchParams {
  return new URLSearchParams(request.method === 'GET' ? queryOf(request.url) : request.rawBody.toString('utf8'));
}

function parseMessage(form: Record<string, string>): InboundMessage {
  const { MessageSid, From, To, Body, OptOutType } = readEvent(inboundForm, form);
  return {
    kind: 'message',
    carrier: 'twilio',
    carrierMessageId: MessageSid,
    recipient: From,
    sender: To,
    text: Body,
    carrierIntent: OptOutType === undefined ? undefined : CARRIER_INTENTS.get(OptOutType),
  };
}

function parseReceipt(request: WebhookRequest, form: Record<string, string>): readonly Receipt[] {
  const { MessageSid, MessageStatus, To, From, ErrorCode } = readEvent(receiptForm, form);
  const ref = refInUrl(request.url);
  const state = RECEIPT_STATES.get(MessageStatus);
  // Not a message of ours, or a status that says nothing of delivery: genuine, and nothing to do.
  if (!ref || !state) return [];
  return [
    {
      kind: 'receipt',
      carrier: 'twilio',
      carrierMessageId: MessageSid,
      recipient: To,
      sender: From,
      ref,
      state,
      detail: ErrorCode,
      because: ErrorCode === undefined ? undefined : twilioRejection(Number(ErrorCode)),
    },
  ];
}
