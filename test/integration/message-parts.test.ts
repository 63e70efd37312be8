import { randomUUID } from 'node:crypto';
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import fc from 'fast-check';
import type { InboundPorts } from '../../functions/inbound/handler.ts';
import type { InboundMessage } from '../../shared/carriers/carrier.ts';
import { refusalFor } from '../../shared/consent/merge.ts';
import { createSqs } from '../../shared/runtime/clients.ts';
import { EmbeddedPipeline, recordOf } from './embedded-pipeline.ts';
import { newRecipient } from './running-stopgate.ts';

const SENDER = '+12025550100';
const DAY_MS = 86_400_000;

let pipeline: EmbeddedPipeline;

beforeAll(async () => {
  pipeline = await EmbeddedPipeline.start();
});

beforeEach(() => {
  pipeline.aheadMs = 0;
});

afterAll(() => pipeline?.stop());

/** A long message as its carrier hands it on: each text is a part. */
function partsOf(recipient: string, texts: readonly string[], ref: string = randomUUID()): InboundMessage[] {
  const id = randomUUID();
  return texts.map((text, index) => ({
    kind: 'message',
    carrier: 'vonage-sms',
    carrierMessageId: `${id}-${index + 1}`,
    recipient,
    sender: SENDER,
    text,
    part: { ref, number: index + 1, total: texts.length },
  }));
}

/** An inbound function whose own queue is in a test's hands: what waits there comes when the test says so. */
function inbound(change: (ports: InboundPorts) => Partial<InboundPorts> = () => ({})) {
  const waiting: { body: unknown; delaySeconds: number | undefined }[] = [];
  const real = pipeline.inboundPorts();
  const ports: InboundPorts = {
    ...real,
    inboundQueue: {
      send: async (body, delaySeconds) => {
        waiting.push({ body, delaySeconds });
      },
      comeBackAfter: async () => {},
    },
    ...change(real),
  };
  const take = (body: unknown) => pipeline.inboundBatch([recordOf(JSON.parse(JSON.stringify(body)))], ports);
  return {
    waiting,
    /** The ids of what has to come again. */
    hear: (event: InboundMessage, heardAt = pipeline.now) => take({ event, heardAt }),
    /** Hands over what waits, and says how much that was. */
    async lastCalls(): Promise<number> {
      const due = waiting.splice(0);
      for (const { body } of due) expect(await take(body)).toEqual([]);
      return due.length;
    },
  };
}

const eventsOf = async (recipient: string) =>
  (await pipeline.ledger.history.timeline('acme', recipient)).filter((entry) => entry.type === 'event').reverse();
const textsOf = async (recipient: string) => (await eventsOf(recipient)).map(({ text }) => text);
const isOptedOut = async (recipient: string) =>
  refusalFor(await pipeline.ledger.consent.read({ account: 'acme', recipient }), [SENDER]) !== undefined;

const repliesTo = async (recipient: string) =>
  (await pipeline.drain(pipeline.queues.replies.url))
    .map(({ body }) => JSON.parse(body))
    .filter((reply) => reply.to === recipient);

