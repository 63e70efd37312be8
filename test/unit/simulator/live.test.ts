import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { createLiveFeed, type LiveEvent } from '../../../local/live-feed.ts';
import { createLiveStream } from '../../../local/simulator/live-stream.ts';
import { countTotals } from '../../../local/simulator/totals.ts';
import { CARRIER_NAMES } from '../../../shared/carriers/registry.ts';
import { type LoopbackCarrier, startLoopbackCarrier, until } from './loopback-carrier.ts';

const AT = '2026-01-02T03:04:05.006Z';
const deadLetter: LiveEvent = { type: 'dead-letter', at: AT, queue: 'outbound' };
const outcome = (messageId: string, change: object = {}): LiveEvent => ({
  type: 'outcome',
  at: AT,
  account: 'acme',
  messageId,
  kind: 'message',
  from: '+12025550100',
  to: '+12025550170',
  status: 'Sent',
  ...change,
});

describe('the live feed', () => {
  test('hands on what is published, with ids that grow, until the subscription ends', () => {
    const live = createLiveFeed();
    const seen: number[] = [];
    const stop = live.subscribe(({ id }) => seen.push(id));
    live.publish(deadLetter);
    live.publish(outcome('one'));
    stop();
    live.publish(deadLetter);
    expect(seen).toEqual([1, 2]);
    expect(live.recent().map(({ id }) => id)).toEqual([1, 2, 3]);
  });

  test('keeps the latest, and through any campaign what people wrote and what was sent to them', () => {
    const live = createLiveFeed();
    live.publish(deadLetter);
    live.publish(outcome('one'));
    for (let index = 0; index < 20_000; index += 1) live.publish(outcome(`m${index}`, { to: '+15550100000' }));
    const recent = live.recent();
    expect(recent).toHaveLength(502);
    expect(recent.slice(0, 2)).toMatchObject([
      { id: 1, type: 'dead-letter' },
      { id: 2, messageId: 'one' },
    ]);
    expect(recent.at(-1)).toMatchObject({ id: 20_002, messageId: 'm19999' });
  });

  test('is not stopped by a listener that fails', () => {
    const silent = jest.spyOn(console, 'error').mockImplementation(() => {});
    const live = createLiveFeed();
    const seen: number[] = [];
    live.subscribe(() => {
      throw new Error('broken');
    });
    live.subscribe(({ id }) => seen.push(id));
    live.publish(deadLetter);
    expect(seen).toEqual([1]);
    silent.mockRestore();
  });
});

describe('the totals', () => {
  const counted = (...events: LiveEvent[]) => {
    const live = createLiveFeed();
    const totals = countTotals(live);
    for (const event of events) live.publish(event);
    return totals.current();
  };
  const queued = (count: number, campaignId = 'spring'): LiveEvent => ({
    type: 'queued',
    at: AT,
    campaignId,
    from: '+12025550100',
    count,
  });
  const of = (status: string, change: object = {}) => ({ status, campaignId: 'spring', ...change });

  test('count each message once, where it stands', () => {
    const totals = counted(
      queued(6),
      outcome('one', of('Sending')),
      outcome('one', of('Sent')),
      outcome('one', of('Sent')),
      outcome('one', of('Delivered')),
      outcome('two', of('Failed', { reason: 'OptedOut' })),
      outcome('three', of('Failed', { reason: 'InvalidDestination' })),
      outcome('four', of('Unknown')),
      outcome('five', of('Queued')),
    );
    const expected = { waiting: 2, sent: 1, delivered: 1, undelivered: 0, refused: 1, failed: 1, unknown: 1 };
    expect(totals).toMatchObject({ ...expected, campaigns: [{ campaignId: 'spring', queued: 6, ...expected }] });
  });

  test('move a message on when a receipt settles it', () => {
    const unknown = [queued(1), outcome('one', of('Unknown'))];
    expect(counted(...unknown)).toMatchObject({ waiting: 0, unknown: 1, sent: 0 });
    expect(counted(...unknown, outcome('one', of('Undelivered')))).toMatchObject({
      waiting: 0,
      unknown: 0,
      sent: 1,
      undelivered: 1,
    });
  });

  test('tell messages of other producers, replies and dead letters apart', () => {
    const totals = counted(
      queued(1),
      outcome('theirs', { status: 'Sending' }),
      outcome('reply', { kind: 'reply' }),
      deadLetter,
      { type: 'dead-letter', at: AT, queue: 'replies' },
    );
    expect(totals).toMatchObject({ waiting: 1, sent: 0, replies: 1, deadLetters: 2 });
  });

  test('take the same id to another recipient for another message', () => {
    expect(counted(outcome('one'), outcome('one', { to: '+12025550171' }))).toMatchObject({ sent: 2, waiting: 0 });
  });
});

