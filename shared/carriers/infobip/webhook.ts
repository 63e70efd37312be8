import * as z from 'zod/mini';
import type { ReceiptState } from '../../messages/receipt.ts';
import { carrierMessageId, recipient, sender } from '../addresses.ts';
import type { CarrierEvent, CarrierWebhook, InboundMessage } from '../carrier.ts';
import { codeTable } from '../code-table.ts';
import { fromOddTime } from '../odd-time.ts';
import { readEach } from '../read-each.ts';
import { readEvent } from '../read-event.ts';
import { readJson, textIfAny } from '../read-json.ts';
import { refInText, senderInText } from '../ref.ts';
import { textAt, valueAt } from '../rest.ts';
import { endOfSecond } from '../sent-at.ts';
import { nameIn, reasonIn } from './errors.ts';
import { readInfobipSecret } from './secret.ts';
import { verdictOnCall } from './signature.ts';

const envelope = z.object({ results: z.array(z.unknown()) });

const inbound = z.object({
  messageId: carrierMessageId,
  from: recipient,
  to: sender,
  text: textIfAny,
  message: z.optional(z.unknown()),
  receivedAt: textIfAny,
});

const report = z.object({
  messageId: carrierMessageId,
  to: recipient,
  sender: textIfAny,
  from: textIfAny,
  callbackData: textIfAny,
});

/** By a status's name, where that says less than its group; else by its group. */
const RECEIPT_STATES = codeTable<ReceiptState>({
  accepted: 'ACCEPTED PENDING DELIVERED_TO_OPERATOR EXPIRED_DLR_UNKNOWN',
  delivered: 'DELIVERED',
  undelivered: 'UNDELIVERABLE EXPIRED REJECTED',
});

/** Infobip's webhooks: JSON that holds up to as many texts or reports as the notification profile says, 100 by default. */
export const webhook: CarrierWebhook = {
  methods: ['POST'],
  answer: { contentType: 'application/json', body: '{}' },
  challenge: 'Basic realm="Stopgate"',
  maxBodyBytes: 256 * 1024,
  verify: (request, secret) => verdictOnCall(request, readInfobipSecret(secret)),
  parse({ rawBody }): readonly CarrierEvent[] {
    const { results } = readEvent(envelope, readJson(rawBody));
    // A text has no status, and a report has no text; what has both is rather a text.
    return readEach(results, (one) =>
      valueAt(one, 'status') === undefined || valueAt(one, 'text') !== undefined
        ? [parseMessage(one)]
        : parseReport(one),
    );
  },
};

function parseMessage(result: unknown): InboundMessage {
  const { messageId, from, to, text, message, receivedAt } = readEvent(inbound, result);
  return {
    kind: 'message',
    carrier: 'infobip',
    carrierMessageId: messageId,
    recipient: from,
    sender: to,
    // A picture's text is among its parts.
    text:
      text ??
      [message]
        .flat()
        .flatMap((part) => textAt(part, 'value') ?? [])
        .join('\n'),
    sentAt: endOfSecond(fromOddTime(receivedAt)),
  };
}

function parseReport(result: unknown): readonly CarrierEvent[] {
  const { messageId, to, callbackData, ...named } = readEvent(report, result);
  const ref = refInText(callbackData);
  const from = sender.safeParse(senderInText(callbackData) ?? named.sender ?? named.from);
  const state =
    RECEIPT_STATES.get(nameIn(result, 'status') ?? '') ??
    RECEIPT_STATES.get(textAt(result, 'status', 'groupName') ?? '');
  // Not a message of ours, or a status that says nothing of delivery: genuine, and nothing to do.
  if (!ref || !from.success || !state) return [];
  const { detail, because, reach } = reasonIn(result);
  return [
    {
      kind: 'receipt',
      carrier: 'infobip',
      carrierMessageId: messageId,
      recipient: to,
      sender: from.data,
      ref,
      state,
      ...(state === 'undelivered' && { detail, because, reach }),
    },
  ];
}
