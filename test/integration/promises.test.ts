import { setTimeout as sleep } from 'node:timers/promises';
import { refusalFor, scopesOf } from '../../shared/consent/merge.ts';
import { ConsentStore } from '../../shared/ledger/consent-store.ts';
import { Table } from '../../shared/ledger/table.ts';
import { QUEUES } from '../../shared/runtime/topology.ts';
import { EmbeddedPipeline, recordOf } from './embedded-pipeline.ts';
import { inbound, newMessageId, newMessageSid, newRecipient } from './running-stopgate.ts';

const SENDER = '+12025550100';
/** A sender with a rate. */
const RATED = '+12025550132';
const HOUR_MS = 3_600_000;

let pipeline: EmbeddedPipeline;

beforeAll(async () => {
  pipeline = await EmbeddedPipeline.start();
  await pipeline.ledger.senders.register({ sender: RATED, account: 'acme', carrier: 'twilio', messagesPerSecond: 100 });
});

beforeEach(() => {
  pipeline.aheadMs = 0;
  pipeline.sent.length = 0;
  pipeline.onSend = () => {};
});

afterAll(() => pipeline?.stop());

const consentOf = async (recipient: string, sender = SENDER) =>
  refusalFor(await pipeline.ledger.consent.read({ account: 'acme', recipient }), scopesOf({ sender }));

const message = (to: string, fields: object = {}) => ({
  messageId: newMessageId(),
  from: SENDER,
  to,
  body: 'Sale ends tonight',
  ...fields,
});

/** Gives one message leave to go in so many milliseconds. */
const leaveIn = (milliseconds: number) => ({
  ask: async () => ({ leaves: [pipeline.clock() + milliseconds], turns: [] }),
});

const find = (messageId: string, to: string) =>
  pipeline.ledger.messages.find({ kind: 'message', account: 'acme', to, messageId });

