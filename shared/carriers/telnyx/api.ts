import { acceptedAs, type RestApi, textAt } from '../rest.ts';
import { outcomeOfError } from './errors.ts';
import { readTelnyxSecret } from './secret.ts';

/** Telnyx's REST API. https://developers.telnyx.com/api-reference/messages/send-a-message */
export const api: RestApi = {
  toRequest({ ref, from, body }, secret, { apiUrl = 'https://api.telnyx.com', callbackUrl }) {
    const { apiKey, messagingProfileId } = readTelnyxSecret(secret);
    return {
      url: `${apiUrl}/v2/messages`,
      headers: { authorization: `Bearer ${apiKey}` },
      body: {
        from,
        to: ref.to,
        text: body,
        webhook_url: callbackUrl(ref),
        // A number belongs to a profile; a name has to be told which.
        ...(/[a-z]/i.test(from) && { messaging_profile_id: messagingProfileId }),
      },
    };
  },
  toOutcome(answer) {
    return answer.status >= 400 ? outcomeOfError(answer) : acceptedAs(textAt(answer.body, 'data', 'id'));
  },
};
