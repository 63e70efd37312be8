import { acceptedAs, basic, type RestApi, textAt } from '../rest.ts';
import { outcomeOfError } from './errors.ts';
import { readTwilioSecret } from './secret.ts';

/** Twilio's REST API. https://www.twilio.com/docs/messaging/api/message-resource */
export const api: RestApi = {
  toRequest({ ref, from, body }, secret, { apiUrl = 'https://api.twilio.com', callbackUrl }) {
    const { accountSid, authTokens } = readTwilioSecret(secret);
    return {
      url: `${apiUrl}/2010-04-01/Accounts/${accountSid}/Messages.json`,
      headers: { authorization: basic(accountSid, authTokens[0] ?? '') },
      body: new URLSearchParams({ To: ref.to, From: from, Body: body, StatusCallback: callbackUrl(ref) }),
    };
  },
  toOutcome(answer) {
    return answer.status >= 400 ? outcomeOfError(answer) : acceptedAs(textAt(answer.body, 'sid'));
  },
};
