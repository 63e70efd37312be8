import { createHash } from 'node:crypto';
import type { Outcome, Rejection } from '../../messages/outcome.ts';
import { withoutPlus } from '../addresses.ts';
import { codeTable } from '../code-table.ts';
import { refText } from '../ref.ts';
import { outcomeOfRefusal, type Refusal } from '../refusal.ts';
import { acceptedAs, outcomeOfStatus, type RestAnswer, type RestApi, textAt, valueAt } from '../rest.ts';
import { nameIn, reasonIn } from './errors.ts';
import { readInfobipSecret } from './secret.ts';

/**
 * Statuses by which it refuses a message at once, beside opt-outs. What is not among them is a setting.
 * Source: https://www.infobip.com/docs/essentials/api-essentials/response-status-and-error-codes
 */
const REFUSALS = codeTable<Refusal>({
  'invalid-destination': 'REJECTED_PREFIX_MISSING REJECTED_DESTINATION MISSING_TO',
  'bad-content': 'REJECTED_MESSAGE_TOO_LONG',
  blocked: 'SIGNALS_BLOCKED',
  'over-quota': 'REJECTED_NOT_ENOUGH_CREDITS REJECTED_PREPAID_PACKAGE_EXPIRED',
  // So many texts to one number in an hour.
  throttled: 'REJECTED_FLOODING_FILTER',
  transient: 'REJECTED_SYSTEM_ERROR UNDELIVERABLE_REJECTED_PLATFORM',
});

/**
 * Infobip's REST API for SMS. The id is ours and the same at every attempt, so that Infobip refuses to take a message twice.
 * No address for reports is named: then the account's subscription applies, which is the one with the credentials.
 * https://www.infobip.com/docs/api/channels/sms/outbound-sms/send-sms-messages
 */
export const api: RestApi = {
  toRequest({ ref, from, body }, secret, { apiUrl, callbackUrl }) {
    const { apiKey, baseUrl } = readInfobipSecret(secret);
    // With the stage's own address: two stages may share an account of Infobip's.
    const messageId = createHash('sha256')
      .update(`${callbackUrl(ref)} ${ref.account} ${ref.to}`)
      .digest('hex');
    return {
      url: `${(apiUrl ?? baseUrl).replace(/\/$/, '')}/sms/3/messages`,
      headers: { authorization: `App ${apiKey}`, accept: 'application/json' },
      body: {
        messages: [
          {
            sender: withoutPlus(from),
            destinations: [{ to: withoutPlus(ref.to), messageId }],
            content: { text: body },
            webhooks: { callbackData: refText(ref, from) },
          },
        ],
      },
    };
  },
  toOutcome(answer) {
    if (answer.status >= 400) return outcomeOfError(answer);
    const message = valueAt(answer.body, 'messages', 0);
    const accepted = acceptedAs(textAt(message, 'messageId'));
    // A success of HTTP is one of the request, and not yet of the message.
    if (!/^(REJECTED|UNDELIVERABLE|EXPIRED)$/.test(textAt(message, 'status', 'groupName') ?? '')) return accepted;
    const status = nameIn(message, 'status') ?? '';
    // It has this message already: an answer to an earlier attempt was lost.
    if (status === 'REJECTED_DUPLICATE_MESSAGE_ID') return accepted;
    const { detail = 'refused', because, reach } = reasonIn(message);
    if (because) return { kind: 'rejected', because, detail, ...(reach && { reach }) };
    const otherwise = valueAt(message, 'error', 'permanent') === false ? 'transient' : 'misconfigured';
    return outcomeOfRefusal(REFUSALS.get(status) ?? otherwise, detail, answer.hint);
  },
};

/** By the field that an error names. */
const WRONG_FIELDS = codeTable<Rejection>({ 'invalid-destination': 'to', 'bad-content': 'text' });

/** An error in one of the two shapes in which Infobip writes them. */
function outcomeOfError(answer: RestAnswer): Outcome {
  const { body } = answer;
  const code = textAt(body, 'errorCode') ?? textAt(body, 'requestError', 'serviceException', 'messageId') ?? '';
  const detail = /^[A-Z][A-Z_]{0,40}\d{0,3}$/.exec(code)?.[0];
  // Which field is wrong; the recipient and the text are what differs between messages.
  const field = textAt(body, 'violations', 0, 'property') ?? '';
  const wrong = WRONG_FIELDS.get(field.replace(/.*\./, ''));
  if (detail && wrong && answer.status === 400) return { kind: 'rejected', because: wrong, detail };
  return outcomeOfStatus(answer, detail !== undefined, detail);
}