describe('No message after STOP', () => {
  test('a STOP that is stored while messages are being claimed is heeded', async () => {
    const recipient = newRecipient();
    const ports = pipeline.outboundPorts();
    const one = message(recipient);

    await pipeline.outbound([recordOf(one)], {
      ...ports,
      messages: {
        claim: async (...given) => {
          const claim = await ports.messages.claim(...given);
          await pipeline.webhook(inbound(recipient, SENDER, 'STOP', newMessageSid()));
          return claim;
        },
        record: (...given) => ports.messages.record(...given),
        recordFailure: (...given) => ports.messages.recordFailure(...given),
      },
    });

    expect(await find(one.messageId, recipient)).toMatchObject({ status: 'Failed', reason: 'OptedOut' });
    expect(pipeline.sent).toEqual([]);
  });

  test('a read that has become old is made again before the message leaves', async () => {
    const recipient = newRecipient();
    const ports = pipeline.outboundPorts();
    const one = message(recipient);

    await pipeline.outbound([recordOf(one)], {
      ...ports,
      consent: {
        read: (...given) => ports.consent.read(...given),
        apply: (...given) => ports.consent.apply(...given),
        readMany: async (...given) => {
          const read = await ports.consent.readMany(...given);
          await pipeline.webhook(inbound(recipient, SENDER, 'STOP', newMessageSid()));
          await sleep(260);
          return read;
        },
      },
    });

    expect(await find(one.messageId, recipient)).toMatchObject({ status: 'Failed', reason: 'OptedOut' });
    expect(pipeline.sent).toEqual([]);
  });

  test('a STOP that is stored while a message waits for its turn in the function is heeded: consent is read after it', async () => {
    const [waits, leavesAtOnce] = [message(newRecipient(), { from: RATED }), message(newRecipient())];
    const ports = pipeline.outboundPorts();
    const readByBatch: string[] = [];

    await pipeline.outbound([recordOf(waits), recordOf(leavesAtOnce)], {
      ...ports,
      pace: leaveIn(150),
      sleep: async (milliseconds) => {
        await sleep(milliseconds);
        await pipeline.webhook(inbound(waits.to, RATED, 'STOP', newMessageSid()));
      },
      consent: {
        read: (...given) => ports.consent.read(...given),
        apply: (...given) => ports.consent.apply(...given),
        readMany: async (recipients) => {
          readByBatch.push(...recipients.map(({ recipient }) => recipient));
          return ports.consent.readMany(recipients);
        },
      },
    });

    expect(await find(waits.messageId, waits.to)).toMatchObject({ status: 'Failed', reason: 'OptedOut' });
    expect(pipeline.sent.map(({ To }) => To)).toEqual([leavesAtOnce.to]);
    // Who waits reads it once, and not in vain with the others.
    expect(readByBatch).toEqual([leavesAtOnce.to]);
  });

  test('every read of consent is strongly consistent', async () => {
    const { requests, client } = pipeline.recordingDynamoDb();
    const consent = new ConsentStore(new Table(client, pipeline.tableName));
    const recipient = { account: 'acme', recipient: newRecipient() };

    await consent.read(recipient);
    await consent.readMany([recipient]);

    expect(requests).toMatchObject([
      { ConsistentRead: true },
      { RequestItems: { [pipeline.tableName]: { ConsistentRead: true } } },
    ]);
  });

  test('when consent cannot be read, nothing is sent, and the message waits', async () => {
    const recipient = newRecipient();
    const one = message(recipient);
    const record = recordOf(one);
    const blind = {
      ...pipeline.outboundPorts(),
      consent: pipeline.outboundPorts(pipeline.without('dynamodb')).consent,
    };

    const failed = await pipeline.outbound([record], blind);

    expect(failed).toEqual([record.messageId]);
    expect(pipeline.sent).toEqual([]);
    expect(await find(one.messageId, recipient)).toMatchObject({ status: 'Queued' });
    await pipeline.outbound([recordOf(one, 2)]);
    expect(await find(one.messageId, recipient)).toMatchObject({ status: 'Sent', attempt: 2 });
  });

  test('a damaged record of consent holds back its own recipient, and nobody else of the batch', async () => {
    const [damaged, sound] = [message(newRecipient()), message(newRecipient())];
    await pipeline.table.put({ recipient: `acme#${damaged.to}`, entry: 'CONSENT', [`optOut#${SENDER}`]: 'yesterday' });

    const failed = await pipeline.outbound([recordOf(damaged), recordOf(sound)]);

    expect(failed).toHaveLength(1);
    expect(await find(damaged.messageId, damaged.to)).toMatchObject({ status: 'Queued' });
    expect(await find(sound.messageId, sound.to)).toMatchObject({ status: 'Sent' });
  });

  test('a member of a group closes the whole group, also for those who join it later', async () => {
    const recipient = newRecipient();
    const senders = ['+12025550110', '+12025550111'].map((sender) => ({ sender, group: 'news' }));
    for (const { sender, group } of senders) {
      await pipeline.ledger.senders.register({ sender, group, account: 'acme', carrier: 'twilio' });
    }
    const one = message(recipient, { from: 'news' });

    await pipeline.webhook(inbound(recipient, '+12025550110', 'STOP', newMessageSid()));
    await pipeline.outbound([recordOf(one)]);

    expect(await find(one.messageId, recipient)).toMatchObject({ status: 'Failed', reason: 'OptedOut' });
    expect(
      refusalFor(await pipeline.ledger.consent.read({ account: 'acme', recipient }), ['group:news']),
    ).toBeDefined();
    // Leaving the group does not reopen the sender that was answered.
    expect(await consentOf(recipient, '+12025550110')).toBeDefined();
    expect(await consentOf(recipient, '+12025550111')).toBeUndefined();
  });

  test('a group sends by one of its members, always the same to the same recipient', async () => {
    const recipient = newRecipient();

    await pipeline.outbound([1, 2, 3].map(() => recordOf(message(recipient, { from: 'news' }))));

    expect(new Set(pipeline.sent.map(({ From }) => From)).size).toBe(1);
    expect(['+12025550110', '+12025550111']).toContain(pipeline.sent[0]?.From);
  });
});

