import './one-realm.ts';
import fc from 'fast-check';
import { type CarrierWebhook, UnreadableEvent, type WebhookRequest } from '../../shared/carriers/carrier.ts';
import { REST_CARRIER_NAMES } from '../../shared/carriers/registry.ts';
import { type RestApi, type RestOptions, sendingByRest } from '../../shared/carriers/rest.ts';
import { webhookOf } from '../../shared/carriers/webhooks.ts';
import { type CallCase, type CarrierCases, type Covered, NOW, PUBLIC_URL, RECIPIENT, SENDER } from './carrier-cases.ts';
import { answers, type LoopbackCarrier, neverEndsAfter, startLoopbackCarrier } from './loopback-carrier.ts';
import { transient } from './outcomes.ts';
import { describeSending, message, TIMEOUT_MS } from './sending-suite.ts';

const load = async (name: string) => ({
  name,
  cases: (await import(`./carriers/${name}.ts`)).cases as CarrierCases,
  webhook: (await webhookOf(name)) as CarrierWebhook,
  api: (await import(`../../shared/carriers/${name}/api.ts`)).api as RestApi,
});

const carriers = await Promise.all(REST_CARRIER_NAMES.map(load));

const optionsFor = (carrier: string, apiUrl: string, secret: () => Promise<unknown>): RestOptions => ({
  carrier,
  apiUrl,
  publicUrl: PUBLIC_URL,
  secret,
  timeoutMs: TIMEOUT_MS,
  clock: () => NOW,
});

for (const { name, cases, api } of carriers) {
  const create = (url: string) =>
    sendingByRest(
      api,
      optionsFor(name, url, async () => cases.secret),
    );
  describeSending(name, { create, ...cases });
}

