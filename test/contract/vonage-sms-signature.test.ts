import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { isSignedByVonage, SIGNATURE_METHODS } from '../../shared/carriers/vonage-sms/signature.ts';
import { webhook } from '../../shared/carriers/vonage-sms/webhook.ts';
import { NOW, RECIPIENT } from './carrier-cases.ts';
import { calls, cases, INBOUND, receipt, signatureOf } from './carriers/vonage-sms.ts';

const SECRET = 'my_secret_key_for_testing';

// The vectors of Vonage's own SDK: https://github.com/Vonage/vonage-node-sdk/tree/3.x/packages/sms/__tests__/__dataSets__
const PARAMETERS = {
  'message-timestamp': '2013-11-21 15:27:30',
  messageId: '020000001B0FE827',
  msisdn: '14843472194',
  text: 'Test again',
  timestamp: '1385047698',
  to: '13239877404',
  type: 'text',
};
const VECTORS = [
  ['md5hash', 'd2e7b1dc968737c5998ad624e02f90b7'],
  ['md5', 'DDEBD46008C2D4E93CCE578A332A52D5'],
  ['sha1', '27D0D05C2876C7CB1720DBCDBA4D492E1E55C09A'],
  ['sha256', 'DDB8397C2B90AAC7F3882D306475C9A5058C92322EEF43C92B298B6E0FC0D330'],
  [
    'sha512',
    'E0D3C650F8C9D1A5C174D10DDDBFB003E561F59B265616208B0487C5D819481CD3C311D59CF6165ECD1139622D5BA3A256C0D763AC4A9AD9144B5A426B94FE82',
  ],
] as const;

describe("Vonage's official vectors", () => {
  test.each(VECTORS)('%s', (method, sig) => {
    for (const written of [sig, sig.toLowerCase(), sig.toUpperCase()]) {
      expect(isSignedByVonage({ ...PARAMETERS, sig: written }, [SECRET], method)).toBe(true);
      expect(isSignedByVonage({ ...PARAMETERS, sig: written }, ['the next', SECRET], method)).toBe(true);
    }
    expect(isSignedByVonage({ ...PARAMETERS, sig }, ['another'], method)).toBe(false);
    expect(isSignedByVonage({ ...PARAMETERS, sig, extra: '' }, [SECRET], method)).toBe(false);
    expect(isSignedByVonage({ ...PARAMETERS, sig: sig.slice(0, -1) }, [SECRET], method)).toBe(false);
    expect(isSignedByVonage(PARAMETERS, [SECRET], method)).toBe(false);
    for (const other of SIGNATURE_METHODS) {
      expect(isSignedByVonage({ ...PARAMETERS, sig }, [SECRET], other)).toBe(other === method);
    }
    // The tests' own signing, which the other cases rest on.
    expect(signatureOf(PARAMETERS, SECRET, method)).toBe(sig.toLowerCase());
  });
});

const text = fc.string({ unit: 'grapheme', maxLength: 40 });
const name = fc.stringMatching(/^[a-z-]{1,12}$/);
const parameters = fc.dictionary(name, text, { maxKeys: 8, noNullPrototype: true });
const method = fc.constantFrom(...SIGNATURE_METHODS);

describe('a signature', () => {
  it('fits whatever it was made for, and nothing else', () => {
    fc.assert(
      fc.property(parameters, text, method, name, text, (given, secret, how, other, value) => {
        const { sig: _, ...signed } = given;
        const sig = signatureOf(signed, secret, how);
        expect(isSignedByVonage({ ...signed, sig }, [secret], how)).toBe(true);
        expect(isSignedByVonage({ ...signed, sig }, [`${secret}x`], how)).toBe(false);
        const asSigned = (one: string) => one.replace(/[&=]/g, '_');
        const before = Object.hasOwn(signed, other) ? signed[other] : undefined;
        fc.pre(other !== 'sig' && (before === undefined || asSigned(before) !== asSigned(value)));
        expect(isSignedByVonage({ ...signed, [other]: value, sig }, [secret], how)).toBe(false);
      }),
    );
  });

  it('takes & and = in a value for _, as Vonage does, but none in a name', () => {
    const signed = { ...PARAMETERS, text: 'a&b=c' };
    const sig = signatureOf(signed, SECRET);
    expect(isSignedByVonage({ ...signed, sig }, [SECRET], 'md5hash')).toBe(true);
    expect(isSignedByVonage({ ...signed, text: 'a_b_c', sig }, [SECRET], 'md5hash')).toBe(true);
    const { text: _text, timestamp: _timestamp, ...rest } = signed;
    // The same string to sign, with two parameters folded into the name of one.
    const hidden = { ...rest, 'text=a_b_c&timestamp': '1385047698', sig };
    expect(isSignedByVonage(hidden, [SECRET], 'md5hash')).toBe(false);
  });

  it('may cover the parameters of our own address, or leave them out, and no others', () => {
    const address = 'https://stopgate.example/webhooks/vonage-sms?stopgate-message=spring%3A1';
    const given = { ...receipt(), sig: signatureOf({ ...receipt(), 'stopgate-message': 'spring:1' }, 'S') };
    const secret = { apiKey: 'k', apiSecret: 's', signatureSecrets: ['S'] };
    const rawBody = Buffer.from(new URLSearchParams(given).toString());
    const verdictOn = (url: string) => webhook.verify({ method: 'POST', url, headers: {}, rawBody }, secret, NOW);
    expect(verdictOn(address)).toBe('genuine');
    expect(verdictOn(address.replace('spring', 'autumn'))).toBe('forged');
    expect(verdictOn(`${address}&other=1`)).toBe('forged');
  });
});

