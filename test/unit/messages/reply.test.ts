import fc from 'fast-check';
import { parseReply, type Reply } from '../../../shared/messages/reply.ts';

const REPLY: Reply = {
  eventId: 'EVENT#twilio#SM1',
  account: 'acme',
  from: '+12025550100',
  to: '+12025550170',
  carrier: 'twilio',
  kind: 'help',
  language: 'en',
  expiresAt: '2026-11-23T12:05:00.000Z',
};

describe('a reply on its queue', () => {
  it('is read as it was written', () => {
    expect(parseReply(JSON.stringify(REPLY))).toEqual(REPLY);
  });

  it('loses what is no part of it', () => {
    expect(parseReply(JSON.stringify({ ...REPLY, body: 'Buy now' }))).toEqual(REPLY);
  });

  describe.each(Object.keys(REPLY))('is none when its %s', (field) => {
    test.each([
      ['is missing', undefined],
      ['is null', null],
      ['is empty', ''],
      ['is a number', 7],
      ['is an object', {}],
    ])('%s', (_, value) => {
      expect(parseReply(JSON.stringify({ ...REPLY, [field]: value }))).toBeUndefined();
    });
  });

  test.each([
    ['an account that would not fit in a key', { account: 'a#b' }],
    ['an id that is too long', { eventId: 'x'.repeat(301) }],
    ['a kind that there is not', { kind: 'sale' }],
    ['a time that is not in UTC', { expiresAt: '2026-11-23T12:05:00+02:00' }],
  ])('is none with %s', (_, change) => {
    expect(parseReply(JSON.stringify({ ...REPLY, ...change }))).toBeUndefined();
  });

  it('is none, and nothing is thrown, whatever else is on the queue', () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string({ unit: 'binary' })), (text) => {
        expect(parseReply(text)).toBeUndefined();
      }),
    );
  });
});
