import { createHash } from 'node:crypto';
import fc from 'fast-check';
import twilio from 'twilio';
import type { WebhookRequest } from '../../shared/carriers/carrier.ts';
import { isSignedByTwilio } from '../../shared/carriers/twilio/signature.ts';
import { webhook } from '../../shared/carriers/twilio/webhook.ts';

const { getExpectedTwilioSignature, validateRequest, validateRequestWithBody } = twilio;
type Parameters = Record<string, string | string[]>;

const FORM = 'application/x-www-form-urlencoded';
const TOKEN = '12345';

const formOf = (parameters: Parameters): string =>
  new URLSearchParams(
    Object.entries(parameters).flatMap(([name, value]) => [value].flat().map((one): [string, string] => [name, one])),
  ).toString();

/** What the SDK sees of a form: a list where a name stands more than once. */
const parametersOf = (form: string): Parameters => {
  const parsed = new URLSearchParams(form);
  return Object.fromEntries(
    [...new Set(parsed.keys())].map((name) => {
      // A list of the tests' own realm, or the SDK would not take it for one.
      const values = [...parsed.getAll(name)];
      return [name, values.length === 1 ? (values[0] ?? '') : values];
    }),
  );
};

const post = (
  url: string,
  body: string | Buffer,
  signature: string | undefined,
  type: string = FORM,
): WebhookRequest => ({
  method: 'POST',
  url,
  headers: { 'content-type': type, 'x-twilio-signature': signature },
  rawBody: Buffer.from(body),
});
const get = (url: string, signature: string): WebhookRequest => ({
  method: 'GET',
  url,
  headers: { 'x-twilio-signature': signature },
  rawBody: Buffer.alloc(0),
});
const isGenuine = (request: WebhookRequest, tokens: readonly string[] = [TOKEN]) => isSignedByTwilio(request, tokens);
const sha256 = (body: string): string => createHash('sha256').update(body).digest('hex');

// The vectors of Twilio's own SDK: https://github.com/twilio/twilio-node/blob/main/spec/validation.spec.js
const CALL = {
  CallSid: 'CA1234567890ABCDE',
  Caller: '+14158675309',
  Digits: '1234',
  From: '+14158675309',
  To: '+18005551212',
};
const REST = 'mycompany.com/myapp.php?foo=1&bar=2';
const URL_OF_VECTORS = `https://${REST}`;
const JSON_BODY = '{"property": "value", "boolean": true}';
const JSON_HASH = '0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620';
const EMPTY_JSON_HASH = '44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a';

