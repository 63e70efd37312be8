import { createHmac } from 'node:crypto';
import { createRequire } from 'node:module';
import fc from 'fast-check';
import type { WebhookRequest } from '../../shared/carriers/carrier.ts';
import { webhook } from '../../shared/carriers/plivo/webhook.ts';
import { INBOUND, signed, signedGet, signedV3 } from './carriers/plivo.ts';

// Plivo's SDK is CommonJS, and only checks: what it is asked here is signed by `node:crypto`.
const { validateSignature, validateV3Signature } = createRequire(import.meta.url)('plivo') as typeof import('plivo');

const TOKEN = 'a token of the tests';
const URL_OF_WEBHOOK = 'https://stopgate.example/webhooks/plivo';

const verdict = (request: WebhookRequest, ...authTokens: string[]) =>
  webhook.verify(request, { authId: 'MA1', authTokens }, 0);
const hmac = (token: string, text: string): string => createHmac('sha256', token).update(text).digest('base64');

const requestV2 = (url: string, nonce: string, signature: string): WebhookRequest => ({
  ...signed(INBOUND),
  url,
  headers: { 'x-plivo-signature-v2': signature, 'x-plivo-signature-v2-nonce': nonce },
});
const requestV3 = (
  method: string,
  url: string,
  form: Readonly<Record<string, string>>,
  nonce: string,
  signature: string,
): WebhookRequest => {
  const parameters = new URLSearchParams(form).toString();
  const isGet = method === 'GET';
  return {
    method,
    url: isGet && parameters ? `${url}${url.includes('?') ? '&' : '?'}${parameters}` : url,
    headers: { 'x-plivo-signature-v3': signature, 'x-plivo-signature-v3-nonce': nonce },
    rawBody: Buffer.from(isGet ? '' : parameters),
  };
};

// test/utils.js of https://github.com/plivo/plivo-node
const V2 = {
  url: 'https://answer.url',
  nonce: '12345',
  token: 'my_auth_token',
  signature: 'ehV3IKhLysWBxC1sy8INm0qGoQYdYsHwuoKjsX7FsXc=',
};

describe('the official vector of version 2', () => {
  it('is genuine, whatever the query and the body', () => {
    expect(verdict(requestV2(V2.url, V2.nonce, V2.signature), V2.token)).toBe('genuine');
    expect(verdict(requestV2(`${V2.url}?a=b`, V2.nonce, V2.signature), V2.token)).toBe('genuine');
  });

  it('is what its SDK accepts', () => {
    expect(validateSignature(V2.url, V2.nonce, V2.signature, V2.token)).toBe(true);
  });

  it('is nobody’s by another token', () => {
    expect(verdict(requestV2(V2.url, V2.nonce, V2.signature), 'another')).toBe('forged');
  });
});

// utils_test.go of https://github.com/plivo/plivo-go
const V3 = {
  nonce: '31627761595286130198',
  token: 'Y2Q2ZDgxZmY5YWRiOTI5YmQ1Njg0MTAxZWIyOTc4',
  form: {
    Direction: 'outbound',
    From: '19792014278',
    ALegUUID: '3e82ae9d-2c78-4d85-b1a4-6eae7dbafb36',
    ALegRequestUUID: '3e82ae9d-2c78-4d85-b1a4-6eae7dbafb36',
    CallUUID: '3e82ae9d-2c78-4d85-b1a4-6eae7dbafb36',
    RequestUUID: '3e82ae9d-2c78-4d85-b1a4-6eae7dbafb36',
    CallStatus: 'in-progress',
    BillRate: '0.002',
    ParentAuthID: 'MANWVLYTK4ZWU1YTY4QA',
    To: 'sip:PlivoSignature382029104058171078704104@phone-qa.voice.plivodev.com',
    'SIP-H-To': '<sip:PlivoSignature382029104058171078704104@52.9.11.55;transport=udp>;tag=1',
    SessionStart: '2020-04-08 11:34:33.238707',
    Event: 'StartApp',
  },
};
const WITHOUT_QUERY = 'https://plivobin.non-prod.plivops.com/api/v1/validate_signature03.xml';
const WITH_QUERY = `${WITHOUT_QUERY}/?a=b&c=d`;

