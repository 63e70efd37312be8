import * as z from 'zod/mini';
import type { ReceiptState } from '../../messages/receipt.ts';
import { carrierMessageId, recipient, sender } from '../addresses.ts';
import type { CarrierEvent, CarrierWebhook, InboundMessage, WebhookRequest } from '../carrier.ts';
import { codeTable } from '../code-table.ts';
import { readEvent } from '../read-event.ts';
import { readJson, textIfAny } from '../read-json.ts';
import { refInUrl } from '../ref.ts';
import { valueAt } from '../rest.ts';
import { verdictOnTime } from '../signed-time.ts';
import { codeIn, REJECTIONS } from './errors.ts';
import { readTelnyxSecret } from './secret.ts';
import { isSignedByTelnyx } from './signature.ts';

/**
 * How old a request may be. Telnyx calls up to three times for each address; nobody says for how long, nor whether a
 * later call is signed anew. A STOP that comes late is worth more than a replay is worth avoiding: an event is stored
 * once, under its message id, and the body is signed. Seconds.
 */
const TOLERANCE_SECONDS = 24 * 60 * 60;

const envelope = z.object({ data: z.object({ event_type: z.string(), payload: z.unknown() }) });

const inbound = z.object({
  id: carrierMessageId,
  from: recipient,
  to: sender,
  text: textIfAny,
  received_at: textIfAny,
  autoresponse_type: textIfAny,
});

const outbound = z.object({ id: carrierMessageId, from: sender, to: recipient });

/** What Telnyx took a message for, and then has answered. Its documents show the first ones; others have seen `opt_out`. */
const CARRIER_INTENTS = codeTable<NonNullable<InboundMessage['carrierIntent']>>({
  'opt-out': 'STOP OPT_OUT',
  'opt-in': 'START OPT_IN',
  help: 'HELP',
});

const RECEIPT_STATES = codeTable<ReceiptState>({
  accepted: 'queued sending sent delivery_unconfirmed',
  delivered: 'delivered',
  undelivered: 'sending_failed delivery_failed',
});

/** Telnyx's webhooks: JSON, signed with its time. Telnyx waits for two seconds. */
export const webhook: CarrierWebhook = {
  methods: ['POST'],
  answer: { contentType: 'application/json', body: '{}' },
  verify(request, secret, now) {
    const { publicKeys, toleranceSeconds = TOLERANCE_SECONDS } = readTelnyxSecret(secret);
    const time = request.headers['telnyx-timestamp'] ?? '';
    return isSignedByTelnyx(request, time, publicKeys) ? verdictOnTime(time, toleranceSeconds, now) : 'forged';
  },
  parse(request): readonly CarrierEvent[] {
    const { event_type, payload } = readEvent(envelope, readJson(request.rawBody)).data;
    if (event_type === 'message.received') return [parseMessage(payload)];
    return /^message\.(sent|finalized)$/.test(event_type) ? parseReceipt(payload, request) : [];
  },
};

/** A message with the one whom it is for: ours, if it was also sent to others, is the one for which we are called. */
function withAddressee(payload: unknown) {
  const to = [valueAt(payload, 'to')].flat();
  const addressee = to.find((one) => valueAt(one, 'status') === 'webhook_delivered') ?? to[0];
  return {
    ...(payload as object),
    from: valueAt(payload, 'from', 'phone_number'),
    to: valueAt(addressee, 'phone_number'),
    status: valueAt(addressee, 'status'),
  };
}

function parseMessage(payload: unknown): InboundMessage {
  const { id, from, to, text, received_at, autoresponse_type } = readEvent(inbound, withAddressee(payload));
  return {
    kind: 'message',
    carrier: 'telnyx',
    carrierMessageId: id,
    recipient: from,
    sender: to,
    // There is none with a picture alone.
    text: text ?? '',
    sentAt: received_at,
    carrierIntent: CARRIER_INTENTS.get(autoresponse_type?.toUpperCase() ?? ''),
  };
}

function parseReceipt(payload: unknown, { url }: WebhookRequest): readonly CarrierEvent[] {
  const message = withAddressee(payload);
  // The signature does not cover the URL that was called, but the body names it.
  const callback = valueAt(payload, 'webhook_url');
  const ref = refInUrl(typeof callback === 'string' ? callback : url);
  const state = RECEIPT_STATES.get(String(message.status));
  // Not a message of ours, or a status that says nothing of delivery: genuine, and nothing to do.
  if (!ref || !state) return [];
  const { id, from, to } = readEvent(outbound, message);
  const code = codeIn(payload);
  return [
    {
      kind: 'receipt',
      carrier: 'telnyx',
      carrierMessageId: id,
      recipient: to,
      sender: from,
      ref,
      state,
      detail: code || undefined,
      because: REJECTIONS.get(code),
    },
  ];
}
