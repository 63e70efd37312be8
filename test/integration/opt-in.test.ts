import { DEFAULT_REPLIES } from '../../shared/consent/default-replies.ts';
import type { SenderInput } from '../../shared/messages/sender.ts';
import { EmbeddedPipeline, recordOf } from './embedded-pipeline.ts';
import { inbound, newMessageId, newMessageSid, newRecipient } from './running-stopgate.ts';

const DAY_MS = 86_400_000;

let pipeline: EmbeddedPipeline;
let lastNumber = 200;

beforeAll(async () => {
  pipeline = await EmbeddedPipeline.start();
});

beforeEach(() => {
  pipeline.aheadMs = 0;
  pipeline.sent.length = 0;
});

afterAll(() => pipeline?.stop());

/** Registers a sender that no other test knows. */
async function newSender(settings: Partial<SenderInput>): Promise<string> {
  const sender = `+12025550${lastNumber++}`;
  await pipeline.ledger.senders.register({ sender, account: 'acme', carrier: 'twilio', ...settings });
  return sender;
}

const text = (recipient: string, sender: string, body: string, fields: object = {}) =>
  pipeline.webhook({ ...inbound(recipient, sender, body, newMessageSid()), ...fields });

async function repliesTo(recipient: string): Promise<string[]> {
  for (;;) {
    const records = await pipeline.drain(pipeline.queues.replies.url);
    if (records.length === 0) return pipeline.sent.filter(({ To }) => To === recipient).map(({ Body }) => Body);
    await pipeline.replies(records);
  }
}

/** What becomes of a message. */
async function send(recipient: string, from: string, category = 'promotional') {
  const messageId = newMessageId();
  await pipeline.outbound([recordOf({ messageId, from, to: recipient, body: 'Hello', category })]);
  return pipeline.ledger.messages.find({ kind: 'message', account: 'acme', to: recipient, messageId });
}

const optInOf = async (recipient: string) => (await pipeline.ledger.consent.read({ account: 'acme', recipient })).optIn;

const REFUSED = { status: 'Failed', reason: 'OptedOut', refusedBy: { scope: 'opt-in-required', eventId: 'none' } };

describe('A sender that requires an opt-in', () => {
  test.each(['promotional', 'transactional'])('texts nobody without one: %s', async (category) => {
    const [recipient, sender] = [newRecipient(), await newSender({ requireOptIn: true })];

    const message = await send(recipient, sender, category);

    expect(message).toMatchObject(REFUSED);
    expect(message?.refusedBy?.since).toMatch(/^\d{4}-.*Z$/);
    expect(pipeline.sent).toEqual([]);
  });

  test.each(['START', 'YES'])('texts a recipient who has sent %s, until a STOP', async (words) => {
    const [recipient, sender] = [newRecipient(), await newSender({ requireOptIn: true })];

    await text(recipient, sender, words);

    expect(await send(recipient, sender)).toMatchObject({ status: 'Sent' });
    await text(recipient, sender, 'STOP');
    expect(await send(recipient, sender)).toMatchObject({ reason: 'OptedOut', refusedBy: { scope: sender } });
  });

  test('does not close the account’s other senders', async () => {
    const [recipient, other] = [newRecipient(), await newSender({})];
    await newSender({ requireOptIn: true });

    expect(await send(recipient, other)).toMatchObject({ status: 'Sent' });
  });
});

test('YES means nothing to a recipient who is not opted out, and opts in one who is', async () => {
  const [recipient, sender] = [newRecipient(), await newSender({})];

  await text(recipient, sender, 'YES');
  expect(await optInOf(recipient)).toBeUndefined();
  await text(recipient, sender, 'STOP');
  await text(recipient, sender, 'YES');

  expect(await optInOf(recipient)).toBeDefined();
});