describe('the live stream', () => {
  let carrier: LoopbackCarrier;
  beforeEach(async () => {
    carrier = await startLoopbackCarrier();
  });
  afterEach(() => carrier.close());

  interface Received {
    readonly event: string;
    readonly id: string | undefined;
    // biome-ignore lint/suspicious/noExplicitAny: what a test expects of it says its type
    readonly data: any;
  }

  /** Reads server-sent events until told to stop. */
  async function listen(headers: Record<string, string> = {}) {
    const abort = new AbortController();
    const response = await fetch(`${carrier.http}/simulator/live`, { headers, signal: abort.signal });
    expect(response.headers.get('content-type')).toMatch('text/event-stream');
    const received: Received[] = [];
    let comments = 0;
    const reading = (async () => {
      let text = '';
      for await (const piece of response.body!.pipeThrough(new TextDecoderStream())) {
        const blocks = (text + piece).split('\n\n');
        text = blocks.pop() ?? '';
        for (const block of blocks) {
          const field = (name: string) =>
            block
              .split('\n')
              .find((line) => line.startsWith(`${name}: `))
              ?.slice(name.length + 2);
          if (block.startsWith(':')) comments += 1;
          const data = field('data');
          if (data) received.push({ event: field('event') ?? 'message', id: field('id'), data: JSON.parse(data) });
        }
      }
    })().catch(() => {});
    const messages = () => received.filter(({ event }) => event === 'message');
    return {
      received,
      messages,
      stop: async () => {
        abort.abort();
        await reading;
        return comments;
      },
      ended: reading,
    };
  }

  test('says hello, shows what was, then what happens, and the totals', async () => {
    carrier.live.publish(deadLetter);
    const reader = await listen();
    await until('the first event came', () => reader.messages().length === 1);
    expect(reader.received[0]).toMatchObject({ event: 'hello', data: { resumed: false, run: expect.any(String) } });
    carrier.live.publish(outcome('one'));
    await until('the next came', () => reader.messages().length === 2);
    expect(reader.messages()[1]).toMatchObject({ id: `${reader.received[0]!.data.run}-2`, data: outcome('one') });
    await until('the totals came', () => reader.received.at(-1)!.event === 'totals');
    expect(reader.received.at(-1)!.data).toMatchObject({
      sent: 1,
      deadLetters: 1,
      carriers: CARRIER_NAMES.map((name) => ({ carrier: name })),
    });
    await reader.stop();
  });

  test('goes on where a reader left off, and says what it left out', async () => {
    const first = await listen();
    carrier.live.publish(deadLetter);
    await until('the event came', () => first.messages().length === 1);
    await first.stop();
    carrier.live.publish(deadLetter);
    const second = await listen({ 'last-event-id': first.messages()[0]!.id! });
    await until('the missed one came', () => second.messages().length === 1);
    expect(second.received[0]!.data).toMatchObject({ resumed: true });
    await second.stop();

    for (let index = 0; index < 1_100; index += 1) carrier.live.publish(outcome(`m${index}`));
    const third = await listen({ 'last-event-id': second.messages()[0]!.id! });
    await until('the latest came', () => third.messages().length === 500);
    expect(third.received[1]).toMatchObject({ event: 'gap', data: { missed: 600 } });
    await third.stop();
  });

  test('starts anew for a reader of another run', async () => {
    carrier.live.publish(deadLetter);
    const reader = await listen({ 'last-event-id': 'another-7' });
    await until('the event came', () => reader.messages().length === 1);
    expect(reader.received[0]!.data).toMatchObject({ resumed: false });
    await reader.stop();
  });

  test('carries a campaign of thousands', async () => {
    const reader = await listen();
    for (let index = 0; index < 3_000; index += 1) carrier.live.publish(outcome(`m${index}`));
    await until('the last came', () => reader.messages().at(-1)?.data.messageId === 'm2999');
    expect(reader.messages()).toHaveLength(3_000);
    await reader.stop();
  });

  test('shows at once how a carrier was told to behave', async () => {
    const reader = await listen();
    await carrier.put('/carriers/twilio', { delayMs: 3_000 });
    await until('the page knew', () => reader.received.at(-1)?.data.carriers?.[0]?.delayMs === 3_000);
    await reader.stop();
  });

  test('ends when the simulator closes', async () => {
    const reader = await listen();
    carrier.simulator.close();
    await reader.ended;
  });

  test('forgets a reader who left', async () => {
    const reader = await listen();
    await reader.stop();
    for (let index = 0; index < 10; index += 1) carrier.live.publish(deadLetter);
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(carrier.live.recent()).toHaveLength(10);
  });

  test('keeps an idle connection alive, and loses the oldest for a reader who does not read', async () => {
    const live = createLiveFeed();
    const stream = createLiveStream({ live, totals: () => ({}), heartbeatMs: 20 });
    const reader = stream.open(undefined).body!.pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader.read()).value).toMatch(/^retry: 1000\n\nevent: hello\n/);
    expect((await reader.read()).value).toBe(': still here\n\n');
    for (let index = 0; index < 10_000; index += 1) live.publish(outcome(`m${index}`));
    let text = '';
    while (!text.includes('"messageId":"m9999"')) text += (await reader.read()).value ?? '';
    expect(text).toMatch(/event: gap\ndata: {"missed":\d+}/);
    stream.close();
  });
});