describe("Twilio's official vectors", () => {
  test.each<[string, string, Parameters, string]>([
    ['a URL with a query', URL_OF_VECTORS, CALL, 'RSOYDt4T1cUTdK1PDd93/VVr8B8='],
    ['the standard port of https signed, not called', URL_OF_VECTORS, CALL, 'kvajT1Ptam85bY51eRf/AJRuM3w='],
    [
      'the standard port of https called, not signed',
      `https://mycompany.com:443/myapp.php?foo=1&bar=2`,
      CALL,
      'RSOYDt4T1cUTdK1PDd93/VVr8B8=',
    ],
    ['the standard port of http signed, not called', `http://${REST}`, CALL, '0ZXoZLH/DfblKGATFgpif+LLRf4='],
    [
      'the standard port of http called and signed',
      'http://mycompany.com:80/myapp.php?foo=1&bar=2',
      CALL,
      '0ZXoZLH/DfblKGATFgpif+LLRf4=',
    ],
    ['a port of its own', 'http://mycompany.com:1234/myapp.php?foo=1&bar=2', CALL, 'Zmvh+3yNM1Phv2jhDCwEM3q5ebU='],
    [
      'another port of its own, not signed',
      'https://mycompany.com:1234/myapp.php?foo=1&bar=2',
      CALL,
      'RSOYDt4T1cUTdK1PDd93/VVr8B8=',
    ],
    ['a user and a password', `https://user:pass@${REST}`, CALL, 'CukzLTc1tT5dXEDIHm/tKBanW10='],
    ['a user and a password, and the port signed', `https://user:pass@${REST}`, CALL, 'ZQFR1PTIZXF2MXB8ZnKCvnnA+rI='],
    ['a user', `https://user@${REST}`, CALL, '2YRLlVAflCqxaNicjMpJcSTgzSs='],
    [
      'a list',
      URL_OF_VECTORS,
      { 'MessagingBinding.Address': ['+1325xxxxxxx', '+1415xxxxxxx'] },
      '83O6e2vORAoJHUNzJjDWN1jz+BA=',
    ],
    [
      'a list in another order',
      URL_OF_VECTORS,
      { 'MessagingBinding.Address': ['+1415xxxxxxx', '+1325xxxxxxx'] },
      '83O6e2vORAoJHUNzJjDWN1jz+BA=',
    ],
    [
      'a list with a value twice',
      URL_OF_VECTORS,
      { Sid: 'CA123', SidAccount: 'AC123', Digits: ['5678', '1234', '1234'] },
      'IK+Dwps556ElfBT0I3Rgjkr1wJU=',
    ],
    [
      'a quote in the query, which was signed escaped',
      `${URL_OF_VECTORS}&Body=It's+amazing`,
      CALL,
      'TfZzewPq8wqrGlMfyAud8+/IvJ0=',
    ],
  ])('%s', (_, url, parameters, signature) => {
    expect(isGenuine(post(url, formOf(parameters), signature))).toBe(true);
    expect(isGenuine(post(url, formOf({ ...parameters, Extra: '' }), signature))).toBe(false);
    expect(isGenuine(post(url, formOf(parameters), signature), ['54321'])).toBe(false);
  });

  test.each([
    [
      'a body hash beside other parameters',
      `${URL_OF_VECTORS}&bodySHA256=${JSON_HASH}`,
      JSON_BODY,
      'a9nBmqA0ju/hNViExpshrM61xv4=',
    ],
    [
      'a body hash alone',
      `https://mycompany.com/myapp.php?bodySHA256=${JSON_HASH}`,
      JSON_BODY,
      'y77kIzt2vzLz71DgmJGsen2scGs=',
    ],
    [
      'an empty object, signed with the port only',
      `${URL_OF_VECTORS}&bodySHA256=${EMPTY_JSON_HASH}`,
      '{}',
      'Ldidvp12m26NI7eqEvxnEpkd9Hc=',
    ],
  ])('%s', (_, url, body, signature) => {
    const json = (text: string) => post(url, text, signature, 'application/json');
    expect(isGenuine(json(body))).toBe(true);
    expect(isGenuine(json(`${body} `))).toBe(false);
    expect(isGenuine(json(''))).toBe(false);
  });
});

const token = fc.string({ minLength: 1, maxLength: 40 });
const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  fc.constantFrom('', ' ', 'STOP', "It's", 'a&b=c', '100 %', '+12025550123', 'ä📣\u200b', '\r\n', '%27', '__proto__'),
);
// Numbers as names are sorted differently by objects and by lists, and Twilio has none.
const name = fc.oneof(
  fc.constantFrom('Body', 'body', 'From', 'To', 'MessageSid', 'Media.Url', 'constructor', 'toString', '', 'ü', '📣'),
  fc.string({ unit: 'grapheme', maxLength: 12 }).filter((one) => one !== '__proto__'),
);
const parameters: fc.Arbitrary<Parameters> = fc.dictionary(
  name,
  fc.oneof(text, fc.array(text, { minLength: 2, maxLength: 4 })),
  { maxKeys: 8 },
);
const host = fc.constantFrom(
  'stopgate.example',
  'stopgate.example:443',
  'stopgate.example:8443',
  '127.0.0.1:3000',
  '[::1]:3000',
  '[2001:db8::1]',
  'user@stopgate.example',
  'user:p:w@stopgate.example:444',
);
const letters = (extra: string) =>
  fc.string({ unit: fc.constantFrom(...'abcXYZ019-._~!$()*,;:@%27', ...extra), maxLength: 30 });
