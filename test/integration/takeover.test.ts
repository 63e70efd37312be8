import type { SQSRecord } from 'aws-lambda';
import { createWaitingHandler } from '../../functions/waiting/handler.ts';
import { createContext } from '../../local/invocation.ts';
import { sendingByRest } from '../../shared/carriers/rest.ts';
import { QUEUES } from '../../shared/runtime/topology.ts';
import { EmbeddedPipeline, recordOf } from './embedded-pipeline.ts';
import { api as toyApi } from './toy/api.ts';

const SENDER = '+12025550120';
const ALONE = '+12025550121';

let pipeline: EmbeddedPipeline;
let ports: ReturnType<typeof outboundPorts>;

/** Twilio as ever, and beside it a second carrier at another address. */
function outboundPorts() {
  const usual = pipeline.outboundPorts();
  const options = { carrier: 'toy', apiUrl: pipeline.carrierUrl, publicUrl: '', timeoutMs: 1_000, clock: Date.now };
  const toy = sendingByRest(toyApi, { ...options, secret: async () => ({ key: 'toy-key' }) });
  return { ...usual, sendingBy: async (carrier: string) => (carrier === 'toy' ? toy : usual.sendingBy(carrier)) };
}

beforeAll(async () => {
  pipeline = await EmbeddedPipeline.start();
  await pipeline.ledger.senders.register({ sender: SENDER, account: 'acme', carrier: 'twilio', secondCarrier: 'toy' });
  await pipeline.ledger.senders.register({ sender: ALONE, account: 'acme', carrier: 'twilio' });
});

beforeEach(() => {
  pipeline.aheadMs = 0;
  ports = outboundPorts();
  pipeline.sent.length = 0;
});

afterAll(() => pipeline?.stop());

let numbers = 0;
const newRecipient = () => `+1202555${String(2_000 + numbers++)}`;
const ref = (to: string, messageId: string) => ({ kind: 'message', account: 'acme', to, messageId }) as const;

/** Hands the message over, again and again, as the queue would. */
async function attempts(from: string, count: number, status?: number) {
  const to = newRecipient();
  const messageId = crypto.randomUUID();
  const record = await pipeline.enqueued({ messageId, from, to, body: 'Hello' });
  for (let attempt = 1; attempt <= count; attempt += 1) {
    if (status !== undefined && attempt === 1) pipeline.nextStatus = status;
    const attributes = { ...record.attributes, ApproximateReceiveCount: String(attempt) };
    await pipeline.outbound([{ ...record, attributes }], ports);
  }
  return pipeline.ledger.messages.find(ref(to, messageId));
}

const wasToy = (sent: object | undefined) => sent !== undefined && 'echo' in sent;

describe('a second carrier', () => {
  test('takes over what the first has certainly not sent, and the ledger says by whom it left', async () => {
    const message = await attempts(SENDER, 2, 503);

    expect(message).toMatchObject({ status: 'Sent', carrier: 'toy', attempt: 2 });
    expect(pipeline.sent.map(wasToy)).toEqual([false, true]);
  });

  test('does not take over what the first may have sent', async () => {
    const message = await attempts(SENDER, 3, 504);

    expect(message).toMatchObject({ status: 'Unknown', carrier: 'twilio' });
    expect(pipeline.sent).toHaveLength(1);
  });

  test('sends everything while the first is left alone', async () => {
    for (let failures = 0; failures < 10; failures += 1) await attempts(ALONE, 1, 504);

    expect(await attempts(SENDER, 1)).toMatchObject({ status: 'Sent', carrier: 'toy' });
  });
});

test('while its only carrier is left alone a message waits, and that is no attempt', async () => {
  for (let failures = 0; failures < 10; failures += 1) await attempts(ALONE, 1, 504);
  pipeline.sent.length = 0;

  const message = await attempts(ALONE, 3);

  expect(message).toMatchObject({ status: 'Queued', attempt: 1, detail: 'its carrier is left alone' });
  expect(pipeline.sent).toEqual([]);
});

/** A carrier that is left alone, for so long. */
const paused = (milliseconds: number) => ({
  leftAloneMs: () => milliseconds,
  ask: () => milliseconds,
  heard: () => {},
});