describe('a long message that comes in parts', () => {
  test.each([
    ['in order', [0, 1, 2]],
    ['backwards', [2, 1, 0]],
    ['mixed', [1, 2, 0]],
    ['with each part twice', [1, 1, 2, 0, 2, 0, 1]],
  ])('is heard once, as a whole, %s', async (_, order) => {
    const recipient = newRecipient();
    const parts = partsOf(recipient, ['I really like ', 'your messages, ', 'thank you']);
    const { hear, lastCalls } = inbound();

    for (const index of order) expect(await hear(parts[index]!)).toEqual([]);
    await lastCalls();

    expect(await eventsOf(recipient)).toEqual([
      expect.objectContaining({
        carrierMessageId: parts[0]?.carrierMessageId,
        text: 'I really like your messages, thank you',
        verdict: 'leave',
      }),
    ]);
    expect(await isOptedOut(recipient)).toBe(false);
  });

  test('is heard whole when its parts come at the same moment', async () => {
    const recipient = newRecipient();
    const parts = partsOf(recipient, ['one ', 'two ', 'three ', 'four']);
    const { hear, lastCalls } = inbound();

    await Promise.all([...parts, ...parts].map((part) => hear(part)));

    expect(await textsOf(recipient)).toEqual(['one two three four']);
    await lastCalls();
    expect(await textsOf(recipient)).toEqual(['one two three four']);
  });

  test('opts out by a keyword that was cut in two, and is answered', async () => {
    const recipient = newRecipient();
    const parts = partsOf(recipient, [`${' '.repeat(150)}unsub`, 'scribe']);
    const { hear } = inbound();
    await hear(parts[1]!);
    expect(await isOptedOut(recipient)).toBe(false);

    await hear(parts[0]!);

    expect(await isOptedOut(recipient)).toBe(true);
    expect(await repliesTo(recipient)).toMatchObject([
      { kind: 'opt-out', eventId: `vonage-sms#${parts[0]?.carrierMessageId}` },
    ]);
  });

  test('counts from when its last part was heard', async () => {
    const recipient = newRecipient();
    const parts = partsOf(recipient, ['st', 'op']);
    const { hear } = inbound();

    await hear(parts[1]!, '2026-11-23T12:00:01.000Z');
    await hear(parts[0]!, '2026-11-23T12:00:00.000Z');

    expect(await eventsOf(recipient)).toMatchObject([{ text: 'stop', heardAt: '2026-11-23T12:00:01.000Z' }]);
  });

  test('waits on the real queue, unseen for two minutes', async () => {
    const recipient = newRecipient();
    const ports = pipeline.inboundPorts();
    const sqs = createSqs(pipeline.without());
    const delayed = async () => {
      const { Attributes } = await sqs.send(
        new GetQueueAttributesCommand({
          QueueUrl: pipeline.queues.inbound.url,
          AttributeNames: ['ApproximateNumberOfMessagesDelayed'],
        }),
      );
      return Number(Attributes?.ApproximateNumberOfMessagesDelayed);
    };
    const before = await delayed();

    await pipeline.inboundBatch(
      [recordOf({ event: partsOf(recipient, ['one', 'two'])[0], heardAt: pipeline.now })],
      ports,
    );

    expect(await delayed()).toBe(before + 1);
    expect(await pipeline.drain(pipeline.queues.inbound.url)).toEqual([]);
    sqs.destroy();
  });
});