const query = fc.oneof(
  fc.constant(''),
  letters("&&==''/?+äé📣 \"<>{}|^`").map((one) => `?${one}`),
  fc.constantFrom('?stopgate-message=a:b', '?account=acme', '?Body=who?me&x=1', '?a&b=', '?&&', '?a=%', '?a=%zz'),
);
const url = fc
  .tuple(
    fc.constantFrom('https', 'http'),
    host,
    letters('/ä').map((path) => `/${path}`),
    query,
  )
  .map(([scheme, where, path, rest]) => `${scheme}://${where}${path}${rest}`);

describe("beside Twilio's own SDK", () => {
  it('accepts every form that the SDK signs', () => {
    fc.assert(
      fc.property(token, url, parameters, (key, where, form) => {
        const body = formOf(form);
        const signature = getExpectedTwilioSignature(key, where, parametersOf(body));
        expect(isGenuine(post(where, body, signature), [key])).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('accepts every call by GET that the SDK signs', () => {
    fc.assert(
      fc.property(token, url, (key, where) => {
        expect(isGenuine(get(where, getExpectedTwilioSignature(key, where, {})), [key])).toBe(true);
      }),
    );
  });

  it('accepts every body with its hash in the URL that the SDK signs', () => {
    fc.assert(
      fc.property(token, url, fc.json(), (key, where, body) => {
        const hashed = `${where}${where.includes('?') ? '&' : '?'}bodySHA256=${sha256(body)}`;
        const signature = getExpectedTwilioSignature(key, hashed, {});
        expect(isGenuine(post(hashed, body, signature, 'application/json'), [key])).toBe(true);
        expect(validateRequestWithBody(key, signature, hashed, body)).toBe(true);
      }),
    );
  });

  it('accepts nothing that the SDK refuses, in whatever form of the URL it was signed', () => {
    // The same request as other parts of Twilio might have signed it, and some that none would.
    const disguises: readonly ((where: string) => string)[] = [
      (where) => where,
      (where) => new URL(where).toString(),
      (where) => where.replace(/:\d+(?=[/?])/, ''),
      (where) => where.replace(/^(https?:\/\/[^/?]*?)(:\d+)?(?=[/?])/, '$1:443'),
      (where) => where.replace(/^https:/, 'http:'),
      (where) => where.toUpperCase(),
      (where) => where.replace(/\?.*$/s, ''),
      (where) => decodeURI(encodeURI(where)),
      (where) => `${where}#fragment`,
    ];
    fc.assert(
      fc.property(token, url, parameters, fc.constantFrom(...disguises), (key, where, form, disguise) => {
        const body = formOf(form);
        const signature = getExpectedTwilioSignature(key, disguise(where), parametersOf(body));
        if (!isGenuine(post(where, body, signature), [key])) return;
        expect(validateRequest(key, signature, where, parametersOf(body))).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});

const SECRET = 'a token of the tests';
const INBOUND = formOf({
  MessageSid: 'SM00000000000000000000000000000abc',
  AccountSid: `AC${'0'.repeat(32)}`,
  From: '+12025550170',
  To: '+12025550100',
  Body: 'STOP',
  NumMedia: '0',
});
const WEBHOOK = 'https://stopgate.example/webhooks/twilio?account=acme';
const SIGNATURE = getExpectedTwilioSignature(SECRET, WEBHOOK, parametersOf(INBOUND));
const genuine = post(WEBHOOK, INBOUND, SIGNATURE);
const accepts = (request: WebhookRequest) => isGenuine(request, [SECRET]);

/** The same bytes but for one. */
const flip = (bytes: Buffer, at: number, by: number): Buffer => {
  const flipped = Buffer.from(bytes);
  flipped[at % bytes.length] = (flipped[at % bytes.length] ?? 0) ^ by;
  return flipped;
};
const at = fc.nat({ max: 10_000 });
const by = fc.integer({ min: 1, max: 255 });

describe('a request that was changed on its way', () => {
  it('is genuine while nothing is changed', () => {
    expect(accepts(genuine)).toBe(true);
  });

  it('is refused when any byte of its body says something else', () => {
    fc.assert(
      fc.property(at, by, (where, bits) => {
        const rawBody = flip(Buffer.from(INBOUND), where, bits);
        // Two spellings of a form that say the same are signed the same: `%2B` and `%2b`, say.
        const said = parametersOf(rawBody.toString('utf8'));
        const isSaidTheSame = getExpectedTwilioSignature(SECRET, WEBHOOK, said) === SIGNATURE;
        expect(accepts({ ...genuine, rawBody })).toBe(isSaidTheSame);
      }),
      { numRuns: 1_000 },
    );
  });

  it('is refused when any letter or digit of a value is another', () => {
    const start = INBOUND.indexOf('STOP');
    for (let index = start; index < start + 4; index += 1) {
      for (const letter of 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789') {
        const body = INBOUND.slice(0, index) + letter + INBOUND.slice(index + 1);
        expect(accepts({ ...genuine, rawBody: Buffer.from(body) })).toBe(body === INBOUND);
      }
    }
  });

  it('is refused when any character of its URL is another', () => {
    fc.assert(
      fc.property(at, fc.integer({ min: 1, max: 127 }), (where, bits) => {
        const changed = flip(Buffer.from(WEBHOOK), where, bits).toString('latin1');
        // `Https:` is no other URL than `https:`.
        expect(accepts({ ...genuine, url: changed })).toBe(URL.parse(changed)?.href === WEBHOOK);
      }),
      { numRuns: 1_000 },
    );
  });

  it('is refused when any byte of its signature is another', () => {
    fc.assert(
      fc.property(at, by, (where, bits) => {
        const signature = flip(Buffer.from(SIGNATURE), where, bits).toString('latin1');
        expect(accepts(post(WEBHOOK, INBOUND, signature))).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['a parameter is added', `${INBOUND}&OptOutType=START`],
    ['a parameter is added without a value', `${INBOUND}&Extra=`.replace('Extra', 'X')],
    ['a parameter is taken away', INBOUND.replace('&NumMedia=0', '')],
    ['a parameter comes twice', `${INBOUND}&Body=START`],
    ['it is cut', INBOUND.slice(0, -1)],
    ['it is empty', ''],
  ])('is refused when %s', (_, body) => {
    expect(accepts(post(WEBHOOK, body, SIGNATURE))).toBe(false);
  });

  it('is accepted with its parameters in another order, since that is no change', () => {
    expect(accepts(post(WEBHOOK, INBOUND.split('&').reverse().join('&'), SIGNATURE))).toBe(true);
  });
});

describe('a request without a proper signature', () => {
  it.each<[string, string | undefined]>([
    ['no header', undefined],
    ['an empty header', ''],
    ['a space', ' '],
    ['one letter', 'A'],
    ['the signature twice, as duplicate headers arrive', `${SIGNATURE},${SIGNATURE}`],
    ['the signature twice with a space', `${SIGNATURE}, ${SIGNATURE}`],
    ['another signature first', `${'A'.repeat(27)}=,${SIGNATURE}`],
    ['the signature and a space', `${SIGNATURE} `],
    ['the signature without its padding', SIGNATURE.replace(/=+$/, '')],
    ['the signature in the alphabet of URLs', `${SIGNATURE.replace(/=+$/, '')}_`],
    ['the signature in hexadecimal', Buffer.from(SIGNATURE, 'base64').toString('hex')],
    ['letters of more than one byte, as many as a signature has', 'é'.repeat(SIGNATURE.length)],
    ['letters of more than one byte, as many bytes as a signature has', 'é'.repeat(SIGNATURE.length / 2)],
    ['a megabyte', 'A'.repeat(1_048_576)],
    ['the signature and a megabyte', SIGNATURE + 'A'.repeat(1_048_576)],
  ])('is refused: %s', (_, signature) => {
    expect(accepts(post(WEBHOOK, INBOUND, signature))).toBe(false);
  });

  it('is refused, and nothing is thrown, for any header at all', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (signature) => {
        expect(accepts(post(WEBHOOK, INBOUND, signature))).toBe(false);
      }),
    );
  });

  it('is refused, and nothing is thrown, for a URL that is none', () => {
    for (const broken of ['', '/webhooks/twilio', 'https://', 'ftp://x/', 'undefined', 'https://[::1', '%%%']) {
      expect(accepts({ ...genuine, url: broken })).toBe(false);
    }
  });
});

describe('a body that is no form', () => {
  const JSON_TYPE = 'application/json';
  const body = '{"Body":"STOP"}';

  it('is refused without its hash in the URL, though the URL is signed', () => {
    const signature = getExpectedTwilioSignature(SECRET, WEBHOOK, {});
    expect(accepts(post(WEBHOOK, body, signature, JSON_TYPE))).toBe(false);
    expect(accepts({ ...post(WEBHOOK, body, signature), headers: { 'x-twilio-signature': signature } })).toBe(false);
  });

  it.each([
    ['the hash of another body', `bodySHA256=${sha256('{}')}`],
    ['half a hash', `bodySHA256=${sha256(body).slice(0, 32)}`],
    ['the hash in another parameter', `xbodySHA256=${sha256(body)}`],
    ['an empty hash', 'bodySHA256='],
  ])('is refused with %s', (_, hash) => {
    const hashed = `https://stopgate.example/webhooks/twilio?${hash}`;
    const signature = getExpectedTwilioSignature(SECRET, hashed, {});
    expect(accepts(post(hashed, body, signature, JSON_TYPE))).toBe(false);
  });

  it('is refused with its right hash in a URL that is not signed', () => {
    const signature = getExpectedTwilioSignature(SECRET, WEBHOOK, {});
    expect(accepts(post(`${WEBHOOK}&bodySHA256=${sha256(body)}`, body, signature, JSON_TYPE))).toBe(false);
  });

  it('can not pass for the form that was signed, nor a form for it', () => {
    expect(accepts(post(WEBHOOK, INBOUND, SIGNATURE, JSON_TYPE))).toBe(false);
    const urlOnly = getExpectedTwilioSignature(SECRET, WEBHOOK, {});
    expect(accepts(post(WEBHOOK, INBOUND, urlOnly))).toBe(false);
  });
});

describe('the tokens', () => {
  const verify = (authTokens: readonly string[]) =>
    webhook.verify(genuine, { accountSid: `AC${'0'.repeat(32)}`, authTokens }, 0);

  it('may be several at once, while one replaces another', () => {
    expect(verify([SECRET])).toBe('genuine');
    expect(verify([SECRET, 'the next one'])).toBe('genuine');
    expect(verify(['the last one', SECRET])).toBe('genuine');
  });

  it('refuse a request when none of them has signed it', () => {
    expect(verify(['the last one', 'the next one'])).toBe('forged');
    expect(isSignedByTwilio(genuine, [])).toBe(false);
  });

  it.each([
    undefined,
    null,
    'token',
    {},
    { accountSid: 'AC1', authTokens: [] },
    { accountSid: 'AC1', authTokens: [''] },
  ])('must be in the secret, or nobody can tell: %j', (secret) => {
    expect(() => webhook.verify(genuine, secret, 0)).toThrow('The secret of carrier twilio must be');
  });

  it('are never in the error about a secret that is wrong', () => {
    const wrong = { accountSid: '', authTokens: ['hidden'] };
    expect(() => webhook.verify(genuine, wrong, 0)).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining('hidden') }),
    );
  });
});