describe.each([
  ['POST', WITH_QUERY, 'k7Pusd4OxCIjR5IfA9iedDNu/h/gbdYqdzG/MiYtd1c='],
  ['GET', WITH_QUERY, 'UBq8jAtd32wR8EK9VgxbBn4n5rpI/l1H9iN4WfSEHFQ='],
  ['POST', WITHOUT_QUERY, 'iAjE5QqI37mbkYe4w3jTMudqEzbDufdqi7sYwTu64e0='],
  ['GET', WITHOUT_QUERY, 'i/MQsaQSAd6fiKhOh2qeeeLHZ9faldADSb3/7+Akfbc='],
])('the official vector of version 3: %s %s', (method, url, signature) => {
  const request = requestV3(method, url, V3.form, V3.nonce, signature);

  it('is genuine', () => {
    expect(verdict(request, V3.token)).toBe('genuine');
    expect(verdict(request, 'next', V3.token)).toBe('genuine');
  });

  it('is genuine among several signatures, and in the header of the main account', () => {
    const { 'x-plivo-signature-v3': _, ...others } = request.headers;
    const list = `AAAA,${signature},BBBB`;
    expect(verdict({ ...request, headers: { ...others, 'x-plivo-signature-v3': list } }, V3.token)).toBe('genuine');
    expect(verdict({ ...request, headers: { ...others, 'x-plivo-signature-ma-v3': list } }, V3.token)).toBe('genuine');
  });

  it('is what its SDK accepts', () => {
    expect(validateV3Signature(method, url, V3.nonce, V3.token, signature, V3.form)).toBe(true);
  });

  it('is nobody’s by another token or nonce, or without a part of it', () => {
    const { Event: _, ...rest } = V3.form;
    expect(verdict(request, 'another')).toBe('forged');
    expect(verdict(requestV3(method, url, V3.form, `${V3.nonce}1`, signature), V3.token)).toBe('forged');
    expect(verdict(requestV3(method, url, rest, V3.nonce, signature), V3.token)).toBe('forged');
  });
});

