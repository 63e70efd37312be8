import { refText } from '../ref.ts';
import { acceptedAs, outcomeOfStatus, type RestApi, textAt, valueAt } from '../rest.ts';
import { readSinchSecret } from './secret.ts';

/**
 * Sinch's REST API for SMS. One recipient a batch: then the batch's id is the message's. The batch names no address for
 * its reports, since only the address that is set for the whole service plan has the plan's credentials.
 * https://developers.sinch.com/docs/sms/api-reference/sms/tag/Batches/
 */
export const api: RestApi = {
  toRequest({ ref, from, body }, secret, { apiUrl }) {
    const { servicePlanId, apiToken, region } = readSinchSecret(secret);
    return {
      url: `${apiUrl ?? `https://${region}.sms.api.sinch.com`}/xms/v1/${servicePlanId}/batches`,
      headers: { authorization: `Bearer ${apiToken}` },
      body: { from, to: [ref.to], body, delivery_report: 'per_recipient', client_reference: refText(ref, from) },
    };
  },
  toOutcome(answer) {
    if (answer.status < 400) return acceptedAs(textAt(answer.body, 'id'));
    const code = valueAt(answer.body, 'code') ?? valueAt(answer.body, 'error', 'code') ?? '';
    const detail = /^(?:[a-z_]{1,40}|\d{1,5})$/.exec(String(code))?.[0];
    // Both say that a field is wrong and not which; the recipient and the text are what differs between messages.
    // https://developers.sinch.com/docs/sms/api-reference/status-codes
    if (detail === 'syntax_invalid_parameter_format')
      return { kind: 'rejected', because: 'invalid-destination', detail };
    if (detail === 'syntax_constraint_violation') return { kind: 'rejected', because: 'bad-content', detail };
    return outcomeOfStatus(answer, detail !== undefined, detail);
  },
};
