import { withoutPlus } from '../addresses.ts';
import { sealOf } from '../ref-seal.ts';
import { outcomeOfRefusal } from '../refusal.ts';
import { acceptedAs, basic, outcomeOfStatus, type RestApi, textAt, valueAt } from '../rest.ts';
import { codeIn, REFUSALS } from './errors.ts';
import { readVonageMessagesSecret, type VonageMessagesSecret } from './secret.ts';
import { tokenOf } from './signature.ts';

/** Vonage's Messages API, version 1. https://developer.vonage.com/en/api/messages */
export const api: RestApi = {
  toRequest({ ref, from, body }, secret, { apiUrl = 'https://api.nexmo.com', callbackUrl, now }) {
    return {
      url: `${apiUrl}/v1/messages`,
      headers: { authorization: authorization(readVonageMessagesSecret(secret), now) },
      body: {
        channel: 'sms',
        message_type: 'text',
        from: withoutPlus(from),
        to: withoutPlus(ref.to),
        text: body,
        client_ref: sealOf(ref),
        webhook_url: callbackUrl(ref),
        webhook_version: 'v1',
      },
    };
  },
  toOutcome(answer) {
    if (answer.status < 400) return acceptedAs(textAt(answer.body, 'message_uuid'));
    const code = codeIn(answer.body);
    const refusal = REFUSALS.get(code ?? '');
    if (code !== undefined && refusal) return outcomeOfRefusal(refusal, code, answer.hint);
    // 402: the account's balance is spent.
    if (answer.status === 402) return outcomeOfRefusal('over-quota', code ?? '402', answer.hint);
    return outcomeOfStatus(answer, valueAt(answer.body, 'title') !== undefined, code);
  },
};

function authorization({ apiKey, apiSecret, applicationId, privateKey }: VonageMessagesSecret, now: number): string {
  if (applicationId && privateKey) return `Bearer ${tokenOf(applicationId, privateKey, now)}`;
  if (apiSecret) return basic(apiKey, apiSecret);
  throw new Error('The secret of carrier vonage-messages has neither a "privateKey" nor an "apiSecret"');
}
