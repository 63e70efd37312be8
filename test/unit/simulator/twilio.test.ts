import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import twilio from 'twilio';
import { type LoopbackCarrier, startLoopbackCarrier, TWILIO, until } from './loopback-carrier.ts';

let carrier: LoopbackCarrier;
beforeEach(async () => {
  carrier = await startLoopbackCarrier();
});
afterEach(() => carrier.close());

/** The official SDK, with nothing changed but the host it calls. */
function sdk(authToken = TWILIO.authToken, accountSid = TWILIO.accountSid) {
  const real = new twilio.RequestClient();
  const httpClient = {
    request: (options: { uri: string }) =>
      real.request({
        ...options,
        uri: options.uri.replace('https://api.twilio.com', `${carrier.http}/simulator/twilio`),
      } as never),
  };
  return twilio(accountSid, authToken, { httpClient: httpClient as never });
}

const MESSAGE = { from: '+12025550100', to: '+12025550170', body: 'Ten per cent off. Reply STOP to opt out.' };

describe('sending by the official SDK', () => {
  test('a message is taken, logged and shown on the handset', async () => {
    const before = Date.now();
    const message = await sdk().messages.create(MESSAGE);

    expect(message.sid).toMatch(/^SM[0-9a-f]{32}$/);
    expect(message).toMatchObject({
      ...MESSAGE,
      status: 'queued',
      direction: 'outbound-api',
      numSegments: '1',
      errorCode: null,
    });
    expect(message.dateCreated).toBeInstanceOf(Date);
    expect(message.dateCreated.getTime()).toBeGreaterThanOrEqual(before - 1_000);
    const accepted = { carrier: 'twilio', ...MESSAGE, carrierMessageId: message.sid };
    const [logged, ...more] = await carrier.json('/messages');
    expect(more).toEqual([]);
    expect(logged).toEqual({
      ...accepted,
      receivedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    });
    expect(carrier.events).toEqual([{ type: 'accepted', at: logged.receivedAt, ...accepted }]);
  });

  test.each([
    ['21610', 400, 21610, 'Attempt to send to unsubscribed recipient'],
    ['20429', 429, 20429, 'Too Many Requests'],
    ['500', 500, 20500, 'Internal Server Error'],
    [503, 503, 20503, 'Service Unavailable'],
    ['63018', 400, 63018, 'Error 63018'],
  ])('told to answer %s, it answers that to every send and takes nothing', async (error, status, code, text) => {
    expect((await carrier.put('/carriers/twilio', { error })).status).toBe(200);
    await expect(sdk().messages.create(MESSAGE)).rejects.toMatchObject({
      status,
      code,
      message: text,
      moreInfo: `https://www.twilio.com/docs/errors/${code}`,
    });
    expect(await carrier.json('/messages')).toEqual([]);
    await carrier.put('/carriers/twilio', { error: null });
    await expect(sdk().messages.create(MESSAGE)).resolves.toMatchObject({ status: 'queued' });
  });

  test.each([
    [{ to: '' }, 21604],
    [{ to: '0123' }, 21211],
    [{ from: '' }, 21603],
    [{ from: 'not a sender at all' }, 21212],
    [{ body: '' }, 21602],
    [{ body: 'x'.repeat(1_601) }, 21617],
    [{ statusCallback: 'http://somewhere.example/status' }, 21609],
  ])('a request with %j gets the error that Twilio gives', async (wrong, code) => {
    await expect(sdk().messages.create({ ...MESSAGE, ...wrong })).rejects.toMatchObject({ status: 400, code });
    expect(await carrier.json('/messages')).toEqual([]);
  });

  test('wrong credentials are refused', async () => {
    await expect(sdk('another token').messages.create(MESSAGE)).rejects.toMatchObject({ status: 401, code: 20003 });
    const other = `AC${'1'.repeat(32)}`;
    const path = `${carrier.http}/simulator/twilio/2010-04-01/Accounts/${other}/Messages.json`;
    const authorization = `Basic ${Buffer.from(`${TWILIO.accountSid}:${TWILIO.authToken}`).toString('base64')}`;
    expect((await fetch(path, { method: 'POST', headers: { authorization } })).status).toBe(404);
    expect((await fetch(path, { method: 'POST' })).status).toBe(401);
  });

  test('dropping the answer, it has taken the message all the same', async () => {
    await carrier.put('/carriers/twilio', { dropAnswer: true });
    await expect(sdk().messages.create(MESSAGE)).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(await carrier.json('/messages')).toMatchObject([MESSAGE]);
  });

  test('a slow carrier has the message before it answers', async () => {
    await carrier.put('/carriers/twilio', { delayMs: 300 });
    const start = Date.now();
    const sending = sdk().messages.create(MESSAGE);
    await until('the message was logged', async () => (await carrier.json('/messages')).length === 1);
    const logged = Date.now() - start;
    await sending;
    expect(logged).toBeLessThan(Date.now() - start);
    expect(Date.now() - start).toBeGreaterThanOrEqual(290);
  });
});