test('a carrier that is down for hours buries no message: waiting is no failure, however often', async () => {
  const to = newRecipient();
  const messageId = crypto.randomUUID();
  const letGo = () => createWaitingHandler(pipeline.waitingPorts())({}, createContext('waiting', 300));
  const comesBack = async () => {
    const records = await pipeline.drain(pipeline.queues.outbound.url);
    return records.find(({ body }) => body.includes(messageId));
  };
  let record: SQSRecord | undefined = recordOf({ messageId, from: ALONE, to, body: 'Hello' });
  let receives = 0;
  for (let calls = 0; calls < 3 * QUEUES.outbound.maxReceiveCount; calls += 1) {
    // The longest pause of a carrier.
    pipeline.aheadMs += 300_000;
    await letGo();
    if (!record) receives = 0;
    record ??= await comesBack();
    if (!record) continue;
    receives += 1;
    const attributes = { ...record.attributes, ApproximateReceiveCount: String(receives) };
    const back = await pipeline.outbound([{ ...record, attributes }], { ...ports, breaker: paused(300_000) });
    if (back.length === 0) record = undefined;
  }
  expect(await pipeline.drain(pipeline.queues.outbound.deadLettersUrl)).toEqual([]);
  expect(await pipeline.ledger.messages.find(ref(to, messageId))).toMatchObject({ status: 'Queued', attempt: 1 });

  pipeline.aheadMs += 600_000;
  await letGo();
  record ??= await comesBack();
  await pipeline.outbound(record ? [record] : []);
  expect(await pipeline.ledger.messages.find(ref(to, messageId))).toMatchObject({ status: 'Sent', attempt: 1 });
});

test('a message that waits for its carrier keeps its turn', async () => {
  const slow = '+12025550122';
  await pipeline.ledger.senders.register({ sender: slow, account: 'acme', carrier: 'twilio', messagesPerSecond: 0.1 });
  const messages = [1, 2].map(() => ({
    messageId: crypto.randomUUID(),
    from: slow,
    to: newRecipient(),
    body: 'Hello',
  }));
  const find = () =>
    Promise.all(messages.map(({ to, messageId }) => pipeline.ledger.messages.find(ref(to, messageId))));
  await pipeline.outbound(
    messages.map((message) => recordOf(message)),
    ports,
  );
  const [sent, waiting] = await find();

  await pipeline.outbound(
    messages.map((message) => recordOf(message, 2)),
    { ...ports, breaker: paused(5_000) },
  );

  expect(sent).toMatchObject({ status: 'Sent' });
  expect(waiting).toMatchObject({ status: 'Queued', detail: 'waits for its turn', turn: expect.any(Number) });
  expect((await find())[1]).toMatchObject({
    status: 'Queued',
    detail: 'its carrier is left alone',
    turn: waiting?.turn,
  });
});

test('the trial of a carrier after its pause is not used up by messages that do not call it', async () => {
  for (let failures = 0; failures < 10; failures += 1) await attempts(ALONE, 1, 504);
  pipeline.sent.length = 0;
  pipeline.aheadMs = 5_000;
  const optedOut = newRecipient();
  const at = pipeline.now;
  const change = { kind: 'opt-out', scope: ALONE, at, eventId: 'test#1' } as const;
  await pipeline.ledger.consent.apply({ account: 'acme', recipient: optedOut }, change);
  const queued = [optedOut, newRecipient(), newRecipient()].map((to) => ({
    messageId: crypto.randomUUID(),
    from: ALONE,
    to,
    body: 'Hello',
  }));

  for (const message of queued) await pipeline.outbound([recordOf(message)], ports);

  const found = await Promise.all(queued.map(({ to, messageId }) => pipeline.ledger.messages.find(ref(to, messageId))));
  expect(found).toMatchObject([{ reason: 'OptedOut' }, { status: 'Sent' }, { status: 'Sent' }]);
  expect(pipeline.sent).toHaveLength(2);
});