describe('No message twice', () => {
  test('many functions get the same message at once: one sends it', async () => {
    const one = message(newRecipient());

    await Promise.all(Array.from({ length: 8 }, () => pipeline.outbound([recordOf(one)])));

    expect(pipeline.sent).toHaveLength(1);
  });

  test('a function that dies after its claim leaves the message Unknown, and nobody sends it again', async () => {
    const recipient = newRecipient();
    const one = message(recipient);
    const ref = { kind: 'message', account: 'acme', to: recipient, messageId: one.messageId } as const;
    await pipeline.ledger.messages.claim(ref, { from: SENDER, category: 'promotional', carrier: 'twilio' });

    const atOnce = await pipeline.outbound([recordOf(one, 2)]);
    pipeline.aheadMs = 91_000;
    const later = await pipeline.outbound([recordOf(one, 3)]);
    const muchLater = await pipeline.outbound([recordOf(one)]);

    expect([atOnce.length, later.length, muchLater.length]).toEqual([1, 0, 0]);
    expect(await find(one.messageId, recipient)).toMatchObject({ status: 'Unknown' });
    expect(pipeline.sent).toEqual([]);
  });

  test('a message that expires while a function that died has it becomes Unknown, and does not stay Sending', async () => {
    const recipient = newRecipient();
    const one = message(recipient, { expiresAt: new Date(Date.now() + 30_000).toISOString() });
    const ref = { kind: 'message', account: 'acme', to: recipient, messageId: one.messageId } as const;
    await pipeline.ledger.messages.claim(ref, { from: SENDER, category: 'promotional', carrier: 'twilio' });

    pipeline.aheadMs = 31_000;
    const whileClaimed = await pipeline.outbound([recordOf(one, 2)]);
    pipeline.aheadMs = 91_000;
    const later = await pipeline.outbound([recordOf(one, 3)]);

    expect([whileClaimed.length, later.length]).toEqual([1, 0]);
    expect(await find(one.messageId, recipient)).toMatchObject({ status: 'Unknown' });
  });

  test('a message that another producer takes over is recorded as it was sent', async () => {
    const recipient = newRecipient();
    const one = message(recipient);
    const ref = { kind: 'message', account: 'acme', to: recipient, messageId: one.messageId } as const;
    const claim = await pipeline.ledger.messages.claim(ref, {
      from: SENDER,
      category: 'promotional',
      campaignId: 'first',
    });
    if (claim.kind !== 'claimed') throw new Error('It is new');
    await pipeline.ledger.messages.record(claim.claim, { status: 'Queued', detail: 'busy' });
    const other = { ...one, from: '+12025550101', category: 'transactional' };

    await pipeline.outbound([recordOf(other)]);

    const found = await find(one.messageId, recipient);
    expect(found).toMatchObject({ status: 'Sent', from: '+12025550101', category: 'transactional', carrier: 'twilio' });
    expect(found?.campaignId).toBeUndefined();
  });

  test('a receipt that overtakes the carrier’s answer stands', async () => {
    const recipient = newRecipient();
    const one = message(recipient);
    const ref = { kind: 'message', account: 'acme', to: recipient, messageId: one.messageId } as const;
    pipeline.onSend = async () => {
      await pipeline.ledger.messages.settleByReceipt(ref, 'Delivered', 'SM1');
    };

    await pipeline.outbound([recordOf(one)]);

    expect(await find(one.messageId, recipient)).toMatchObject({ status: 'Delivered', carrierMessageId: 'SM1' });
  });
});

