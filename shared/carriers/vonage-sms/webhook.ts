import * as z from 'zod/mini';
import type { ReceiptState } from '../../messages/receipt.ts';
import { carrierMessageId, recipient, sender } from '../addresses.ts';
import type { CarrierEvent, CarrierWebhook, InboundMessage, MessagePart, WebhookRequest } from '../carrier.ts';
import { codeTable } from '../code-table.ts';
import { readEvent } from '../read-event.ts';
import { queryOf, refInUrl } from '../ref.ts';
import { unlessForeign } from '../ref-seal.ts';
import { endOfSecond } from '../sent-at.ts';
import { verdictOnTime } from '../signed-time.ts';
import { RECEIPT_REJECTIONS } from './errors.ts';
import { readVonageSmsSecret } from './secret.ts';
import { isSignedByVonage, type Parameters } from './signature.ts';

/**
 * How old a call may be. Vonage goes on calling for 24 hours, and nobody says whether it signs anew each time. All that a
 * call says is signed, so that one that somebody recorded can only say again what is known. Seconds.
 */
const TOLERANCE_SECONDS = 25 * 60 * 60;

const inbound = z.object({
  messageId: carrierMessageId,
  msisdn: recipient,
  to: sender,
  text: z.optional(z.string()),
});

const receipt = z.object({ messageId: carrierMessageId, msisdn: recipient, to: sender, status: z.string() });

/** Vonage's word for where a message is. */
const STATES = codeTable<ReceiptState>({
  accepted: 'accepted buffered unknown',
  delivered: 'delivered',
  undelivered: 'expired failed rejected',
});

/** Vonage's SMS API: parameters by query, form or JSON, as the account is set, signed with all that they say. */
export const webhook: CarrierWebhook = {
  methods: ['GET', 'POST'],
  answer: { contentType: 'text/plain', body: '' },
  verify(request, secret, now) {
    const { signatureSecrets, signatureMethod, toleranceSeconds = TOLERANCE_SECONDS } = readVonageSmsSecret(secret);
    const parameters = parametersOf(request);
    if (!isSignedByVonage(parameters, signatureSecrets, signatureMethod)) return 'forged';
    return verdictOnTime(parameters.timestamp ?? '', toleranceSeconds, now);
  },
  parse(request): readonly CarrierEvent[] {
    const parameters = parametersOf(request);
    return parameters.status === undefined ? [parseMessage(parameters)] : parseReceipt(request, parameters);
  },
};

/** What a call says, wherever it says it: in its query, or in its body and in the query of the address that we gave. */
function parametersOf({ method, url, rawBody }: WebhookRequest): Parameters {
  const query = Object.fromEntries(new URLSearchParams(queryOf(url)));
  if (method === 'GET') return query;
  const body = rawBody.toString('utf8');
  return { ...query, ...(body.startsWith('{') ? readObject(body) : Object.fromEntries(new URLSearchParams(body))) };
}

/** The fields of a JSON object; none where it is not readable, which then is signed by nobody. */
function readObject(json: string): Parameters {
  try {
    return Object.fromEntries(Object.entries(JSON.parse(json)).map(([name, value]) => [name, String(value)]));
  } catch {
    return {};
  }
}

function parseMessage(parameters: Parameters): InboundMessage {
  const { messageId, msisdn, to, text = '' } = readEvent(inbound, parameters);
  return {
    kind: 'message',
    carrier: 'vonage-sms',
    carrierMessageId: messageId,
    recipient: msisdn,
    sender: to,
    text,
    sentAt: endOfSecond(messageTimeIn(parameters)),
    part: partIn(parameters),
  };
}

/** `message-timestamp`: UTC, to the second, and in fact the moment at which Vonage began to call us. */
const messageTimeIn = ({ 'message-timestamp': time = '' }: Parameters): string | undefined =>
  /^[\d-]{10} [\d:]{8}$/.test(time) ? `${time.replace(' ', 'T')}Z` : undefined;

/** Which part of a long message a text is. One that does not say so clearly is heard as it is. */
function partIn(parameters: Parameters): MessagePart | undefined {
  const ref = parameters['concat-ref'] ?? '';
  const number = Number(parameters['concat-part']);
  const total = Number(parameters['concat-total']);
  const isPart = /^\w{1,40}$/.test(ref) && [number, total].every(Number.isInteger);
  return isPart && 1 <= number && number <= total && 2 <= total && total <= 255 ? { ref, number, total } : undefined;
}

function parseReceipt(request: WebhookRequest, parameters: Parameters): readonly CarrierEvent[] {
  const { messageId, msisdn, to, status } = readEvent(receipt, parameters);
  const ref = unlessForeign(refInUrl(request.url), parameters['client-ref']);
  const state = STATES.get(status);
  // Not a message of ours, or a status that says nothing of delivery: genuine, and nothing to do.
  if (!ref || !state) return [];
  const code = parameters['err-code'];
  const detail = code === '0' ? undefined : code;
  const because = detail === undefined ? undefined : RECEIPT_REJECTIONS.get(detail);
  return [
    {
      kind: 'receipt',
      carrier: 'vonage-sms',
      carrierMessageId: messageId,
      recipient: msisdn,
      sender: to,
      ref,
      state,
      detail,
      because,
    },
  ];
}
