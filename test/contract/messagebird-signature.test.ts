import './one-realm.ts';
import fc from 'fast-check';
import type { WebhookRequest } from '../../shared/carriers/carrier.ts';
import { webhook } from '../../shared/carriers/messagebird/webhook.ts';
import { NOW } from './carrier-cases.ts';
import { type How, SIGNING_KEY, signed, tokenFor, URL_OF_WEBHOOK } from './carriers/messagebird.ts';
import { legacySignatureOf, sdkAccepts, VECTORS, type Vector } from './messagebird-sdk.ts';

const ACCESS = { accessKey: 'access-1' };
/** As MessageBird's SDK has it: less than five seconds after its end, in whole seconds. */
const STRICT = { toleranceSeconds: 4.5 };

const verdict = (request: WebhookRequest, secret: object = { signingKeys: [SIGNING_KEY] }, now = NOW) =>
  webhook.verify(request, { ...ACCESS, ...secret }, now);

/** The one that nobody has signed names no key. */
const keyOf = ({ secret = 'a key' }: Vector): string => secret;

const requestOf = ({ method, url, payload = '', token }: Vector): WebhookRequest => ({
  method,
  url,
  headers: { 'messagebird-signature-jwt': token },
  rawBody: Buffer.from(payload),
});

describe('the official vectors of MessageBird', () => {
  it('are all there', () => {
    expect(VECTORS).toHaveLength(44);
    expect(VECTORS.filter(({ valid }) => valid)).toHaveLength(24);
  });

  test.each(VECTORS)('$name', async (vector) => {
    const secret = { signingKeys: [keyOf(vector)], ...STRICT };
    const now = Date.parse(vector.timestamp);
    expect(verdict(requestOf(vector), secret, now) === 'genuine').toBe(vector.valid);
    expect(await sdkAccepts(requestOf(vector), keyOf(vector), now)).toBe(vector.valid);
  });

  it.each([
    ['Token received before it was issued - GET', 'stale'],
    // It ended an hour ago: a call that MessageBird makes again may have the token of the first.
    ['Token received after it was expired - GET', 'genuine'],
    ['Different secret - GET', 'forged'],
    ['none alg - GET', 'forged'],
  ])('come to what they mean to us without a tolerance in the secret: %s', (name, expected) => {
    const vector = VECTORS.find((one) => one.name === name) as Vector;
    const now = Date.parse(vector.timestamp);
    expect(verdict(requestOf(vector), { signingKeys: [keyOf(vector)] }, now)).toBe(expected);
  });

  test.each(VECTORS.filter(({ valid }) => valid))('is nobody’s by another key: $name', (vector) => {
    expect(verdict(requestOf(vector), { signingKeys: ['another'] }, Date.parse(vector.timestamp))).toBe('forged');
  });
});