describe('No STOP lost', () => {
  test('while the ledger is down a STOP is accepted, and applied as of then when it is back', async () => {
    const recipient = newRecipient();
    const before = pipeline.now;

    const answer = await pipeline.webhook(
      inbound(recipient, SENDER, 'STOP 🛑', newMessageSid()),
      pipeline.inboundPorts(pipeline.without('dynamodb')),
    );
    const after = pipeline.now;
    pipeline.aheadMs = HOUR_MS;
    const failed = await pipeline.inboundBatch(await pipeline.drain(pipeline.queues.inbound.url));

    expect(answer.statusCode).toBe(200);
    expect(failed).toEqual([]);
    const refusal = await consentOf(recipient);
    expect(refusal?.since && refusal.since >= before && refusal.since <= after).toBe(true);
  });

  test('what cannot be stored from the queue stays there', async () => {
    const recipient = newRecipient();
    const noLedger = pipeline.inboundPorts(pipeline.without('dynamodb'));
    await pipeline.webhook(inbound(recipient, SENDER, 'STOP', newMessageSid()), noLedger);
    const records = await pipeline.drain(pipeline.queues.inbound.url);

    expect(await pipeline.inboundBatch(records, noLedger)).toHaveLength(1);
    expect(await pipeline.inboundBatch(records)).toEqual([]);
    expect(await consentOf(recipient)).toBeDefined();
  });

  test('with ledger and queue down the carrier gets a 503', async () => {
    const ports = pipeline.inboundPorts(pipeline.without('dynamodb', 'sqs'));

    const answer = await pipeline.webhook(inbound(newRecipient(), SENDER, 'STOP', newMessageSid()), ports);

    expect(answer.statusCode).toBe(503);
  });

  test('without the keys to check it with, the carrier gets a 503 and nothing is stored', async () => {
    const recipient = newRecipient();
    const secrets = { get: () => Promise.reject(new Error('no secret store')) };

    const answer = await pipeline.webhook(inbound(recipient, SENDER, 'STOP', newMessageSid()), {
      ...pipeline.inboundPorts(),
      secrets,
    });

    expect(answer.statusCode).toBe(503);
    expect(await consentOf(recipient)).toBeUndefined();
  });

  test('a reply that cannot be queued neither undoes nor hides the STOP', async () => {
    const recipient = newRecipient();

    const answer = await pipeline.webhook(
      inbound(recipient, SENDER, 'STOP', newMessageSid()),
      pipeline.inboundPorts(pipeline.without('sqs')),
    );

    expect(answer.statusCode).toBe(200);
    expect(await consentOf(recipient)).toBeDefined();
  });

  test('a webhook signed with the previous key of a rotation is heard', async () => {
    const parameters = inbound(newRecipient(), SENDER, 'STOP', newMessageSid());

    const answers = await Promise.all(
      ['current-token', 'previous-token', 'no-token'].map((token) =>
        pipeline.webhook(parameters, pipeline.inboundPorts(), token),
      ),
    );

    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 403]);
  });
});

describe('Nothing forged gets in', () => {
  const notification = (TopicArn: string, recipient: string, Message?: string) =>
    recordOf({
      Type: 'Notification',
      MessageId: crypto.randomUUID(),
      TopicArn,
      Timestamp: pipeline.now,
      Message:
        Message ??
        JSON.stringify({
          originationNumber: recipient,
          destinationNumber: '+12025550102',
          messageBody: 'STOP',
          inboundMessageId: crypto.randomUUID(),
        }),
    });

  test('a notification of our topic is heard', async () => {
    const recipient = newRecipient();

    await pipeline.inboundBatch([notification(pipeline.topics['two-way'], recipient)]);

    expect(await consentOf(recipient, '+12025550102')).toBeDefined();
  });

  test('what is no notification of ours is buried with the reason, and blocks nothing else', async () => {
    const [foreign, ours] = [newRecipient(), newRecipient()];
    const twoWay = pipeline.topics['two-way'];

    const failed = await pipeline.inboundBatch([
      notification('arn:aws:sns:us-east-1:999999999999:theirs', foreign),
      recordOf('not even JSON'),
      notification(twoWay, foreign, '{"originationNumber":"+1"}'),
      notification(twoWay, ours),
    ]);

    expect(failed).toEqual([]);
    expect(await consentOf(foreign, '+12025550102')).toBeUndefined();
    expect(await consentOf(ours, '+12025550102')).toBeDefined();
    const buried = await pipeline.drain(pipeline.queues.inbound.deadLettersUrl);
    expect(buried.map(({ body }) => body)).toContain('not even JSON');
    expect(buried).toHaveLength(3);
  });

  test('a message that failed as often as its queue allows is buried with what it failed by, and nothing is sent', async () => {
    const given = message(newRecipient());
    const tableDown = pipeline.outboundPorts(pipeline.without('dynamodb'));
    const deadLetters = () => pipeline.drain(pipeline.queues.outbound.deadLettersUrl);
    const last = QUEUES.outbound.maxReceiveCount;

    expect(await pipeline.outbound([recordOf(given, last - 1)], tableDown)).toHaveLength(1);
    expect(await deadLetters()).toEqual([]);
    expect(await pipeline.outbound([recordOf(given, last)], tableDown)).toEqual([]);

    const [buried] = await deadLetters();
    expect(JSON.parse(buried?.body ?? '')).toEqual(given);
    expect(buried?.messageAttributes['stopgate-why']?.stringValue).toMatch(/^received 30 times, at last: \w+$/);
    expect(pipeline.sent).toEqual([]);
  });

  test('a reply that is none is buried, and nothing is sent', async () => {
    await pipeline.replies([recordOf({ to: newRecipient(), body: 'Buy now' })]);

    expect(await pipeline.drain(pipeline.queues.replies.deadLettersUrl)).toHaveLength(1);
    expect(pipeline.sent).toEqual([]);
  });
});