describe.each(carriers)('the webhook of $name', ({ cases, webhook }) => {
  const verdictBy = (secret: unknown, { request, now = NOW }: CallCase) => webhook.verify(request, secret, now);
  const verdictOn = (call: CallCase) => verdictBy(cases.secret, call);
  const [text] = cases.genuine as [CarrierCases['genuine'][number]];

  test.each(cases.genuine)('is genuine, and says what it says: $what', (call) => {
    expect(webhook.methods).toContain(call.request.method);
    expect(verdictOn(call)).toBe('genuine');
    expect(webhook.parse(call.request)).toEqual(call.events);
  });

  it('brings a text to begin with', () => {
    expect(text.events[0]).toMatchObject({ kind: 'message', recipient: RECIPIENT, sender: SENDER, text: 'STOP' });
  });

  it('says of every text and receipt which carrier and which of its messages it is', () => {
    for (const event of cases.genuine.flatMap(({ events }) => events)) {
      expect(event.carrier).toBe(text.events[0]?.carrier);
      expect(event.carrierMessageId).toMatch(/^[^#]{1,128}$/);
    }
  });

  test.each(cases.genuine)('is nobody’s with the keys of somebody else: $what', (call) => {
    expect(verdictBy(cases.foreign, call)).toBe('forged');
  });

  if (cases.rotated !== undefined) {
    test.each(cases.genuine)('is genuine while its key is being replaced: $what', (call) => {
      expect(verdictBy(cases.rotated, call)).toBe('genuine');
    });
  }

  test.each(cases.wrongSecrets.map((secret) => [secret]))('can’t be told from others by the secret %j', (secret) => {
    const act = () => verdictBy(secret, text);
    expect(act).toThrow(/^The secret of carrier /);
    expect(act).not.toThrow(/hidden/);
  });

  if (cases.forged.length > 0) {
    test.each(cases.forged)('is forged: $what', (call) => {
      expect(verdictOn(call)).toBe('forged');
    });
  }
  if (cases.again) {
    test.each(cases.again)('has to come again: $what', (call) => {
      expect(verdictOn(call)).toBe('again');
    });
  }
  if (cases.stale.length > 0) {
    test.each(cases.stale)('is stale: $what', (call) => {
      expect(verdictOn(call)).toBe('stale');
    });
  }
  if (cases.lateRetries.length > 0) {
    test.each(cases.lateRetries)('is genuine, however late: $what', (call) => {
      expect(verdictOn(call)).toBe('genuine');
    });
  }
  if (cases.unreadable.length > 0) {
    test.each(cases.unreadable)('is genuine, but can’t be read: $what', (call) => {
      expect(verdictOn(call)).toBe('genuine');
      expect(() => webhook.parse(call.request)).toThrow(UnreadableEvent);
    });
  }

  test.each(cases.covers)('can’t be changed in its %s, or it says the same as before', (part) => {
    fc.assert(
      fc.property(fc.constantFrom(...cases.genuine), fc.nat(), fc.integer({ min: 1, max: 255 }), (call, at, mask) => {
        const changed = flip(call.request, part, at, mask);
        if (changed === undefined || verdictOn({ ...call, request: changed }) !== 'genuine') return;
        // The same in another spelling, such as %2b for %2B in a form.
        expect(webhook.parse(changed)).toEqual(call.events);
      }),
      { numRuns: 2_000 },
    );
  });

  it('is read or refused as unreadable, and nothing else is thrown, whatever it holds', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...cases.genuine),
        fc.oneof(
          fc.uint8Array({ maxLength: 200 }),
          fc.json().map(Buffer.from),
          fc.webQueryParameters().map(Buffer.from),
        ),
        fc.boolean(),
        ({ request }, bytes, isBody) => {
          const query = Buffer.from(bytes).toString('latin1').replace(/[#\s]/g, '');
          const odd = isBody
            ? { ...request, rawBody: Buffer.from(bytes) }
            : { ...request, url: `${request.url.split('?')[0]}?${query}` };
          let events: readonly unknown[] = [];
          try {
            events = webhook.parse(odd);
          } catch (error) {
            expect(error).toBeInstanceOf(UnreadableEvent);
          }
          expect(Array.isArray(events)).toBe(true);
          expect(['genuine', 'forged', 'stale', 'again']).toContain(webhook.verify(odd, cases.secret, NOW));
        },
      ),
      { numRuns: 500 },
    );
  });
});

/** The request with one byte changed in one part of it; nothing where there is none to change. */
function flip(request: WebhookRequest, part: Covered, at: number, mask: number): WebhookRequest | undefined {
  if (part === 'body') {
    if (request.rawBody.length === 0) return undefined;
    const rawBody = Buffer.from(request.rawBody);
    rawBody[at % rawBody.length]! ^= mask;
    return { ...request, rawBody };
  }
  if (part === 'url') {
    const start = 'https://'.length;
    const url = flipLetter(request.url, start + (at % (request.url.length - start)), mask);
    return url === undefined ? undefined : { ...request, url };
  }
  const header = part.slice('header:'.length);
  const value = request.headers[header];
  // The last letters of base64 hold bits that mean nothing.
  if (value === undefined || value.length < 8) return undefined;
  const flipped = flipLetter(value, at % (value.length - 4), mask);
  return flipped === undefined ? undefined : { ...request, headers: { ...request.headers, [header]: flipped } };
}

function flipLetter(text: string, at: number, mask: number): string | undefined {
  const letter = String.fromCharCode(text.charCodeAt(at) ^ (mask & 0x7f));
  // What can't stand in a URL or a header never comes in.
  if (!/[!-~]/.test(letter) || letter === '#' || letter === text[at]) return undefined;
  return text.slice(0, at) + letter + text.slice(at + 1);
}