describe("beside Plivo's own SDK", () => {
  // The SDK encodes other letters twice; tokens have none.
  const token = fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 40 });
  const nonce = fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 1, maxLength: 25 });
  // Names as Plivo and we use them; an object's own, such as `__proto__`, the SDK loses.
  const name = fc.string({ unit: fc.constantFrom(...'aBcXyZ019-_'), minLength: 1, maxLength: 8 });
  const text = fc.string({ unit: 'grapheme', maxLength: 20 }).filter((one) => one.isWellFormed());
  const parameters = fc.dictionary(name, text, { maxKeys: 6, noNullPrototype: true });
  // Never one of the query's: a name that is twice in a query is a list of Node's, which under Jest is of another realm, so
  // that the SDK does not take it for an `Array`.
  const form = fc.dictionary(
    name.map((one) => `F${one}`),
    text,
    { maxKeys: 6, noNullPrototype: true },
  );
  const url = fc
    .tuple(fc.constantFrom('', ':8443'), fc.constantFrom('', '/a', '/a/b.xml', '/a/b/'), parameters)
    .map(([port, path, query]) => {
      const search = new URLSearchParams(query).toString();
      return `https://stopgate.example${port}${path || '/webhooks/plivo'}${search && '?'}${search}`;
    });

  it('accepts of version 2 what the SDK accepts, and nothing that it refuses', () => {
    fc.assert(
      fc.property(token, nonce, url, fc.boolean(), (key, once, address, isRight) => {
        const base = address.replace(/\?.*$/, '');
        const signature = hmac(isRight ? key : `${key}!`, base + once);
        const byThem = validateSignature(address, once, signature, key);
        expect(byThem).toBe(isRight);
        expect(verdict(requestV2(address, once, signature), key)).toBe(byThem ? 'genuine' : 'forged');
      }),
      { numRuns: 500 },
    );
  });

  it('accepts of version 3 what the SDK accepts, and nothing that it refuses', () => {
    const method = fc.constantFrom('GET', 'POST');
    fc.assert(
      fc.property(token, nonce, url, form, method, fc.boolean(), (key, once, address, fields, by, isRight) => {
        const request = requestV3(by, address, fields, once, '');
        const signature = hmac(isRight ? key : `${key}!`, `${textOfV3(by, request.url, fields)}.${once}`);
        // By GET the SDK finds them in the query itself.
        const byThem = validateV3Signature(by, request.url, once, key, signature, by === 'GET' ? {} : fields);
        expect(byThem).toBe(isRight);
        expect(verdict(requestV3(by, address, fields, once, signature), key)).toBe(byThem ? 'genuine' : 'forged');
      }),
      { numRuns: 1_000 },
    );
  });

  it('takes names that come twice as the SDK does', () => {
    const rawBody = Buffer.from('b=2&a=z&b=10&a=y&b=1');
    const form = { a: ['z', 'y'], b: ['2', '10', '1'] };
    const signature = hmac(TOKEN, `${URL_OF_WEBHOOK}?q=1.ayazb1b10b2.77`);
    expect(validateV3Signature('POST', `${URL_OF_WEBHOOK}?q=1`, '77', TOKEN, signature, form)).toBe(true);
    expect(verdict({ ...requestV3('POST', `${URL_OF_WEBHOOK}?q=1`, {}, '77', signature), rawBody }, TOKEN)).toBe(
      'genuine',
    );
    // In a query too, of which the SDK can't be asked here.
    const ofQuery = hmac(TOKEN, `${URL_OF_WEBHOOK}?q=1&q=2.ayazb1b10b2.77`);
    expect(verdict({ ...requestV3('POST', `${URL_OF_WEBHOOK}?q=2&q=1`, {}, '77', ofQuery), rawBody }, TOKEN)).toBe(
      'genuine',
    );
  });

  it('accepts the calls of the contract suite', () => {
    const { headers } = signed(INBOUND);
    const [signature = '', nonceOfCall = ''] = [headers['x-plivo-signature-v2'], headers['x-plivo-signature-v2-nonce']];
    expect(validateSignature(URL_OF_WEBHOOK, nonceOfCall, signature, TOKEN)).toBe(true);
    const v3 = signedV3(INBOUND, { url: `${URL_OF_WEBHOOK}?b=1&a=2` });
    const byV3 = v3.headers['x-plivo-signature-v3'] ?? '';
    expect(validateV3Signature('POST', v3.url, nonceOfCall, TOKEN, byV3, INBOUND)).toBe(true);
  });
});

/** What version 3 signs but for the nonce, written once more from its document. */
function textOfV3(method: string, url: string, form: Readonly<Record<string, string>>): string {
  const [base, search = ''] = url.split('?');
  const names = (of: object) => Object.keys(of).sort();
  const query: Record<string, string[]> = {};
  for (const [key, value] of new URLSearchParams(search)) query[key] = [...(query[key] ?? []), value].sort();
  const pairs = names(query).flatMap((key) => (query[key] ?? []).map((value) => `${key}=${value}`));
  const body =
    method === 'GET'
      ? ''
      : names(form)
          .map((key) => key + form[key])
          .join('');
  if (body === '') return pairs.length === 0 ? `${base}` : `${base}?${pairs.join('&')}`;
  return `${base}?${pairs.join('&')}${pairs.length === 0 ? '' : '.'}${body}`;
}

describe('a signature of version 3 for a query', () => {
  it('is the same for a form of nothing, which says nothing', () => {
    const url = `${URL_OF_WEBHOOK}?${new URLSearchParams(INBOUND)}`;
    const signature = hmac(TOKEN, `${textOfV3('GET', url, {})}.77`);
    const byGet = requestV3('GET', url, {}, '77', signature);
    expect(verdict(byGet, TOKEN)).toBe('genuine');
    expect(webhook.parse(byGet)).toHaveLength(1);
    expect(() => webhook.parse({ ...byGet, method: 'POST' })).toThrow('missing or wrong');
  });
});

