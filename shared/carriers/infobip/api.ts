import { createHash } from 'node:crypto';
import type { Outcome } from '../../messages/outcome.ts';
import { withoutPlus } from '../addresses.ts';
import { refText } from '../ref.ts';
import { outcomeOfRefusal } from '../refusal.ts';
import { acceptedAs, outcomeOfStatus, type RestAnswer, type RestApi, textAt, valueAt } from '../rest.ts';
import { reasonIn } from './errors.ts';
import { readInfobipSecret } from './secret.ts';

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
            webhooks: { contentType: 'application/json', callbackData: refText(ref, from) },
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
    const { detail = 'refused', refusal, reach } = reasonIn(message);
    // It has this message already: an answer to an earlier attempt was lost.
    if (detail === 'REJECTED_DUPLICATE_MESSAGE_ID') return accepted;
    const passes = valueAt(message, 'error', 'permanent') === false;
    const outcome = outcomeOfRefusal(refusal ?? (passes ? 'transient' : 'misconfigured'), detail, answer.hint);
    return outcome.kind === 'rejected' && reach ? { ...outcome, reach } : outcome;
  },
};

/** An error in one of the two shapes in which Infobip writes them. */
function outcomeOfError(answer: RestAnswer): Outcome {
  const { body } = answer;
  const code = textAt(body, 'errorCode') ?? textAt(body, 'requestError', 'serviceException', 'messageId') ?? '';
  const detail = /^[A-Z][A-Z_]{0,40}\d{0,3}$/.exec(code)?.[0];
  // Which field is wrong; the recipient and the text are what differs between messages.
  const field = textAt(body, 'violations', 0, 'property') ?? '';
  if (detail && answer.status === 400 && /\bto$/.test(field))
    return { kind: 'rejected', because: 'invalid-destination', detail };
  if (detail && answer.status === 400 && /\btext$/.test(field))
    return { kind: 'rejected', because: 'bad-content', detail };
  return outcomeOfStatus(answer, detail !== undefined, detail);
}
