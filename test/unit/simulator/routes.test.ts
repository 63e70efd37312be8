import { request } from 'node:http';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { CARRIER_NAMES } from '../../../shared/carriers/registry.ts';
import { type LoopbackCarrier, startLoopbackCarrier, until } from './loopback-carrier.ts';

let carrier: LoopbackCarrier;
beforeEach(async () => {
  carrier = await startLoopbackCarrier();
});
afterEach(() => carrier.close());

const publish = (to: string, text = 'Hello') => carrier.simulator.acceptSnsPublish({ PhoneNumber: to, Message: text });

describe('the messages that were accepted', () => {
  test('come in order, from a time on, to one recipient', async () => {
    await publish('+12025550170');
    await new Promise((resolve) => setTimeout(resolve, 5));
    const since = new Date().toISOString();
    await publish('+12025550171');
    await publish('+12025550172');
    const to = async (query: string) =>
      (await carrier.json(`/messages${query}`)).map((message: { to: string }) => message.to);
    expect(await to('')).toEqual(['+12025550170', '+12025550171', '+12025550172']);
    expect(await to(`?since=${since}`)).toEqual(['+12025550171', '+12025550172']);
    expect(await to(`?since=${Date.parse(since)}`)).toEqual(['+12025550171', '+12025550172']);
    expect(await to(`?since=${Date.now() + 1_000}`)).toEqual([]);
    expect(await to('?to=%2B12025550171')).toEqual(['+12025550171']);
  });

  test('at the very time asked for are among them', async () => {
    await publish('+12025550170');
    const [{ receivedAt }] = await carrier.json('/messages');
    expect(await carrier.json(`/messages?since=${receivedAt}`)).toHaveLength(1);
  });

  test('can be very many', async () => {
    for (let index = 0; index < 12_345; index += 1)
      await publish(`+1555010${String(index % 10_000).padStart(4, '0')}`, `Hello ${index}`);
    const messages: { body: string }[] = await carrier.json('/messages');
    expect(messages.map(({ body }) => body)).toEqual(Array.from({ length: 12_345 }, (_, index) => `Hello ${index}`));
  });

  test.each(['since=yesterday', 'sinse=0', 'to=12'])('refuse ?%s by name', async (query) => {
    const response = await fetch(`${carrier.http}/simulator/messages?${query}`);
    expect(response.status).toBe(400);
    expect((await response.json()).errors[0].field).toBe(query.split('=')[0]);
  });
});

