import { withoutPlus } from '../addresses.ts';
import { refText } from '../ref.ts';
import { acceptedAs, outcomeOfStatus, type RestApi, textAt, valueAt } from '../rest.ts';
import { WRONG_FIELDS } from './errors.ts';
import { readMessageBirdSecret } from './secret.ts';

/**
 * MessageBird's REST API for SMS. Reports come only for messages with a reference, which the report repeats: it names the
 * message and its sender. https://developers.messagebird.com/api/sms-messaging/
 */
export const api: RestApi = {
  toRequest({ ref, from, body }, secret, { apiUrl = 'https://rest.messagebird.com', callbackUrl }) {
    const { accessKey } = readMessageBirdSecret(secret);
    return {
      url: `${apiUrl}/messages`,
      headers: { authorization: `AccessKey ${accessKey}` },
      body: {
        originator: withoutPlus(from),
        recipients: [withoutPlus(ref.to)],
        body,
        // Without it, letters beyond GSM's alphabet are lost.
        datacoding: 'auto',
        reference: refText(ref, from),
        reportUrl: callbackUrl(ref).replace(/\?.*/, ''),
      },
    };
  },
  toOutcome(answer) {
    if (answer.status < 400) return acceptedAs(textAt(answer.body, 'id'));
    const error = valueAt(answer.body, 'errors', 0);
    const detail = /^\d{1,5}$/.exec(String(valueAt(error, 'code')))?.[0];
    const wrong = WRONG_FIELDS.get(textAt(error, 'parameter') ?? '');
    const because = detail === '9' && wrong ? wrong : detail === '25' ? 'over-quota' : undefined;
    if (detail && because && answer.status < 429) return { kind: 'rejected', because, detail };
    return outcomeOfStatus(answer, detail !== undefined, detail);
  },
};