describe('receipts', () => {
  const statusCallback = (): string => `${carrier.http}/webhooks/twilio?messageId=one&note=a%20b`;

  test('are held while off, and handed over, signed, once on', async () => {
    const { sid } = await sdk().messages.create({ ...MESSAGE, statusCallback: statusCallback() });
    await new Promise((resolve) => setTimeout(resolve, 350));
    expect(carrier.calls).toEqual([]);
    expect((await carrier.json('/carriers'))[0]).toMatchObject({ carrier: 'twilio', receipts: false, heldReceipts: 1 });

    expect(await (await carrier.put('/carriers/twilio', { receipts: true })).json()).toMatchObject({ receipts: true });
    await until('both receipts came', () => carrier.calls.length === 2);
    expect(carrier.calls.map(({ parameters }) => parameters.MessageStatus)).toEqual(['sent', 'delivered']);
    for (const { url, headers, parameters } of carrier.calls) {
      expect(url).toBe(statusCallback());
      expect(parameters).toMatchObject({
        MessageSid: sid,
        To: MESSAGE.to,
        From: MESSAGE.from,
        AccountSid: TWILIO.accountSid,
      });
      expect(
        twilio.validateRequest(TWILIO.authToken, headers.get('x-twilio-signature') ?? '', statusCallback(), parameters),
      ).toBe(true);
    }
  });

  test('come of a message whose answer was dropped, too', async () => {
    await carrier.put('/carriers/twilio', { dropAnswer: true, receipts: true });
    await expect(sdk().messages.create({ ...MESSAGE, statusCallback: statusCallback() })).rejects.toThrow();
    await until('both receipts came', () => carrier.calls.length === 2);
  });

  test('stop when they are switched off', async () => {
    await carrier.put('/carriers/twilio', { receipts: true });
    await sdk().messages.create({ ...MESSAGE, statusCallback: statusCallback() });
    await carrier.put('/carriers/twilio', { receipts: false });
    await new Promise((resolve) => setTimeout(resolve, 350));
    expect(carrier.calls).toEqual([]);
  });

  test('none is owed without a status callback', async () => {
    await carrier.put('/carriers/twilio', { receipts: true });
    await sdk().messages.create(MESSAGE);
    expect((await carrier.json('/carriers'))[0]).toMatchObject({ heldReceipts: 0 });
  });
});

describe('a text from a handset', () => {
  test.each(['STOP', "It's 5 > 4 & ünïcode 🛑", ''])(
    '%j reaches the webhook with the signature that the SDK expects',
    async (body) => {
      const response = await carrier.post('/replies', { from: '+12025550170', to: '+12025550100', body });
      expect(response.status).toBe(200);
      const answer = await response.json();
      expect(answer).toEqual({
        carrier: 'twilio',
        carrierMessageId: expect.stringMatching(/^SM[0-9a-f]{32}$/),
        webhookStatus: 200,
      });
      const [call] = carrier.calls;
      expect(call!.headers.get('content-type')).toMatch('application/x-www-form-urlencoded');
      expect(call!.parameters).toMatchObject({
        MessageSid: answer.carrierMessageId,
        AccountSid: TWILIO.accountSid,
        From: '+12025550170',
        To: '+12025550100',
        Body: body,
        NumMedia: '0',
        SmsStatus: 'received',
      });
      const url = `${carrier.http}/webhooks/twilio`;
      expect(
        twilio.validateRequest(TWILIO.authToken, call!.headers.get('x-twilio-signature')!, url, call!.parameters),
      ).toBe(true);
      expect(
        twilio.validateRequest('not the token', call!.headers.get('x-twilio-signature')!, url, call!.parameters),
      ).toBe(false);
      expect(carrier.events).toMatchObject([{ type: 'texted', carrier: 'twilio', body }]);
    },
  );

  test('with an id of its own can be sent twice, as a carrier repeats itself', async () => {
    const text = { from: '+12025550170', to: '+12025550100', body: 'STOP', messageId: `SM${'a'.repeat(32)}` };
    await carrier.post('/replies', text);
    await carrier.post('/replies', text);
    expect(carrier.calls.map(({ parameters }) => parameters.MessageSid)).toEqual([text.messageId, text.messageId]);
  });

  test('is answered on the handset by the messages in the TwiML of our answer', async () => {
    carrier.webhookAnswer = () =>
      new Response(
        '<Response><Message to="+1">A &amp; B &#39;C&#x27;</Message><Message><Body>Two</Body></Message></Response>',
        {
          headers: { 'content-type': 'text/xml; charset=utf-8' },
        },
      );
    await carrier.post('/replies', { from: '+12025550170', to: '+12025550100', body: 'HELP' });
    expect(await carrier.json('/messages')).toMatchObject([
      { from: '+12025550100', to: '+12025550170', body: "A & B 'C'" },
      { body: 'Two' },
    ]);
    expect(await carrier.json('/handsets/+12025550170')).toMatchObject([
      { direction: 'sent', body: 'HELP', sender: '+12025550100' },
      { direction: 'received', body: "A & B 'C'" },
      { direction: 'received', body: 'Two' },
    ]);
  });

  test('tells the status of an answer that is no success', async () => {
    carrier.webhookAnswer = () => new Response('later', { status: 503 });
    const response = await carrier.post('/replies', { from: '+12025550170', to: '+12025550100', body: 'STOP' });
    expect(await response.json()).toMatchObject({ webhookStatus: 503 });
  });

  test('cannot be held back, since Twilio does not tell when it was sent', async () => {
    for (const held of [{ sentAt: '2026-01-02T03:04:05.000Z' }, { delayMs: 10 }]) {
      const response = await carrier.post('/replies', {
        from: '+12025550170',
        to: '+12025550100',
        body: 'STOP',
        ...held,
      });
      expect(response.status).toBe(422);
      expect(response.headers.get('content-type')).toBe('application/problem+json');
    }
    expect(carrier.calls).toEqual([]);
  });
});