test('who does not try the first carrier after its pause comes back at once for the second', async () => {
  for (let failures = 0; failures < 10; failures += 1) await attempts(ALONE, 1, 504);
  pipeline.sent.length = 0;
  pipeline.aheadMs = 5_000;
  pipeline.nextStatus = 504;
  const batch = [1, 2].map(() =>
    recordOf({ messageId: crypto.randomUUID(), from: SENDER, to: newRecipient(), body: 'Hello' }),
  );
  const delays: number[] = [];
  const queue = { comeBackAfter: async (_: SQSRecord, delayMs: number) => void delays.push(delayMs) };

  const back = await pipeline.outbound(batch, { ...ports, queue });
  await pipeline.outbound(
    batch.filter(({ messageId }) => back.includes(messageId)),
    ports,
  );

  expect(delays).toEqual([1_000]);
  expect(pipeline.sent.map(wasToy)).toEqual([false, true]);
});

test('one message tries a carrier after its pause, and the others of its batch wait for what comes of it', async () => {
  for (let failures = 0; failures < 10; failures += 1) await attempts(ALONE, 1, 504);
  pipeline.sent.length = 0;
  pipeline.aheadMs = 5_000;
  pipeline.nextStatus = 504;
  const batch = [1, 2, 3].map(() => ({
    messageId: crypto.randomUUID(),
    from: ALONE,
    to: newRecipient(),
    body: 'Hello',
  }));

  await pipeline.outbound(
    batch.map((message) => recordOf(message)),
    ports,
  );

  const found = await Promise.all(batch.map(({ to, messageId }) => pipeline.ledger.messages.find(ref(to, messageId))));
  expect(found.map((message) => message?.status).sort()).toEqual(['Queued', 'Queued', 'Unknown']);
  expect(pipeline.sent).toHaveLength(1);
});

describe('a carrier that throttles, and says when to come again', () => {
  const HOUR_MS = 3_600_000;
  /** What a function does with one message that comes for the first time, or again. */
  async function send(from: string, delays: number[] = [], given: object = {}, receives = 1) {
    const message = { messageId: crypto.randomUUID(), from, to: newRecipient(), body: 'Hello', ...given };
    const waits = {
      queue: { comeBackAfter: async (_: SQSRecord, delayMs: number) => void delays.push(delayMs) },
      waitingRoom: {
        keep: async (_: string, _body: string, until: number) => void delays.push(until - pipeline.clock()),
      },
    };
    await pipeline.outbound([recordOf(message, receives)], { ...ports, ...waits });
    return message;
  }
  const throttles = (hours: number) => {
    pipeline.nextStatus = 429;
    pipeline.nextRetryAfter = hours * 3_600;
  };

  test('is not called before, by this message or by others, and that is no attempt of theirs', async () => {
    const delays: number[] = [];
    throttles(2);
    await send(ALONE, delays);

    const other = await send(ALONE, delays);

    expect(pipeline.sent).toHaveLength(1);
    expect(delays).toHaveLength(2);
    for (const delay of delays) expect(Math.abs(delay - 2 * HOUR_MS)).toBeLessThan(10_000);
    expect(await pipeline.ledger.messages.find(ref(other.to, other.messageId))).toMatchObject({
      status: 'Queued',
      attempt: 1,
    });

    pipeline.aheadMs = 2 * HOUR_MS;
    await send(ALONE, delays, other, 2);
    expect(await pipeline.ledger.messages.find(ref(other.to, other.messageId))).toMatchObject({
      status: 'Sent',
      attempt: 1,
    });
  });

  test('hands over to the second carrier in a second', async () => {
    const delays: number[] = [];
    throttles(2);
    const message = await send(SENDER, delays);
    await send(SENDER, delays, message, 2);

    expect(delays).toEqual([1_000]);
    expect(pipeline.sent.map(wasToy)).toEqual([false, true]);
  });

  test('is waited for where the second is left alone as well', async () => {
    const delays: number[] = [];
    ports.breaker.heard('toy', { kind: 'later', because: 'throttled', detail: '429', retryAfterMs: HOUR_MS });
    throttles(2);
    await send(SENDER, delays);

    expect(delays).toHaveLength(1);
    expect(Math.abs((delays[0] ?? 0) - 2 * HOUR_MS)).toBeLessThan(10_000);
  });
});
