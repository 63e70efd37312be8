import { createHmac, timingSafeEqual } from 'node:crypto';
import type { CarrierWebhook } from '../../../shared/carriers/carrier.ts';
import { refInText } from '../../../shared/carriers/ref.ts';

/** A carrier that there is not: it signs its body, brings texts and receipts as JSON, and echoes our reference. */
export const webhook: CarrierWebhook = {
  methods: ['POST'],
  answer: { contentType: 'text/plain', body: 'toy heard' },
  verify(request, secret) {
    const expected = createHmac('sha256', (secret as { key: string }).key)
      .update(request.rawBody)
      .digest();
    const given = Buffer.from(request.headers['x-toy-signature'] ?? '', 'hex');
    return given.length === expected.length && timingSafeEqual(given, expected) ? 'genuine' : 'forged';
  },
  nonceOf: (request) => request.headers['x-toy-nonce'],
  parse(request) {
    const { id, recipient, sender, text, echo } = JSON.parse(request.rawBody.toString());
    const event = { carrier: 'toy', carrierMessageId: id, recipient, sender };
    const ref = refInText(echo);
    return [ref ? { kind: 'receipt', ...event, ref, state: 'delivered' } : { kind: 'message', ...event, text }];
  },
};