describe('a call of Plivo', () => {
  const flipped = (bytes: Buffer, at: number, bit: number) => {
    const changed = Buffer.from(bytes);
    changed[at % bytes.length]! ^= 1 << bit;
    return changed;
  };
  const withHeader = (request: WebhookRequest, name: string, value: string): WebhookRequest => ({
    ...request,
    headers: { ...request.headers, [name]: value },
  });

  it('is refused when any bit of its address, nonce or signature is another, by version 2', () => {
    const genuine = signed(INBOUND);
    const part = fc.constantFrom('url', 'x-plivo-signature-v2', 'x-plivo-signature-v2-nonce');
    fc.assert(
      fc.property(part, fc.nat(), fc.nat({ max: 6 }), (which, at, bit) => {
        const value = which === 'url' ? genuine.url : (genuine.headers[which] ?? '');
        const changed = flipped(Buffer.from(value), at, bit).toString('latin1');
        const request = which === 'url' ? { ...genuine, url: changed } : withHeader(genuine, which, changed);
        expect(verdict(request, TOKEN)).toBe('forged');
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ['POST', signedV3(INBOUND, { url: `${URL_OF_WEBHOOK}?stopgate-message=a%2Fb&account=acme` })],
    ['POST without a query', signedV3(INBOUND)],
  ])('is refused when any bit of what it says is another, by version 3: %s', (_, genuine) => {
    const part = fc.constantFrom('url', 'body', 'x-plivo-signature-v3', 'x-plivo-signature-v3-nonce');
    fc.assert(
      fc.property(part, fc.nat(), fc.nat({ max: 6 }), (which, at, bit) => {
        const value =
          which === 'url'
            ? Buffer.from(genuine.url)
            : which === 'body'
              ? genuine.rawBody
              : Buffer.from(genuine.headers[which] ?? '');
        const changed = flipped(value, at, bit);
        const request =
          which === 'url'
            ? { ...genuine, url: changed.toString('latin1') }
            : which === 'body'
              ? { ...genuine, rawBody: changed }
              : withHeader(genuine, which, changed.toString('latin1'));
        if (verdict(request, TOKEN) === 'forged') return;
        // The same in another spelling, such as %2f for %2F.
        expect(read(request)).toEqual(read(genuine));
      }),
      { numRuns: 3_000 },
    );
  });

  it('is told by its nonce where version 2 is there, and by nothing else', () => {
    expect(webhook.nonceOf?.(signed(INBOUND, { nonce: '123456789' }))).toBe('123456789');
    expect(webhook.nonceOf?.(signedGet(INBOUND, { nonce: '123456789' }))).toBe('123456789');
    expect(webhook.nonceOf?.(signedV3(INBOUND))).toBeUndefined();
  });

  it('keeps the nonce of version 2 beside version 3, or version 3 could be left out later', () => {
    const both = { ...signedV3(INBOUND), headers: { ...signed(INBOUND).headers, ...signedV3(INBOUND).headers } };
    expect(verdict(both, TOKEN)).toBe('genuine');
    expect(webhook.nonceOf?.(both)).toBe(signed(INBOUND).headers['x-plivo-signature-v2-nonce']);
  });

  it('is never told by a nonce that could not be kept', () => {
    expect(webhook.nonceOf?.(withHeader(signedV3(INBOUND), 'x-plivo-signature-v2-nonce', '1'.repeat(129)))).toBe(
      undefined,
    );
    expect(verdict(signed(INBOUND, { nonce: '1'.repeat(129) }), TOKEN)).toBe('forged');
    expect(verdict(signed(INBOUND, { nonce: '' }), TOKEN)).toBe('forged');
  });
});

const read = (request: WebhookRequest): unknown => [
  webhook.parse(request),
  Object.fromEntries(new URLSearchParams(request.url.split('?')[1])),
];