describe('Replies', () => {
  test('the same webhook an hour later changes nothing and is not answered again', async () => {
    const recipient = newRecipient();
    const parameters = inbound(recipient, SENDER, 'STOP', newMessageSid());
    await pipeline.drain(pipeline.queues.replies.url);
    await pipeline.webhook(parameters);
    await pipeline.replies(await pipeline.drain(pipeline.queues.replies.url));
    const before = await consentOf(recipient);

    pipeline.aheadMs = HOUR_MS;
    const answer = await pipeline.webhook(parameters);
    await pipeline.replies(await pipeline.drain(pipeline.queues.replies.url));

    expect(answer.statusCode).toBe(200);
    expect(await consentOf(recipient)).toEqual(before);
    expect(pipeline.sent.filter(({ To }) => To === recipient)).toHaveLength(1);
  });

  test('a reply that waited for more than five minutes is not sent, and that is recorded', async () => {
    const recipient = newRecipient();
    const sid = newMessageSid();
    await pipeline.webhook(inbound(recipient, SENDER, 'HELP', sid));
    const records = await pipeline.drain(pipeline.queues.replies.url);

    pipeline.aheadMs = 5 * 60_000 + 1_000;
    await pipeline.replies(records);

    expect(pipeline.sent).toEqual([]);
    const ref = { kind: 'reply', account: 'acme', to: recipient, messageId: `twilio#${sid}` } as const;
    expect(await pipeline.ledger.messages.find(ref)).toMatchObject({ status: 'Failed', reason: 'Expired' });
  });

  test('where the carrier answers keywords itself, we do not', async () => {
    const sender = '+12025550120';
    await pipeline.ledger.senders.register({ sender, account: 'acme', carrier: 'twilio', answeredBy: 'carrier' });
    const [one, other] = [newRecipient(), newRecipient()];
    await pipeline.drain(pipeline.queues.replies.url);

    await pipeline.webhook(inbound(one, sender, 'STOP', newMessageSid()));
    await pipeline.webhook({ ...inbound(other, SENDER, 'Basta!', newMessageSid()), OptOutType: 'STOP' });

    expect(await consentOf(one, sender)).toBeDefined();
    // Advanced Opt-Out has a word of its own: what the carrier took for a STOP is one.
    expect(await consentOf(other)).toBeDefined();
    expect(await pipeline.drain(pipeline.queues.replies.url)).toEqual([]);
  });
});