describe('a long message of which a part never comes', () => {
  test('is heard as far as it came, so that a STOP in it is heeded and answered', async () => {
    const recipient = newRecipient();
    const parts = partsOf(recipient, ['…long…', 'STOP']);
    const { hear, waiting, lastCalls } = inbound();
    await hear(parts[1]!);
    expect(waiting).toMatchObject([{ delaySeconds: 120 }]);
    expect(await textsOf(recipient)).toEqual([]);

    expect(await lastCalls()).toBe(1);

    expect(await isOptedOut(recipient)).toBe(true);
    expect(await eventsOf(recipient)).toMatchObject([
      { carrierMessageId: `${parts[1]?.carrierMessageId}.1of2`, text: '… STOP', verdict: 'act' },
    ]);
    expect(await repliesTo(recipient)).toMatchObject([{ kind: 'opt-out' }]);
  });

  test('shows where something is missing, and reads nothing across the gap', async () => {
    const recipient = newRecipient();
    const parts = partsOf(recipient, ['st', 'rangers ask to l', 'op', 'sided']);
    const { hear, lastCalls } = inbound();

    for (const index of [2, 0]) await hear(parts[index]!);
    await lastCalls();

    expect(await textsOf(recipient)).toEqual(['st… op']);
    expect(await isOptedOut(recipient)).toBe(false);
  });

  test('never opts in: what is there was not all of it', async () => {
    const recipient = newRecipient();
    const { hear, lastCalls } = inbound();
    await hear({ ...partsOf(recipient, ['STOP'])[0]!, part: undefined });
    expect(await isOptedOut(recipient)).toBe(true);

    for (const word of ['START', 'YES']) {
      await hear(partsOf(recipient, ['I will never again', word])[1]!);
      expect(await lastCalls()).toBe(1);
    }

    expect(await isOptedOut(recipient)).toBe(true);
    expect(await eventsOf(recipient)).toMatchObject([
      { text: 'STOP' },
      { text: '… START', verdict: 'leave', rule: 'incomplete:keyword:core' },
      { text: '… YES', verdict: 'leave', rule: 'incomplete:keyword:core' },
    ]);
  });

  test('is heard whole when the part comes after all', async () => {
    const recipient = newRecipient();
    const parts = partsOf(recipient, ['please ', 'unsub', 'scribe me']);
    const { hear, lastCalls } = inbound();
    await hear(parts[0]!);
    await lastCalls();

    await hear(parts[2]!);
    await lastCalls();
    pipeline.aheadMs = DAY_MS - 60_000;
    await hear(parts[1]!);
    await lastCalls();

    expect(await textsOf(recipient)).toEqual(['please ', 'please … scribe me', 'please unsubscribe me']);
  });

  test('is heard as it is when the last call comes before everything else did', async () => {
    const recipient = newRecipient();
    const [first, second] = partsOf(recipient, ['st', 'op']);
    const { lastCalls, waiting, hear } = inbound();
    // The function ended between leaving the part on the queue and answering, and the carrier has not come again yet.
    waiting.push({ body: { event: second, heardAt: pipeline.now, isLastCall: true }, delaySeconds: 120 });

    await lastCalls();
    await hear(first!);

    expect(await textsOf(recipient)).toEqual(['… op', 'stop']);
    expect(await isOptedOut(recipient)).toBe(true);
  });
});

describe('a reference that is used again', () => {
  test('is the next message, the same day', async () => {
    const recipient = newRecipient();
    const { hear, lastCalls } = inbound();

    for (const texts of [
      ['one ', 'two'],
      ['three ', 'four'],
      ['five ', 'six'],
    ]) {
      for (const part of partsOf(recipient, texts, 'again')) await hear(part);
    }
    await lastCalls();

    expect(await textsOf(recipient)).toEqual(['one two', 'three four', 'five six']);
  });

  test('does not complete what was left incomplete the day before', async () => {
    const recipient = newRecipient();
    const { hear, lastCalls } = inbound();
    await hear(partsOf(recipient, ['never comes', 'old '], 'days')[1]!);
    await lastCalls();

    pipeline.aheadMs = DAY_MS + 60_000;
    for (const part of partsOf(recipient, ['a new ', 'message'], 'days')) await hear(part);
    await lastCalls();

    expect(await textsOf(recipient)).toEqual(['… old ', 'a new message']);
  });

  test('leaves a late retry with the message that it belongs to', async () => {
    const recipient = newRecipient();
    const { hear, lastCalls } = inbound();
    const first = partsOf(recipient, ['one ', 'two'], 'late');
    const second = partsOf(recipient, ['three ', 'four'], 'late');
    for (const part of [...first, ...second]) await hear(part);
    await lastCalls();

    pipeline.aheadMs = DAY_MS + 60_000;
    for (const part of [...second, ...first]) await hear(part);
    await lastCalls();

    expect(await textsOf(recipient)).toEqual(['one two', 'three four']);
  });

  test('is another message by another recipient, sender, carrier or length', async () => {
    const [recipient, other] = [newRecipient(), newRecipient()];
    const { hear, lastCalls } = inbound();
    const [part] = partsOf(recipient, ['a', 'b'], 'same');
    await hear(part!);
    const others = [
      { ...partsOf(other, ['c', 'd'], 'same')[1]! },
      { ...partsOf(recipient, ['e', 'f'], 'same')[1]!, sender: '+12025550101' },
      { ...partsOf(recipient, ['g', 'h'], 'same')[1]!, carrier: 'another' },
      partsOf(recipient, ['i', 'j', 'k'], 'same')[1]!,
    ];

    for (const one of others) await hear(one);
    await lastCalls();

    expect([...(await textsOf(recipient))].sort()).toEqual(['a', '… f', '… h', '… j']);
    expect(await textsOf(other)).toEqual(['… d']);
  });

  test('is heard part by part where somebody uses it without end', async () => {
    const recipient = newRecipient();
    const { hear, lastCalls } = inbound();
    for (let count = 0; count < 12; count += 1) await hear(partsOf(recipient, ['a', `b${count}`], 'flood')[1]!);

    await lastCalls();

    const texts = await textsOf(recipient);
    expect(new Set(texts).size).toBe(12);
  });
});

