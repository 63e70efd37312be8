import { describeConsent } from '../../../functions/api/describe-consent.ts';
import { NO_CONSENT_RECORDED } from '../../../shared/consent/merge.ts';
import { senderSchema } from '../../../shared/messages/sender.ts';

const NOW = '2026-11-23T12:00:00.000Z';
const SINCE = '2026-11-20T12:00:00.000Z';
const SENDER = '+12025550100';
const heard = { at: SINCE, eventId: 'twilio#SM1' };
const registered = (fields: object = {}) => [
  senderSchema.parse({ sender: SENDER, account: 'acme', carrier: 'twilio', ...fields }),
];

describe('what is told of consent', () => {
  test('somebody of whom nothing was heard is opted in everywhere', () => {
    expect(describeConsent(NO_CONSENT_RECORDED, registered(), NOW)).toEqual([{ sender: SENDER, consent: 'opted-in' }]);
  });

  test('an opt-out is told with its scope, since when, and the event that proves it', () => {
    const consent = { optOuts: { [SENDER]: heard } };

    expect(describeConsent(consent, registered(), NOW)).toEqual([
      { sender: SENDER, consent: 'opted-out', scope: SENDER, since: SINCE, eventId: 'twilio#SM1' },
    ]);
  });

  test('an opt-out of an unregistered sender is told as well', () => {
    const consent = { optOuts: { '+12025550199': heard, 'group:news': heard } };

    expect(describeConsent(consent, registered(), NOW)).toMatchObject([
      { sender: SENDER, consent: 'opted-in' },
      { sender: '+12025550199', consent: 'opted-out' },
    ]);
  });

  test('a sender that needs an opt-in is closed until there is one', () => {
    const senders = registered({ requireOptIn: true });

    expect(describeConsent(NO_CONSENT_RECORDED, senders, NOW)).toMatchObject([
      { consent: 'opted-out', scope: 'opt-in-required' },
    ]);
    expect(describeConsent({ optIn: heard, optOuts: {} }, senders, NOW)).toEqual([
      { sender: SENDER, consent: 'opted-in', since: SINCE, eventId: 'twilio#SM1' },
    ]);
  });

  describe('a carrier that blocks', () => {
    const block = { carrier: 'twilio', list: 'opt-outs', reach: 'senders', since: SINCE, seenAt: NOW } as const;
    const told = { carrier: 'twilio', list: 'opt-outs', since: SINCE, seenAt: NOW };

    test('is told beside each sender that it keeps from texting', () => {
      const senders = [
        ...registered(),
        senderSchema.parse({ sender: '+12025550102', account: 'acme', carrier: 'aws' }),
      ];

      expect(describeConsent({ optIn: heard, optOuts: {} }, senders, NOW, [block])).toEqual([
        { sender: SENDER, consent: 'opted-in', since: SINCE, eventId: 'twilio#SM1', blockedBy: [told] },
        { sender: '+12025550102', consent: 'opted-in', since: SINCE, eventId: 'twilio#SM1' },
      ]);
    });

    test('is told with until when, and not beside what the recipient has closed', () => {
      const until = '2026-12-20T12:00:00.000Z';
      const whole = [{ ...block, until, detail: 'TOO_SOON' }];

      expect(describeConsent(NO_CONSENT_RECORDED, registered(), NOW, whole)).toMatchObject([
        { blockedBy: [{ ...told, until, detail: 'TOO_SOON' }] },
      ]);
      const [closed] = describeConsent({ optOuts: { [SENDER]: heard } }, registered(), NOW, whole);
      expect(closed?.blockedBy).toBeUndefined();
    });
  });

  test('a closed category is told beside an open sender', () => {
    const consent = { optOuts: { [`category:promotional:${SENDER}`]: heard } };

    expect(describeConsent(consent, registered(), NOW)).toEqual([
      { sender: SENDER, consent: 'opted-in', closedFor: ['promotional'] },
    ]);
  });
});