describe("beside MessageBird's own SDK", () => {
  const key = fc.string({ minLength: 1, maxLength: 40 });
  const body = fc.string({ unit: 'grapheme', maxLength: 60 });
  const alg = fc.constantFrom('HS256', 'HS384', 'HS512');
  const url = fc.webUrl({ withQueryParameters: true });

  it('accepts all that it accepts', async () => {
    await fc.assert(
      fc.asyncProperty(key, body, alg, url, fc.nat({ max: 4e12 }), async (key, body, alg, url, at) => {
        const request = signed({ method: 'POST', url, body, alg, key, at });
        expect(await sdkAccepts(request, key, at)).toBe(true);
        expect(verdict(request, { signingKeys: [key] }, at)).toBe('genuine');
      }),
      { numRuns: 300 },
    );
  });

  it('accepts nothing that it refuses, where it is as strict with the time', async () => {
    const change: fc.Arbitrary<How> = fc.record(
      {
        key: fc.constantFrom(SIGNING_KEY, 'another'),
        alg: fc.constantFrom('HS256', 'HS384', 'HS512', 'none', 'RS256'),
        header: fc.constantFrom({}, { alg: 'HS512' }, { typ: undefined }),
        at: fc.integer({ min: -100, max: 20 }).map((seconds) => NOW + seconds * 1_000),
        url: fc.constantFrom(URL_OF_WEBHOOK, `${URL_OF_WEBHOOK}?a=1`),
        body: fc.constantFrom('', 'a', 'b'),
        claims: fc.constantFrom(
          {},
          { iss: 'x' },
          { jti: undefined },
          { payload_hash: undefined },
          { url_hash: undefined },
          { exp: 0 },
          { nbf: 4e9 },
        ),
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(change, fc.constantFrom('', 'a'), async (how, body) => {
        const request: WebhookRequest = {
          method: 'POST',
          url: URL_OF_WEBHOOK,
          headers: { 'messagebird-signature-jwt': tokenFor(how) },
          rawBody: Buffer.from(body),
        };
        const byUs = verdict(request, { signingKeys: [SIGNING_KEY], ...STRICT });
        expect(byUs === 'genuine').toBe(await sdkAccepts(request, SIGNING_KEY, NOW));
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('a call with a token', () => {
  const how = { body: 'id=1&body=STOP', url: `${URL_OF_WEBHOOK}?a=1&b=2` };

  it('is refused when any bit of its token, body or URL is another', () => {
    const request = signed(how);
    const token = request.headers['messagebird-signature-jwt'] ?? '';
    const flipped = (text: string, at: number, bit: number): string => {
      const bytes = Buffer.from(text);
      bytes[at % bytes.length]! ^= 1 << bit;
      return bytes.toString('latin1');
    };
    fc.assert(
      fc.property(fc.constantFrom('token', 'body', 'url'), fc.nat(), fc.nat({ max: 6 }), (part, at, bit) => {
        const changed = {
          ...request,
          ...(part === 'url' && { url: flipped(request.url, at, bit) }),
          ...(part === 'body' && { rawBody: Buffer.from(flipped(how.body, at, bit), 'latin1') }),
          ...(part === 'token' && { headers: { 'messagebird-signature-jwt': flipped(token, at, bit) } }),
        };
        expect(verdict(changed)).toBe('forged');
      }),
      { numRuns: 3_000 },
    );
  });

  it('is for one order of the query, and one way to write it', () => {
    const request = signed(how);
    for (const query of ['b=2&a=1', 'a=1&b=2&', 'a=1&b=%32', '', 'a=1'])
      expect(verdict({ ...request, url: `${URL_OF_WEBHOOK}?${query}` })).toBe('forged');
    expect(verdict({ ...request, url: request.url.replace('https', 'http') })).toBe('forged');
  });

  it('has two keys at once while one replaces the other', () => {
    for (const signingKeys of [
      [SIGNING_KEY, 'another'],
      ['another', SIGNING_KEY],
    ])
      expect(verdict(signed(how), { signingKeys })).toBe('genuine');
    expect(verdict(signed(how), { signingKeys: ['another', 'a third'] })).toBe('forged');
  });

  it('may be as late as the secret says, where it says less than a day', () => {
    const secret = { signingKeys: [SIGNING_KEY], toleranceSeconds: 300 };
    const verdictAfter = (seconds: number) => verdict(signed(how), secret, NOW + seconds * 1_000);
    expect(verdictAfter(60 + 300)).toBe('genuine');
    expect(verdictAfter(60 + 301)).toBe('stale');
    expect(verdictAfter(-5)).toBe('genuine');
    expect(verdictAfter(-6)).toBe('stale');
  });
});

describe('a call with the signature of before the tokens', () => {
  const VECTOR_A = {
    key: 'Wb3N9gKeFf8ZoCzlOb5lJSic7bHLUcSu',
    time: '1547036603',
    query:
      'id=57db52e04e2f4001b555f79813a0f503&mccmnc=20409&ported=0&recipient=31667788880&reference=curl&status=delivered&statusDatetime=2019-01-09T12%3A23%3A23%2B00%3A00',
    body: '',
    signature: '5Jha9Yyhwgc1nTsgJ9WyzeHilsuUumydICdf4LuIZE8=',
  };
  const VECTOR_B = {
    key: 'other-secret',
    time: '1544544948',
    query: 'abc=foo&def=bar',
    body: '{"a key":"some value"}',
    signature: 'orb0adPhRCYND1WCAvPBr+qjm4STGtyvNDIDNBZ4Ir4=',
  };
  type Legacy = typeof VECTOR_A;
  const callOf = ({ time, query, body, signature }: Legacy, headers = {}): WebhookRequest => ({
    method: body ? 'POST' : 'GET',
    url: `${URL_OF_WEBHOOK}?${query}`,
    headers: { 'messagebird-signature': signature, 'messagebird-request-timestamp': time, ...headers },
    rawBody: Buffer.from(body),
  });
  const legacyVerdict = (legacy: Legacy, change: object = {}, now = Number(legacy.time) * 1_000) =>
    verdict(callOf(legacy), { signingKeys: [legacy.key], legacySignature: true, ...change }, now);

  it.each([VECTOR_A, VECTOR_B])('is genuine: the official vector %#', (vector) => {
    expect(legacyVerdict(vector)).toBe('genuine');
    expect(legacyVerdict(vector, { signingKeys: ['another', vector.key] })).toBe('genuine');
    expect(legacyVerdict(vector, { signingKeys: ['another'] })).toBe('forged');
    expect(legacyVerdict({ ...vector, time: String(Number(vector.time) + 1) })).toBe('forged');
  });

  it('is genuine in whatever order its query comes', () => {
    expect(legacyVerdict({ ...VECTOR_B, query: 'def=bar&abc=foo' })).toBe('genuine');
  });

  it.each([{}, { legacySignature: false }])('is nobody’s where the secret does not allow it: %j', (allowed) => {
    expect(verdict(callOf(VECTOR_A), { signingKeys: [VECTOR_A.key], ...allowed }, 1_547_036_603_000)).toBe('forged');
  });

  it('does not stand in for a token that is wrong', () => {
    const secret = { signingKeys: [VECTOR_A.key], legacySignature: true };
    for (const token of ['', 'x', tokenFor({})]) {
      const request = callOf(VECTOR_A, { 'messagebird-signature-jwt': token });
      expect(verdict(request, secret, 1_547_036_603_000)).toBe('forged');
    }
  });

  it('is stale a day later, or as the secret says, or five minutes early; and its time is a number', () => {
    const later = (seconds: number) => (Number(VECTOR_A.time) + seconds) * 1_000;
    expect(legacyVerdict(VECTOR_A, {}, later(86_400))).toBe('genuine');
    expect(legacyVerdict(VECTOR_A, {}, later(86_401))).toBe('stale');
    expect(legacyVerdict(VECTOR_A, { toleranceSeconds: 100 }, later(101))).toBe('stale');
    expect(legacyVerdict(VECTOR_A, {}, later(-300))).toBe('genuine');
    expect(legacyVerdict(VECTOR_A, {}, later(-301))).toBe('stale');
    for (const time of ['', 'now', '1e9', '-1']) {
      const signature = legacySignatureOf(VECTOR_B.key, time || ' ', {}, '');
      expect(legacyVerdict({ ...VECTOR_B, time, query: '', body: '', signature }, {}, 0)).toBe('forged');
    }
  });

  it('is genuine by all that MessageBird’s SDK signs', () => {
    const word = fc.string({ unit: fc.constantFrom(...'abcXYZ0189 -._:+/@&=%'), minLength: 1, maxLength: 12 });
    // A name that is a number comes first in an object, whatever its place in the alphabet.
    const name = fc.string({ unit: fc.constantFrom(...'abcXYZ[]_'), minLength: 1, maxLength: 12 });
    const parameters = fc.dictionary(name, word, { maxKeys: 6 });
    fc.assert(
      fc.property(
        word,
        parameters,
        fc.string({ unit: 'grapheme', maxLength: 40 }),
        fc.nat(2e9),
        (key, query, body, at) => {
          const time = String(at || 1);
          const signature = legacySignatureOf(key, time, query, body);
          const sent = new URLSearchParams(query).toString();
          expect(legacyVerdict({ key, time, query: sent, body, signature })).toBe('genuine');
        },
      ),
    );
  });

  it('is genuine with the time of a status whose plus was sent as it is', () => {
    const query = { id: '1', statusDatetime: '2019-01-09T12:23:23+00:00' };
    const signature = legacySignatureOf('key', '1547036603', query, '');
    const sent = 'id=1&statusDatetime=2019-01-09T12:23:23+00:00';
    expect(legacyVerdict({ key: 'key', time: '1547036603', query: sent, body: '', signature })).toBe('genuine');
  });

  it('is refused when any bit of its query, body, time or signature is another', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('query', 'body', 'time', 'signature'),
        fc.nat(),
        fc.nat({ max: 6 }),
        (part, at, bit) => {
          const bytes = Buffer.from(VECTOR_B[part as keyof Legacy]);
          bytes[at % bytes.length]! ^= 1 << bit;
          const changed = { ...VECTOR_B, [part]: bytes.toString('latin1') };
          // Where it is the same query in another spelling, nothing was changed.
          if (part === 'query' && String(new URLSearchParams(changed.query)) === VECTOR_B.query) return;
          expect(legacyVerdict(changed, {}, Number(VECTOR_B.time) * 1_000)).toBe('forged');
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