describe('Double opt-in', () => {
  const doubly = () => newSender({ requireOptIn: true, doubleOptIn: true, keywordPacks: ['es'] });

  test('START is asked about and changes nothing; YES within a day completes it', async () => {
    const [recipient, sender] = [newRecipient(), await doubly()];

    await text(recipient, sender, 'START');

    expect(await repliesTo(recipient)).toEqual([DEFAULT_REPLIES.en['confirm-opt-in']]);
    expect(await send(recipient, sender)).toMatchObject(REFUSED);
    pipeline.aheadMs = DAY_MS - 60_000;
    await text(recipient, sender, 'Yes!');
    expect(await repliesTo(recipient)).toHaveLength(2);
    expect(pipeline.sent.at(-1)?.Body).toBe(DEFAULT_REPLIES.en['opt-in']);
    expect(await send(recipient, sender)).toMatchObject({ status: 'Sent' });
  });

  test('is asked about in the language of the keyword', async () => {
    const [recipient, sender] = [newRecipient(), await doubly()];

    await text(recipient, sender, 'ALTA');

    expect(await repliesTo(recipient)).toEqual([DEFAULT_REPLIES.es['confirm-opt-in']]);
  });

  test('a YES after more than a day completes nothing, and is asked about itself', async () => {
    const [recipient, sender] = [newRecipient(), await doubly()];
    await text(recipient, sender, 'START');

    pipeline.aheadMs = DAY_MS + 60_000;
    await text(recipient, sender, 'YES');

    expect(await optInOf(recipient)).toBeUndefined();
    await text(recipient, sender, 'YES');
    expect(await optInOf(recipient)).toBeDefined();
  });

  test('another START completes nothing', async () => {
    const [recipient, sender] = [newRecipient(), await doubly()];

    await text(recipient, sender, 'START');
    await text(recipient, sender, 'UNSTOP');

    expect(await optInOf(recipient)).toBeUndefined();
  });

  test('a STOP takes the question back', async () => {
    const [recipient, sender] = [newRecipient(), await doubly()];

    for (const words of ['START', 'STOP', 'YES']) await text(recipient, sender, words);

    expect(await optInOf(recipient)).toBeUndefined();
  });

  test.each([['START STOP ADS'], ['START', 'STOP ADS']])(
    'a YES opens what was asked for, and nothing that was ended since: %s',
    async (...words) => {
      const [recipient, other] = [newRecipient(), await newSender({})];
      const sender = await newSender({ doubleOptIn: true, categoryWords: { ADS: 'promotional' } });
      await text(recipient, sender, 'STOP');

      for (const said of words) await text(recipient, sender, said);
      await text(recipient, other, 'STOP');
      expect(await send(recipient, sender, 'transactional')).toMatchObject({ reason: 'OptedOut' });
      await text(recipient, sender, 'YES');

      expect(await send(recipient, sender, 'transactional')).toMatchObject({ status: 'Sent' });
      expect(await send(recipient, sender)).toMatchObject({ reason: 'OptedOut' });
      expect(await send(recipient, other)).toMatchObject({ reason: 'OptedOut' });
    },
  );

  test('a YES at another sender completes nothing', async () => {
    const [recipient, sender, other] = [newRecipient(), await doubly(), await doubly()];

    await text(recipient, sender, 'START');
    await text(recipient, other, 'YES');

    expect(await optInOf(recipient)).toBeUndefined();
  });

  test('is asked for also where the carrier has taken the START itself', async () => {
    const [recipient, sender] = [newRecipient(), await doubly()];

    await text(recipient, sender, 'START', { OptOutType: 'START' });
    expect(await optInOf(recipient)).toBeUndefined();
    await text(recipient, sender, 'YES', { OptOutType: 'START' });

    expect(await optInOf(recipient)).toBeDefined();
    expect(await repliesTo(recipient)).toEqual([DEFAULT_REPLIES.en['confirm-opt-in']]);
  });

  test('a START that is heard again is asked about once, and its YES counts from the first hearing', async () => {
    const [recipient, sender, sid] = [newRecipient(), await doubly(), newMessageSid()];
    await text(recipient, sender, 'START', { MessageSid: sid });
    expect(await repliesTo(recipient)).toHaveLength(1);

    pipeline.aheadMs = DAY_MS + 60_000;
    await text(recipient, sender, 'START', { MessageSid: sid });
    await text(recipient, sender, 'YES');

    expect(await optInOf(recipient)).toBeUndefined();
  });
});