describe.each(carriers)('a send by $name', ({ name, cases, api, webhook }) => {
  let carrier: LoopbackCarrier;
  const sendingWith = (secret: () => Promise<unknown>) => sendingByRest(api, optionsFor(name, carrier.url, secret));
  const sending = () => sendingWith(async () => cases.secret);

  beforeEach(async () => {
    carrier = await startLoopbackCarrier();
    const { status, body } = cases.accepted('id-1');
    carrier.behaviour = answers(status, body);
  });

  afterEach(() => carrier.close());

  it('says from whom, to whom and what, letter by letter', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 160 }), async (body) => {
        await sending().send(message({ body }));
        expect(cases.readSend(carrier.received.at(-1)!)).toEqual({ from: SENDER, to: RECIPIENT, body });
      }),
      { numRuns: 50 },
    );
  });

  test.each(['12345', 'ACME Shop'])('can be from %s', async (from) => {
    await sending().send(message({ from }));
    expect(cases.readSend(carrier.received.at(-1)!)).toMatchObject({ from, to: RECIPIENT });
  });

  test.each([
    { kind: 'message', messageId: 'spring:1' },
    { kind: 'message', messageId: `${'x'.repeat(120)}:.-_1234` },
    { kind: 'reply', messageId: 'EVENT#twilio#SM1&x=%20' },
  ] as const)('is what the receipt of it is about: %j', async (ref) => {
    await sending().send(message({ ref: { ...ref, account: 'acme', to: RECIPIENT } }));
    const call = cases.deliveredAfter(carrier.received.at(-1)!, 'id-1');
    expect(webhook.verify(call, cases.secret, NOW)).toBe('genuine');
    expect(webhook.parse(call)).toEqual([
      expect.objectContaining({ kind: 'receipt', recipient: RECIPIENT, sender: SENDER, ref, state: 'delivered' }),
    ]);
  });

  it.each<[string, () => Promise<unknown>]>([
    ['can’t be had', () => Promise.reject(new Error('no such secret'))],
    ['is none', async () => ({ token: 'x' })],
    ['is not set yet', async () => ({ notSetYet: 'x' })],
  ])('is not made, and is made later, while the secret %s', async (_, secret) => {
    expect(await sendingWith(secret).send(message())).toEqual(transient('no secret'));
    expect(carrier.received).toEqual([]);
  });

  it('asks for no secret itself when it is prepared, and by a new one when it is prepared again', async () => {
    const secrets: unknown[] = [cases.secret];
    const asked: unknown[] = [];
    const prepared = sendingWith(async () => {
      asked.push(secrets[0]);
      return secrets[0];
    });

    await prepared.prepare?.();
    expect(await prepared.send(message())).toMatchObject({ kind: 'accepted' });
    expect(await prepared.send(message())).toMatchObject({ kind: 'accepted' });
    expect(asked).toHaveLength(1);

    secrets[0] = { notSetYet: 'x' };
    await prepared.prepare?.();
    expect(await prepared.send(message())).toEqual(transient('no secret'));
    expect(asked).toHaveLength(2);
  });

  it('is made later, without asking again, when the secret could not be had for it', async () => {
    let asked = 0;
    const prepared = sendingWith(async () => {
      asked += 1;
      throw new Error('no such secret');
    });
    await prepared.prepare?.();

    expect(await prepared.send(message())).toEqual(transient('no secret'));
    expect(asked).toBe(1);
  });

  it('takes the secret at hand while another one is being prepared', async () => {
    let secret: Promise<unknown> = Promise.resolve(cases.secret);
    const prepared = sendingWith(() => secret);
    await prepared.prepare?.();
    secret = new Promise(() => {});
    void prepared.prepare?.();

    expect(await prepared.send(message())).toMatchObject({ kind: 'accepted' });
  });

  it('ends in time though nothing aborts the call, as when Node has collected what ties the signal to it', async () => {
    const { fetch } = globalThis;
    globalThis.fetch = (request) => fetch(request);
    try {
      carrier.behaviour = neverEndsAfter(cases.accepted('id-1').body.slice(0, 10));
      expect(await sending().send(message())).toEqual({ kind: 'unknown', detail: expect.stringContaining('Timeout') });
    } finally {
      globalThis.fetch = fetch;
    }
  });
});