describe('Rate', () => {
  test('a sender keeps to its messages per second, over several functions', async () => {
    const slow = '+12025550130';
    await pipeline.ledger.senders.register({ sender: slow, account: 'acme', carrier: 'twilio', messagesPerSecond: 5 });
    const times: number[] = [];
    pipeline.onSend = () => void times.push(Date.now());
    const batch = () => Array.from({ length: 10 }, () => recordOf(message(newRecipient(), { from: slow })));
    const start = Date.now();

    const back = await Promise.all([batch(), batch(), batch()].map((records) => pipeline.outbound(records)));
    const seconds = (Date.now() - start) / 1_000;

    // What may be made up for, what is near enough to be waited for, and what became due meanwhile.
    expect(times.length).toBeGreaterThanOrEqual(8);
    expect(times.length).toBeLessThanOrEqual(8 + Math.ceil(5 * seconds));
    expect(back.flat()).toHaveLength(30 - times.length);
  });

  test('a slow sender does not delay a fast one in the same batch, and ends no message', async () => {
    const slow = '+12025550133';
    await pipeline.ledger.senders.register({
      sender: slow,
      account: 'acme',
      carrier: 'twilio',
      messagesPerSecond: 0.1,
    });
    const sentAt = new Map<string, number>();
    pipeline.onSend = ({ To }) => void sentAt.set(To, Date.now());
    const slowOnes = [1, 2, 3].map(() => message(newRecipient(), { from: slow }));
    let waiting = slowOnes;
    for (let round = 1; round <= slowOnes.length; round += 1) {
      const fast = [1, 2, 3, 4, 5].map(() => message(newRecipient()));
      const start = Date.now();

      await pipeline.outbound([...waiting, ...fast].map((one) => recordOf(one, one.from === slow ? round : 1)));

      for (const { to } of fast) expect((sentAt.get(to) ?? Infinity) - start).toBeLessThan(3_000);
      waiting = waiting.filter(({ to }) => !sentAt.has(to));
      // One of them each time: the next turn is in ten seconds.
      expect(waiting).toHaveLength(slowOnes.length - round);
      pipeline.aheadMs += 10_000;
    }
    for (const { messageId, to } of slowOnes) expect(await find(messageId, to)).toMatchObject({ status: 'Sent' });
    expect(await pipeline.drain(pipeline.queues.outbound.deadLettersUrl)).toEqual([]);
  });

  test('a turn that is far away is waited for on the queue: kept, no attempt, and consent is read at its end', async () => {
    const slow = '+12025550131';
    await pipeline.ledger.senders.register({
      sender: slow,
      account: 'acme',
      carrier: 'twilio',
      messagesPerSecond: 0.1,
    });
    const [first, second] = [message(newRecipient(), { from: slow }), message(newRecipient(), { from: slow })];
    const [sent, waiting] = [await pipeline.enqueued(first), await pipeline.enqueued(second)];

    const failed = [await pipeline.outbound([sent]), await pipeline.outbound([waiting])];
    const waited = await find(second.messageId, second.to);
    await pipeline.webhook(inbound(second.to, slow, 'STOP', newMessageSid()));
    pipeline.aheadMs = 11_000;
    await pipeline.outbound([{ ...waiting, attributes: { ...waiting.attributes, ApproximateReceiveCount: '2' } }]);

    expect(failed).toEqual([[], [waiting.messageId]]);
    expect(waited).toMatchObject({ status: 'Queued', attempt: 1, turn: expect.any(Number) });
    expect(await find(second.messageId, second.to)).toMatchObject({ status: 'Failed', reason: 'OptedOut', attempt: 1 });
    expect(pipeline.sent.map(({ To }) => To)).toEqual([first.to]);
  });

  test('when no turn can be had, nothing is sent, and the message waits', async () => {
    const slow = '+12025550131';
    const one = message(newRecipient(), { from: slow });
    const ports = pipeline.outboundPorts();

    await pipeline.outbound([recordOf(one)], {
      ...ports,
      pace: pipeline.outboundPorts(pipeline.without('dynamodb')).pace,
    });

    expect(await find(one.messageId, one.to)).toMatchObject({ status: 'Queued' });
    expect(pipeline.sent).toEqual([]);
  });
});

describe('Campaigns', () => {
  test('what came of a campaign can be counted, and its failures listed', async () => {
    const campaignId = `c-${newMessageId()}`;
    const out = newRecipient();
    await pipeline.webhook(inbound(out, SENDER, 'STOP', newMessageSid()));
    const messages = [out, newRecipient(), newRecipient()].map((to) => message(to, { campaignId }));

    await pipeline.outbound(messages.map((one) => recordOf(one)));

    expect(await pipeline.ledger.campaigns.read('acme', campaignId)).toEqual({ Sent: 2 });
    expect(await pipeline.failuresOfCampaign('acme', campaignId)).toEqual([`OptedOut#${messages[0]?.messageId}`]);
  });
});
