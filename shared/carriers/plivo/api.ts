import { acceptedAs, basic, outcomeOfStatus, type RestApi, textAt, valueAt } from '../rest.ts';
import { readPlivoSecret } from './secret.ts';

/** Plivo's REST API. https://docs.plivo.com/docs/messaging/api/message/send-a-message */
export const api: RestApi = {
  toRequest({ ref, from, body }, secret, { apiUrl = 'https://api.plivo.com', callbackUrl }) {
    const { authId, authTokens } = readPlivoSecret(secret);
    return {
      url: `${apiUrl}/v1/Account/${encodeURIComponent(authId)}/Message/`,
      headers: { authorization: basic(authId, authTokens[0] ?? '') },
      body: { src: from, dst: ref.to, text: body, type: 'sms', url: callbackUrl(ref), method: 'POST' },
    };
  },
  toOutcome(answer) {
    // Errors are texts without a code; each answer of Plivo's own has an id.
    if (answer.status >= 400) return outcomeOfStatus(answer, textAt(answer.body, 'api_id') !== undefined);
    const id = textAt(answer.body, 'message_uuid', 0);
    // Where it took no recipient, it lists those that are none.
    if (id === undefined && valueAt(answer.body, 'invalid_number', 0) !== undefined)
      return { kind: 'rejected', because: 'invalid-destination', detail: 'invalid_number' };
    return acceptedAs(id);
  },
};
