import { refText } from '../ref.ts';
import { acceptedAs, basic, outcomeOfStatus, type RestApi, textAt } from '../rest.ts';
import { readBandwidthSecret } from './secret.ts';

/** Bandwidth's messaging API. https://dev.bandwidth.com/docs/messaging/createMessage */
export const api: RestApi = {
  toRequest({ ref, from, body }, secret, { apiUrl = 'https://messaging.bandwidth.com' }) {
    const { accountId, applicationId, apiUser, apiPassword } = readBandwidthSecret(secret);
    return {
      url: `${apiUrl}/api/v2/users/${encodeURIComponent(accountId)}/messages`,
      headers: { authorization: basic(apiUser, apiPassword) },
      body: { applicationId, to: [ref.to], from, text: body, tag: refText(ref, from) },
    };
  },
  toOutcome(answer) {
    if (answer.status < 400) return acceptedAs(textAt(answer.body, 'id'));
    const detail = /^[a-z-]{1,60}$/.exec(textAt(answer.body, 'type') ?? '')?.[0];
    // Of what is validated, only the recipient and the text differ between messages.
    const field = textAt(answer.body, 'fieldErrors', 0, 'fieldName');
    if (answer.status === 400 && detail !== undefined && field !== undefined) {
      if (/^to\b/.test(field)) return { kind: 'rejected', because: 'invalid-destination', detail };
      if (field === 'text') return { kind: 'rejected', because: 'bad-content', detail };
    }
    return outcomeOfStatus(answer, detail !== undefined, detail);
  },
};