describe('whatever fails on the way', () => {
  test('a part that could be neither kept nor left waiting comes again', async () => {
    const recipient = newRecipient();
    const parts = partsOf(recipient, ['st', 'op']);
    const broken = inbound(() => ({ messageParts: pipeline.inboundPorts(pipeline.without('dynamodb')).messageParts }));
    expect(await broken.hear(parts[1]!)).toHaveLength(1);
    const unqueued = inbound(() => ({
      inboundQueue: { send: () => Promise.reject(new Error('no queue')), comeBackAfter: async () => {} },
    }));
    expect(await unqueued.hear(parts[1]!)).toHaveLength(1);

    const { hear, lastCalls } = inbound();
    for (const part of parts) expect(await hear(part)).toEqual([]);
    await lastCalls();

    expect(await textsOf(recipient)).toEqual(['stop']);
    expect(await isOptedOut(recipient)).toBe(true);
  });

  test('a message that could not be heard when its last part came is heard by the last call of another', async () => {
    const recipient = newRecipient();
    const parts = partsOf(recipient, ['st', 'op']);
    const { hear, lastCalls } = inbound();
    await hear(parts[0]!);
    // The last part is kept, then the function ends. Its carrier never comes again.
    const ending = inbound(() => ({ events: { keep: () => Promise.reject(new Error('the function ended')) } }));
    expect(await ending.hear(parts[1]!)).toHaveLength(1);
    expect(await isOptedOut(recipient)).toBe(false);

    await lastCalls();

    expect(await isOptedOut(recipient)).toBe(true);
    expect(await textsOf(recipient)).toEqual(['stop']);
  });

  test('ends the same: any order, any duplicates, any faults, last calls at any time', async () => {
    const step = fc.record({
      part: fc.nat(2),
      fails: fc.constantFrom('nothing', 'nothing', 'events', 'parts', 'queue'),
      lastCalls: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 6 }),
        fc.shuffledSubarray([0, 1, 2], { minLength: 3 }),
        async (steps, order) => {
          const recipient = newRecipient();
          const parts = partsOf(recipient, ['please unsub', 'scribe me from ', 'this list']);
          const heard = inbound();
          for (const { part, fails, lastCalls } of steps) {
            const fault = () => Promise.reject(new Error('a fault'));
            const { hear } = inbound(({ messageParts, events }) => ({
              messageParts: fails === 'parts' ? { keep: fault } : messageParts,
              events: fails === 'events' ? { keep: fault } : events,
              inboundQueue: {
                send: async (body, delaySeconds) => {
                  if (fails === 'queue') await fault();
                  heard.waiting.push({ body, delaySeconds });
                },
                comeBackAfter: async () => {},
              },
            }));
            await hear(parts[part]!);
            if (lastCalls) await heard.lastCalls();
          }
          // A carrier goes on until each part was taken.
          for (const index of order) expect(await heard.hear(parts[index]!)).toEqual([]);
          await heard.lastCalls();

          const texts = await textsOf(recipient);
          expect(texts.filter((text) => text === 'please unsubscribe me from this list')).toHaveLength(1);
          expect(new Set(texts).size).toBe(texts.length);
        },
      ),
      { numRuns: 40 },
    );
  });
});