describe('how a carrier behaves', () => {
  test('is normal at first, changes field by field, and can be reset', async () => {
    const all = await carrier.json('/carriers');
    expect(all.map((one: { carrier: string }) => one.carrier)).toEqual(CARRIER_NAMES);
    expect(all[0]).toEqual({
      carrier: 'twilio',
      delayMs: 0,
      error: null,
      dropAnswer: false,
      receipts: false,
      heldReceipts: 0,
      abilities: { hears: true, reports: true, optedOutError: '21610' },
    });
    expect(all.at(-1)).toMatchObject({
      carrier: 'sns',
      abilities: { hears: false, reports: false, optedOutError: null },
    });
    await carrier.put('/carriers/twilio', { delayMs: 5 });
    const response = await carrier.put('/carriers/twilio', { error: 21610 });
    expect(await response.json()).toEqual({
      carrier: 'twilio',
      delayMs: 5,
      error: '21610',
      dropAnswer: false,
      receipts: false,
      heldReceipts: 0,
      abilities: { hears: true, reports: true, optedOutError: '21610' },
    });
    expect(await (await carrier.put('/carriers/twilio', {})).json()).toMatchObject({ delayMs: 5, error: '21610' });
    const [first, ...others] = (await carrier.json('/carriers')) as { error: string | null }[];
    expect(first).toMatchObject({ error: '21610' });
    expect(others.map(({ error }) => error)).toEqual(others.map(() => null));
    expect((await carrier.post('/reset', {})).status).toBe(200);
    expect((await carrier.json('/carriers'))[0]).toMatchObject({ delayMs: 0, error: null });
  });

  test.each([
    ['twilio', { delay: 5 }, 'delay', 'there is no such field'],
    ['twilio', { delayMs: -1 }, 'delayMs', 'must not be negative'],
    ['twilio', { delayMs: 'long' }, 'delayMs', 'must be a whole number of milliseconds'],
    ['twilio', { error: 'OPTED_OUT' }, 'error', /21610/],
    ['twilio', { error: true }, 'error', /21610/],
    ['aws', { error: 'OptedOut' }, 'error', /DESTINATION_PHONE_NUMBER_OPTED_OUT/],
    ['sns', { error: '21610' }, 'error', /Throttled/],
    ['sns', { receipts: true }, 'receipts', /CloudWatch Logs/],
    ['aws', { dropAnswer: 'yes' }, 'dropAnswer', 'must be true or false'],
  ])('of %s is not changed by %j', async (name, change, field, problem) => {
    const response = await carrier.put(`/carriers/${name}`, change);
    expect(response.status).toBe(400);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    const { errors } = await response.json();
    expect(errors).toEqual([
      { field, problem: typeof problem === 'string' ? problem : expect.stringMatching(problem) },
    ]);
  });

  test('of a carrier that there is not is a 404', async () => {
    const response = await carrier.put('/carriers/nobody', {});
    expect(response.status).toBe(404);
    expect((await response.json()).detail).toBe(`The simulated carriers are ${CARRIER_NAMES.join(', ')}.`);
  });
});

describe('a campaign', () => {
  test('goes to the handsets first, then to numbers that nobody can have', async () => {
    const recipients = ['+12025550170', '+12025550171', '+12025550170'];
    const response = await carrier.post('/campaigns', {
      from: '+12025550100',
      body: 'Sale',
      count: 1_000,
      recipients,
      category: 'transactional',
    });
    const { campaignId, queued } = await response.json();
    expect(queued).toBe(1_000);
    expect(carrier.queued.slice(0, 3).map(({ to }) => to)).toEqual(['+12025550170', '+12025550171', '+15550100000']);
    expect(new Set(carrier.queued.map(({ messageId }) => messageId)).size).toBe(1_000);
    expect(new Set(carrier.queued.map(({ to }) => to)).size).toBe(1_000);
    for (const message of carrier.queued) {
      expect(message).toMatchObject({ from: '+12025550100', body: 'Sale', category: 'transactional', campaignId });
      expect(message.to).toMatch(/^\+[1-9]\d{6,14}$/);
    }
    const told = carrier.events.filter((event) => event.type === 'queued');
    expect(told.reduce((sum, event) => sum + event.count, 0)).toBe(1_000);
  });

  test('reaches every made-up number at its largest, and as few as asked at its smallest', async () => {
    expect(
      await (
        await carrier.post('/campaigns', { from: 'ACME', body: 'Sale', count: 10_000, recipients: ['+15550100007'] })
      ).json(),
    ).toMatchObject({
      queued: 10_000,
    });
    carrier.queued.length = 0;
    await carrier.post('/campaigns', {
      from: 'ACME',
      body: 'Sale',
      count: 1,
      recipients: ['+12025550170', '+12025550171'],
    });
    expect(carrier.queued.map(({ to }) => to)).toEqual(['+12025550170']);
  });

  test('under an id that was used before has new messages all the same', async () => {
    const campaign = { from: '+12025550100', body: 'Sale', count: 2, campaignId: 'spring' };
    await carrier.post('/campaigns', campaign);
    await carrier.post('/campaigns', campaign);
    expect(new Set(carrier.queued.map(({ messageId }) => messageId)).size).toBe(4);
    expect(new Set(carrier.queued.map(({ campaignId }) => campaignId))).toEqual(new Set(['spring']));
  });

  test.each([
    [{ count: 0 }, 'count'],
    [{ count: 10_001 }, 'count'],
    [{ body: '' }, 'body'],
    [{ category: 'spam' }, 'category'],
    [{ recipients: ['+1'] }, 'recipients.0'],
    [{ campaignId: 'a b' }, 'campaignId'],
    [{ bdoy: 'x' }, 'bdoy'],
  ])('with %j is refused by name', async (wrong, field) => {
    const response = await carrier.post('/campaigns', { from: '+12025550100', body: 'Sale', count: 2, ...wrong });
    expect(response.status).toBe(400);
    expect((await response.json()).errors).toEqual([{ field, problem: expect.any(String) }]);
    expect(carrier.queued).toEqual([]);
  });
});