describe('the address', () => {
  it('cannot be changed where the parameters stand in it, or it says the same as before', () => {
    const { url } = calls(INBOUND, { by: 'query' });
    const genuine = webhook.parse(calls(INBOUND, { by: 'query' }));
    fc.assert(
      fc.property(fc.nat(url.length - 1), fc.integer({ min: 33, max: 126 }), (at, code) => {
        const changed = url.slice(0, at) + String.fromCharCode(code) + url.slice(at + 1);
        // Before the query stands where we are, which Vonage does not sign.
        fc.pre(at > url.indexOf('?') && changed !== url && !changed.includes('#'));
        const request = { method: 'GET', url: changed, headers: {}, rawBody: Buffer.alloc(0) };
        if (webhook.verify(request, cases.secret, NOW) !== 'genuine') return;
        expect(webhook.parse(request)).toEqual(genuine);
      }),
      { numRuns: 2_000 },
    );
  });

  it('names no other message than the one that the receipt was signed for', () => {
    const ref = 'stopgate-message=spring%3A1';
    const seal = createHash('sha256').update('message spring:1').digest('base64url').slice(0, 40);
    const signed = calls(receipt({ 'client-ref': seal }), {
      url: `https://stopgate.example/webhooks/vonage-sms?${ref}`,
    });
    expect(webhook.parse(signed)).toHaveLength(1);
    const anyRef = fc
      .tuple(fc.constantFrom('message', 'reply'), text)
      .map(([kind, id]) => ({ [`stopgate-${kind}`]: id }));
    fc.assert(
      fc.property(anyRef, (other) => {
        fc.pre(other['stopgate-message'] !== 'spring:1');
        const url = `https://stopgate.example/webhooks/vonage-sms?${new URLSearchParams(other)}`;
        expect(webhook.parse({ ...signed, url })).toEqual([]);
      }),
    );
  });
});

describe('the time', () => {
  test.each([
    [60, 60, 'genuine'],
    [60, 61, 'stale'],
    [7_200, 7_199, 'genuine'],
    [undefined, 25 * 3_600, 'genuine'],
    [undefined, 25 * 3_600 + 1, 'stale'],
  ])('of a tolerance of %p seconds, after %i seconds, is %s', (toleranceSeconds, age, verdict) => {
    const request = calls({ ...INBOUND, timestamp: String(NOW / 1_000 - age) });
    expect(webhook.verify(request, { ...(cases.secret as object), toleranceSeconds }, NOW)).toBe(verdict);
  });

  it('does not matter for a call that nobody signed', () => {
    const request = calls({ ...INBOUND, msisdn: RECIPIENT, timestamp: '0' }, { secret: 'another' });
    expect(webhook.verify(request, cases.secret, NOW)).toBe('forged');
  });
});

test.each(SIGNATURE_METHODS)('an account that signs by %s is heard by each way of calling', (signatureMethod) => {
  const secret = { ...(cases.secret as object), signatureMethod };
  for (const by of ['query', 'form', 'json'] as const) {
    const request = calls(INBOUND, { by, method: signatureMethod });
    expect(webhook.verify(request, secret, NOW)).toBe('genuine');
    expect(webhook.parse(request)).toMatchObject([{ text: 'STOP' }]);
  }
});
