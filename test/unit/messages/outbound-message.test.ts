import fc from 'fast-check';
import {
  isExpired,
  MAX_BODY_CHARACTERS,
  type OutboundMessage,
  parseOutboundMessage,
  whyNeverSendable,
} from '../../../shared/messages/outbound-message.ts';

const MESSAGE = { messageId: 'spring-1', from: '+12025550100', to: '+12025550170', body: 'Hello' };
const FULL = {
  ...MESSAGE,
  category: 'transactional',
  campaignId: 'spring',
  account: 'acme',
  expiresAt: '2026-11-23T12:00:00.000Z',
};
const NOON = Date.parse('2026-11-23T12:00:00.000Z');

const parse = (message: unknown) => parseOutboundMessage(JSON.stringify(message));
const problemOf = (message: unknown): string => {
  const parsed = parse(message);
  return parsed.ok ? 'no problem' : parsed.problem;
};

describe('reading a queue message', () => {
  it('gives a message with only what is required the default category', () => {
    expect(parse(MESSAGE)).toEqual({ ok: true, value: { ...MESSAGE, category: 'promotional' } });
  });

  it('keeps every field of the contract', () => {
    expect(parse(FULL)).toEqual({ ok: true, value: FULL });
  });

  it('ignores fields that it does not know, whatever they are called', () => {
    const extras =
      '"hasOwnProperty":1,"constructor":{"prototype":{"body":"x"}},"__proto__":{"to":"+12025550199"},"kind":"reply"';
    const parsed = parseOutboundMessage(`{${extras},${JSON.stringify(MESSAGE).slice(1)}`);
    expect(parsed).toEqual({ ok: true, value: { ...MESSAGE, category: 'promotional' } });
    expect(({} as Record<string, unknown>).to).toBeUndefined();
  });

  it('takes no field from the prototype of the JSON', () => {
    expect(parseOutboundMessage(`{"__proto__":${JSON.stringify(MESSAGE)}}`)).toEqual({
      ok: false,
      problem: 'missing or wrong: messageId, from, to, body',
    });
  });

  test.each(['', ' ', 'STOP', '{', '{"messageId":"a"', "{'messageId':'a'}", '\ufeff{}', 'undefined', 'NaN'])(
    'says of %j that it is not JSON',
    (text) => {
      expect(parseOutboundMessage(text)).toEqual({ ok: false, problem: 'not JSON' });
    },
  );

  test.each([null, true, 7, 'text', [], [MESSAGE], { Records: [MESSAGE] }])(
    'refuses %j, which is JSON but no message',
    (json) => {
      expect(parse(json).ok).toBe(false);
    },
  );

  describe.each(['messageId', 'from', 'to', 'body'])('refuses a message whose %s', (field) => {
    test.each([
      ['is missing', undefined],
      ['is null', null],
      ['is a number', 12025550100],
      ['is a flag', true],
      ['is a list', ['x']],
      ['is an object', { toString: 'x' }],
      ['is empty', ''],
      ['is too long', 'x'.repeat(1_601)],
    ])('%s', (_, value) => {
      expect(problemOf({ ...FULL, [field]: value })).toBe(`missing or wrong: ${field}`);
    });
  });

  describe.each(['category', 'campaignId', 'account', 'expiresAt'])('refuses a message whose %s', (field) => {
    test.each([
      ['is null', null],
      ['is a number', 7],
      ['is a list', []],
      ['is empty', ''],
      ['is too long', 'x'.repeat(129)],
    ])('%s', (_, value) => {
      expect(problemOf({ ...FULL, [field]: value })).toBe(`missing or wrong: ${field}`);
    });
  });

  test.each(['a', 'A-Z_a.z:0-9', 'x'.repeat(128)])('takes the id %j', (id) => {
    expect(parse({ ...MESSAGE, messageId: id, campaignId: id }).ok).toBe(true);
  });

  test.each(['a b', 'a#b', 'a/b', 'é', 'a\n', '\u200ba', 'x'.repeat(129)])('refuses the id %j', (id) => {
    expect(problemOf({ ...MESSAGE, messageId: id, campaignId: id })).toBe('missing or wrong: messageId, campaignId');
  });

  test.each(['Promotional', 'marketing', 'reply', 'constructor', '__proto__'])(
    'refuses the category %j',
    (category) => {
      expect(problemOf({ ...MESSAGE, category })).toBe('missing or wrong: category');
    },
  );

  test.each([
    ['ASCII', 'x'],
    ['accents', 'é'],
    ['emoji, which are two units of UTF-16 each', '📣'],
    ['lone surrogates', '\ud800'],
  ])('counts 1,600 characters as a reader does: %s', (_, character) => {
    expect(parse({ ...MESSAGE, body: character.repeat(MAX_BODY_CHARACTERS) }).ok).toBe(true);
    expect(problemOf({ ...MESSAGE, body: character.repeat(MAX_BODY_CHARACTERS + 1) })).toBe('missing or wrong: body');
  });

  it('agrees with a count of code points for any body', () => {
    const unit = fc.constantFrom('x', '📣', '\u0301', '\ud83d', '\udce3', '\u0000');
    const body = fc
      .tuple(fc.array(unit, { minLength: 1, maxLength: 8 }), fc.integer({ min: 1_595, max: 1_605 }))
      .map(([units, length]) => Array.from({ length }, (_, index) => units[index % units.length]).join(''));
    fc.assert(
      fc.property(body, (text) => {
        expect(parse({ ...MESSAGE, body: text }).ok).toBe([...text].length <= MAX_BODY_CHARACTERS);
      }),
    );
  });

  it('keeps the body letter by letter', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 200 }), (body) => {
        expect(parse({ ...MESSAGE, body })).toMatchObject({ ok: true, value: { body } });
      }),
    );
  });

  test.each([
    '2026-11-23T12:00:00Z',
    '2026-11-23T12:00:00.123456789Z',
    '2028-02-29T23:59:59.999Z',
    '2026-11-23T12:00:00+02:00',
    '2026-11-23T12:00:00-11:30',
    '0000-01-01T00:00:00Z',
    '9999-12-31T23:59:59Z',
  ])('takes the time %j and understands it', (expiresAt) => {
    const parsed = parse({ ...MESSAGE, expiresAt });
    expect(parsed.ok && Number.isFinite(Date.parse(parsed.value.expiresAt ?? ''))).toBe(true);
  });

  test.each([
    'tomorrow',
    '2026-11-23',
    '12:00:00Z',
    '2026-11-23T12:00:00',
    '2026-11-23T12:00Z',
    '2026-11-23 12:00:00Z',
    '2026-02-29T12:00:00Z',
    '2026-13-01T12:00:00Z',
    '2026-11-23T24:00:00Z',
    '2026-11-23T12:60:00Z',
    '2026-11-23T12:00:00+25:00',
    '+012026-11-23T12:00:00Z',
    '1795435200000',
  ])('refuses the time %j', (expiresAt) => {
    expect(problemOf({ ...MESSAGE, expiresAt })).toBe('missing or wrong: expiresAt');
  });

  it('never throws, and names fields but never a value, whatever comes', () => {
    const field = fc.constantFrom(...Object.keys(FULL), '__proto__', 'constructor', 'toString');
    const hostile = fc.oneof(
      fc.dictionary(field, fc.oneof(fc.jsonValue(), fc.constant('+12025550177 secret'))),
      fc.jsonValue(),
    );
    fc.assert(
      fc.property(hostile, (json) => {
        const parsed = parse(json);
        if (!parsed.ok) {
          expect(parsed.problem).toMatch(
            /^missing or wrong: (the whole message|(messageId|from|to|body|category|campaignId|account|expiresAt)(, |$))+/,
          );
          expect(parsed.problem).not.toContain('secret');
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('what can never be sent', () => {
  const message = (change: Partial<OutboundMessage> = {}): OutboundMessage => ({
    ...MESSAGE,
    category: 'promotional',
    ...change,
  });

  test.each<[string, Partial<OutboundMessage>, string | undefined]>([
    ['nothing is wrong', {}, undefined],
    ['the account is the sender’s', { account: 'acme' }, undefined],
    ['the sender is a short code', { from: '12345' }, undefined],
    ['the sender is a sender ID', { from: 'Shop' }, undefined],
    ['the sender is a group’s name, longer than any sender ID', { from: 'all-of-our-shops' }, undefined],
    ['it expires in a millisecond', { expiresAt: '2026-11-23T12:00:00.001Z' }, undefined],
    ['the recipient is no number', { to: 'Shop' }, 'InvalidDestination'],
    ['the recipient is a short code', { to: '12345' }, 'InvalidDestination'],
    ['the recipient has a WhatsApp address', { to: 'whatsapp:+12025550170' }, 'InvalidDestination'],
    ['the sender is none', { from: '+1' }, 'SenderNotAllowed'],
    ['the sender is odd Unicode', { from: '\u202eShop' }, 'SenderNotAllowed'],
    ['the account is another', { account: 'globex' }, 'SenderNotAllowed'],
    ['it expires now', { expiresAt: '2026-11-23T12:00:00.000Z' }, 'Expired'],
    ['it has expired', { expiresAt: '2026-11-23T13:59:59+02:00' }, 'Expired'],
  ])('when %s: %j', (_, change, reason) => {
    expect(whyNeverSendable(message(change), 'acme', NOON)).toBe(reason);
  });

  it('names the recipient first, then the sender, then the time', () => {
    const allWrong = message({ to: 'x', from: '+1', expiresAt: '2020-01-01T00:00:00Z' });
    expect(whyNeverSendable(allWrong, 'acme', NOON)).toBe('InvalidDestination');
    expect(whyNeverSendable({ ...allWrong, to: MESSAGE.to }, 'acme', NOON)).toBe('SenderNotAllowed');
  });

  it('is never so for want of a time limit', () => {
    expect(isExpired({}, Number.MAX_SAFE_INTEGER)).toBe(false);
  });
});