describe('a text from a handset', () => {
  test.each([
    [{ from: '2025550170' }, 'from'],
    [{ to: 'not a sender at all' }, 'to'],
    [{ body: 7 }, 'body'],
    [{ sentAt: 'noon' }, 'sentAt'],
    [{ messageID: 'x' }, 'messageID'],
  ])('with %j is refused by name', async (wrong, field) => {
    const response = await carrier.post('/replies', {
      from: '+12025550170',
      to: '+12025550100',
      body: 'STOP',
      ...wrong,
    });
    expect(response.status).toBe(400);
    expect((await response.json()).errors).toEqual([{ field, problem: expect.any(String) }]);
  });

  test('to a sender that nobody registered is a 404', async () => {
    const response = await carrier.post('/replies', { from: '+12025550170', to: '+12025550199', body: 'STOP' });
    expect(response.status).toBe(404);
    expect(carrier.calls).toEqual([]);
  });

  test('says so when the pipeline is gone', async () => {
    const silent = jest.spyOn(console, 'error').mockImplementation(() => {});
    carrier.publicUrl = 'http://127.0.0.1:1';
    const response = await carrier.post('/replies', { from: '+12025550170', to: '+12025550100', body: 'STOP' });
    expect(response.status).toBe(502);
    expect(await response.json()).toMatchObject({ title: 'The pipeline did not answer' });
    silent.mockRestore();
  });
});

describe('who may ask', () => {
  const ask = (headers: Record<string, string>): Promise<number> =>
    new Promise((resolve, reject) => {
      const call = request(`${carrier.http}/simulator/carriers`, { headers }, (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      });
      call.on('error', reject).end();
    });

  test.each(['127.0.0.1:3000', 'localhost', 'LOCALHOST:1', '[::1]:3000'])('Host %s', async (host) => {
    expect(await ask({ host })).toBe(200);
  });
  test.each(['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example:3000', '192.168.0.1'])(
    'not Host %s',
    async (host) => {
      expect(await ask({ host })).toBe(403);
    },
  );
  test('not a page of another origin', async () => {
    expect(await ask({ origin: 'https://evil.example' })).toBe(403);
    expect(await ask({ origin: 'null' })).toBe(403);
    expect(await ask({ origin: carrier.http })).toBe(200);
  });

  test('nor anything too large, or that is not JSON', async () => {
    expect((await carrier.post('/replies', { body: 'x'.repeat(70_000) })).status).toBe(413);
    const response = await fetch(`${carrier.http}/simulator/replies`, { method: 'POST', body: 'from=+1' });
    expect(response.status).toBe(400);
    expect((await fetch(`${carrier.http}/simulator/nothing`)).status).toBe(404);
  });
});

test('closing ends what waits', async () => {
  await carrier.put('/carriers/sns', { delayMs: 60_000 });
  const sending = publish('+12025550170');
  await until('the message was logged', async () => (await carrier.json('/messages')).length === 1);
  carrier.simulator.close();
  expect(await sending).toBe('drop');
  expect(await publish('+12025550170')).toBe('drop');
});
