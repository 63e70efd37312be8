import { withoutPlus } from '../addresses.ts';
import { sealOf } from '../ref-seal.ts';
import { outcomeOfRefusal } from '../refusal.ts';
import { acceptedAs, outcomeOfStatus, type RestApi, textAt, valueAt } from '../rest.ts';
import { REFUSALS } from './errors.ts';
import { readVonageSmsSecret } from './secret.ts';

/** Letters of the GSM alphabet and its extension (3GPP TS 23.038). Others would arrive as question marks, unless sent as Unicode. */
const GSM = /^[@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ -#¤%-?¡A-ZÄÖÑÜ§¿a-zäöñüà^{}\\[~\]|€\f]*$/;

/** Vonage's SMS API. https://developer.vonage.com/en/api/sms */
export const api: RestApi = {
  toRequest({ ref, from, body }, secret, { apiUrl = 'https://rest.nexmo.com', callbackUrl }) {
    const { apiKey, apiSecret } = readVonageSmsSecret(secret);
    return {
      url: `${apiUrl}/sms/json`,
      headers: {},
      body: new URLSearchParams({
        api_key: apiKey,
        api_secret: apiSecret,
        from: withoutPlus(from),
        to: withoutPlus(ref.to),
        text: body,
        type: GSM.test(body) ? 'text' : 'unicode',
        callback: callbackUrl(ref),
        'client-ref': sealOf(ref),
      }),
    };
  },
  /** The status of the answer is always 200; each part of the message has a status of its own, and `0` is success. */
  toOutcome(answer) {
    const messages = valueAt(answer.body, 'messages');
    const parts = Array.isArray(messages) ? messages : [];
    if (parts.length === 0 && answer.status >= 400) return outcomeOfStatus(answer, false);
    const statusOf = (part: unknown) => String(valueAt(part, 'status'));
    // A message of which one part has left must not be sent again.
    const taken = parts.find((part) => statusOf(part) === '0');
    const detail = statusOf(parts[0]);
    if (taken !== undefined || !/^\d+$/.test(detail)) return acceptedAs(textAt(taken, 'message-id'));
    return outcomeOfRefusal(REFUSALS.get(detail) ?? 'misconfigured', detail, answer.hint);
  },
};
