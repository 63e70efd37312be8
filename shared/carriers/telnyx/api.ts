import type { Outcome } from '../../messages/outcome.ts';
import { codeTable } from '../code-table.ts';
import { acceptedAs, outcomeOfStatus, type RestAnswer, type RestApi, textAt } from '../rest.ts';
import { codeIn, REJECTIONS } from './errors.ts';
import { readTelnyxSecret } from './secret.ts';

/** Codes for a fault that passes; and 10008, a time limit of Telnyx's own, after which nobody knows how far a message came. */
const PASSING = codeTable<'throttled' | 'transient' | 'unknown'>({
  throttled: '10011 40011',
  transient: '10007 40002 40004 40006 40014 40318 40320',
  unknown: '10008',
});

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

function outcomeOfError(answer: RestAnswer): Outcome {
  const detail = codeIn(answer.body);
  if (detail === '') return outcomeOfStatus(answer, false);
  const because = REJECTIONS.get(detail);
  const passing = PASSING.get(detail);
  if (answer.status === 429 || (!because && !passing)) return outcomeOfStatus(answer, true, detail);
  if (because) return { kind: 'rejected', because, detail };
  return passing === 'throttled' || passing === 'transient'
    ? { kind: 'later', because: passing, detail, ...answer.hint }
    : { kind: 'unknown', detail };
}
