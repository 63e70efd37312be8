import { refText } from '../../../shared/carriers/ref.ts';
import { acceptedAs, type RestApi, textAt } from '../../../shared/carriers/rest.ts';

export const api: RestApi = {
  toRequest: ({ ref, from, body }, secret, { apiUrl }) => ({
    url: `${apiUrl}/toys`,
    headers: { authorization: (secret as { key: string }).key },
    body: new URLSearchParams({ To: ref.to, From: from, Body: body, echo: refText(ref, from) }),
  }),
  toOutcome: ({ status, body }) =>
    status === 451
      ? { kind: 'rejected', because: 'opted-out', detail: 'toy says no', reach: 'account' }
      : acceptedAs(textAt(body, 'sid')),
};
