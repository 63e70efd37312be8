import { DEFAULT_REPLIES } from '../../shared/consent/default-replies.ts';
import { refusalFor, scopesOf } from '../../shared/consent/merge.ts';
import { registerSender } from '../../shared/ledger/register-sender.ts';
import { WrongSender } from '../../shared/messages/check-sender.ts';
import type { SenderInput } from '../../shared/messages/sender.ts';
import { EmbeddedPipeline, recordOf } from './embedded-pipeline.ts';
import { inbound, newMessageId, newMessageSid, newRecipient } from './running-stopgate.ts';

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
async function newSender(settings: Partial<SenderInput> = {}): Promise<string> {
  const sender = `+12025550${lastNumber++}`;
  await pipeline.ledger.senders.register({ sender, account: 'acme', carrier: 'twilio', ...settings });
  return sender;
}

const text = (recipient: string, sender: string, body: string, messageSid = newMessageSid()) =>
  pipeline.webhook(inbound(recipient, sender, body, messageSid));

/** Sends the replies that wait, and gives what this recipient got. */
async function repliesTo(recipient: string): Promise<string[]> {
  for (;;) {
    const records = await pipeline.drain(pipeline.queues.replies.url);
    if (records.length === 0) return pipeline.sent.filter(({ To }) => To === recipient).map(({ Body }) => Body);
    await pipeline.replies(records);
  }
}

const consentOf = (recipient: string) => pipeline.ledger.consent.read({ account: 'acme', recipient });

const refusalOf = async (recipient: string, sender: string, category?: string) =>
  refusalFor(await consentOf(recipient), scopesOf({ sender }, category));

/** What becomes of a message. */
async function statusOf(recipient: string, from: string, category: string) {
  const messageId = newMessageId();
  await pipeline.outbound([recordOf({ messageId, from, to: recipient, body: 'Hello', category })]);
  return pipeline.ledger.messages.find({ kind: 'message', account: 'acme', to: recipient, messageId });
}

describe('The words of a reply', () => {
  test('are the contract’s for a sender that says nothing', async () => {
    const [recipient, sender] = [newRecipient(), await newSender()];

    await text(recipient, sender, 'STOP');

    expect(await repliesTo(recipient)).toEqual([
      'You have successfully been unsubscribed. You will not receive any more messages from this number. Reply START to resubscribe.',
    ]);
  });

  test('are in the language of the keyword, else in the sender’s first', async () => {
    const sender = await newSender({ languages: ['de', 'en'], keywordPacks: ['es'] });
    const [one, other] = [newRecipient(), newRecipient()];

    await text(one, sender, '¡Baja!');
    await text(other, sender, 'stop');

    expect(await repliesTo(one)).toEqual([DEFAULT_REPLIES.es['opt-out']]);
    expect(await repliesTo(other)).toEqual([DEFAULT_REPLIES.de['opt-out']]);
  });

  test('are the sender’s own, with brand and contact, and with the question that may follow an opt-out', async () => {
    const sender = await newSender({
      brand: 'Acme',
      supportContact: 'help@acme.example',
      keywordPacks: ['fr'],
      replies: {
        en: { 'opt-out': '{brand}: you are out.', clarification: 'Which messages do you mean?' },
        fr: { help: '{brand} : {supportContact}' },
      },
    });
    const recipient = newRecipient();

    await text(recipient, sender, 'STOP');
    await text(recipient, sender, 'AIDE');

    expect((await repliesTo(recipient)).sort()).toEqual([
      'Acme : help@acme.example',
      'Acme: you are out. Which messages do you mean?',
    ]);
    // Until the question is answered, everything is closed.
    expect(await refusalOf(recipient, sender)).toBeDefined();
  });
});

describe('In Canada', () => {
  test('each word is answered in its language, and INFO in both', async () => {
    const sender = await newSender({ country: 'CA', languages: ['fr-CA'], keywordPacks: ['ca'] });
    const [english, french] = [DEFAULT_REPLIES.en, DEFAULT_REPLIES.fr];

    for (const [words, answer] of [
      ['STOP', english['opt-out']],
      ['Stop all', english['opt-out']],
      ['unsub', english['opt-out']],
      ['ARRÊT', french['opt-out']],
      ['HELP', english.help],
      ['aide', french.help],
      ['info', `${english.help} ${french.help}`],
    ] as const) {
      const recipient = newRecipient();
      await text(recipient, sender, words);
      expect([words, ...(await repliesTo(recipient))]).toEqual([words, answer]);
    }
  });
});

describe('What is no keyword', () => {
  const INVALID = 'Acme: invalid keyword / mot non valide.';
  const answering = (settings: Partial<SenderInput> = {}) =>
    newSender({ replies: { 'invalid-keyword': INVALID }, ...settings });

  test('is answered where the sender has a text for it, and nowhere else', async () => {
    const [recipient, sender, silent] = [newRecipient(), await answering(), await newSender()];

    for (const words of ['banana', 'YES', 'stop texting me please']) await text(recipient, sender, words);
    await text(recipient, silent, 'banana');

    expect(await repliesTo(recipient)).toEqual([INVALID]);
  });

  test('is answered as often as HELP, together with it', async () => {
    const [recipient, sender] = [newRecipient(), await answering({ helpRepliesPerDay: 3 })];

    for (const words of ['HELP', 'one', 'two', 'three', 'INFO']) await text(recipient, sender, words);

    expect(await repliesTo(recipient)).toHaveLength(3);
  });

  test.each([
    ['who has opted out', {}, ['STOP']],
    ['who would have to opt in first', { requireOptIn: true }, []],
  ])('is not answered to somebody %s', async (_, settings, before) => {
    const [recipient, sender, sid] = [newRecipient(), await answering(settings), newMessageSid()];
    for (const words of before) await text(recipient, sender, words);
    await repliesTo(recipient);

    await text(recipient, sender, 'banana', sid);

    expect(await repliesTo(recipient)).not.toContain(INVALID);
    const ref = { kind: 'reply', account: 'acme', to: recipient, messageId: `twilio#${sid}` } as const;
    expect(await pipeline.ledger.messages.find(ref)).toMatchObject({ status: 'Failed', reason: 'OptedOut' });
  });

  test('is not answered after a STOP that came while the answer waited', async () => {
    const [recipient, sender] = [newRecipient(), await answering()];

    for (const words of ['banana', 'STOP']) await text(recipient, sender, words);

    expect(await repliesTo(recipient)).toEqual([DEFAULT_REPLIES.en['opt-out']]);
  });

  test.each(['fails', 'takes long'])('is answered later where the read of consent %s', async (fault) => {
    const [recipient, sender] = [newRecipient(), await answering()];
    await text(recipient, sender, 'banana');
    const [record] = await pipeline.drain(pipeline.queues.replies.url);
    const ports = pipeline.repliesPorts();
    const read = ports.consent.read.bind(ports.consent);
    const broken = async (of: Parameters<typeof read>[0]) => {
      if (fault === 'fails') throw new Error('no ledger');
      const consent = await read(of);
      pipeline.aheadMs += 1_000;
      return consent;
    };

    const back = await pipeline.replies([record!], { ...ports, consent: { ...ports.consent, read: broken } });

    expect(back).toEqual([record!.messageId]);
    expect(pipeline.sent).toEqual([]);
    expect(await pipeline.replies([recordOf(record!.body, 2)])).toEqual([]);
    expect(pipeline.sent.map(({ Body }) => Body)).toEqual([INVALID]);
  });
});

describe('A sender’s own words', () => {
  test('are heard beside the packs; STOP works whatever is configured', async () => {
    const sender = await newSender({ ownWords: { optOut: ['BASTA'], optIn: ['STOP', 'JOIN'], help: ['STOP'] } });
    const [one, other] = [newRecipient(), newRecipient()];

    await text(one, sender, 'Basta!');
    await text(other, sender, 'STOP');

    expect(await refusalOf(one, sender)).toBeDefined();
    expect(await refusalOf(other, sender)).toBeDefined();
    await text(one, sender, 'join');
    expect(await refusalOf(one, sender)).toBeUndefined();
  });
});

describe('A sender is refused when it is registered', () => {
  test('with all that is wrong, and nothing is stored', async () => {
    const input: SenderInput = {
      sender: '+12025550199',
      account: 'acme',
      carrier: 'twilio',
      keywordPacks: ['klingon'],
      replies: { help: '{price}' },
    };

    const refused = await pipeline.ledger.senders.register(input).catch((error: unknown) => error);

    expect(refused).toBeInstanceOf(WrongSender);
    expect((refused as WrongSender).problems).toEqual([
      expect.stringMatching(/^keywordPacks: there is no pack "klingon"; there are core, us, ca, es/),
      'replies.help: unknown placeholder {price}; there are {brand}, {supportContact}',
    ]);
    expect((await pipeline.ledger.senders.ofAccount('acme')).map(({ sender }) => sender)).not.toContain(input.sender);
  });

  test('not for what its country’s carriers would miss: that is a warning', async () => {
    const input: SenderInput = { sender: '+12025550198', account: 'acme', carrier: 'twilio', country: 'US' };

    const { sender, warnings } = await registerSender(input, pipeline.ledger.senders);

    expect(sender.country).toBe('US');
    expect(warnings).toHaveLength(3);
  });
});

describe('HELP', () => {
  test('is answered five times a day, heard each time, and answered again the next day', async () => {
    const [recipient, sender] = [newRecipient(), await newSender()];

    for (let count = 0; count < 7; count++) await text(recipient, sender, 'HELP');

    expect(await repliesTo(recipient)).toHaveLength(5);
    const heard = (await pipeline.ledger.history.timeline('acme', recipient)).filter(({ type }) => type === 'event');
    expect(heard).toHaveLength(7);
    pipeline.aheadMs = 86_400_000;
    await text(recipient, sender, 'HELP');
    expect(await repliesTo(recipient)).toHaveLength(6);
  });

  test('is answered as often as the sender says; other senders, other recipients and STOP are not counted', async () => {
    const [strict, other] = [await newSender({ helpRepliesPerDay: 1 }), await newSender()];
    const [recipient, neighbour] = [newRecipient(), newRecipient()];

    for (const body of ['HELP', 'INFO', 'STOP']) await text(recipient, strict, body);
    await text(recipient, other, 'HELP');
    await text(neighbour, strict, 'HELP');

    expect(await repliesTo(recipient)).toHaveLength(3);
    expect(await repliesTo(neighbour)).toHaveLength(1);
  });

  test('is counted once for a message that a carrier brings again and again', async () => {
    const [recipient, sender] = [newRecipient(), await newSender({ helpRepliesPerDay: 2 })];
    const sid = newMessageSid();

    for (let count = 0; count < 4; count++) await text(recipient, sender, 'HELP', sid);
    await text(recipient, sender, 'HELP');

    expect(await repliesTo(recipient)).toHaveLength(2);
  });

  test('is never answered more often than that by many functions at once', async () => {
    const [recipient, sender] = [newRecipient(), await newSender({ helpRepliesPerDay: 3 })];

    await Promise.all(Array.from({ length: 10 }, () => text(recipient, sender, 'HELP')));

    expect(await repliesTo(recipient)).toHaveLength(3);
  });
});

describe('The reach of an opt-out', () => {
  test.each(['STOPALL', 'stop all'])('%s closes the account where the sender says so, STOP does not', async (words) => {
    const [sender, other] = [await newSender({ stopAllScope: 'account' }), await newSender()];
    const [all, one] = [newRecipient(), newRecipient()];

    await text(all, sender, words);
    await text(one, sender, 'STOP');

    expect(await refusalOf(all, other)).toMatchObject({ scope: '*' });
    expect(await refusalOf(one, other)).toBeUndefined();
    expect(await refusalOf(one, sender)).toBeDefined();
  });

  test('STOPALL closes only the sender where nothing is said', async () => {
    const [recipient, sender, other] = [newRecipient(), await newSender(), await newSender()];

    await text(recipient, sender, 'STOPALL');

    expect(await refusalOf(recipient, sender)).toBeDefined();
    expect(await refusalOf(recipient, other)).toBeUndefined();
  });

  test('from the day of revoke-all on, STOP closes the account; before it, only the sender', async () => {
    const from = new Date(Date.now() + 3_600_000).toISOString();
    const [sender, other] = [await newSender({ revokeAllFrom: from }), await newSender()];
    const [before, after] = [newRecipient(), newRecipient()];

    await text(before, sender, 'STOP');
    pipeline.aheadMs = 3_600_001;
    await text(after, sender, 'STOP');

    expect(await refusalOf(before, other)).toBeUndefined();
    expect(await refusalOf(after, other)).toMatchObject({ scope: '*' });
  });

  test('a category word ends its category only; STOP ends all; START brings all back', async () => {
    const sender = await newSender({ categoryWords: { ADS: 'promotional' } });
    const recipient = newRecipient();

    await text(recipient, sender, 'Stop ads');

    expect(await statusOf(recipient, sender, 'transactional')).toMatchObject({ status: 'Sent' });
    expect(await statusOf(recipient, sender, 'promotional')).toMatchObject({
      status: 'Failed',
      reason: 'OptedOut',
      refusedBy: { scope: `category:promotional:${sender}` },
    });
    expect(await repliesTo(recipient)).toContain(DEFAULT_REPLIES.en['opt-out-category']);
    await text(recipient, sender, 'STOP');
    expect(await statusOf(recipient, sender, 'transactional')).toMatchObject({ reason: 'OptedOut' });
    await text(recipient, sender, 'START');
    expect(await statusOf(recipient, sender, 'promotional')).toMatchObject({ status: 'Sent' });
  });

  test('STOP ADS of somebody who has ended all reopens nothing, and is not answered as if it had', async () => {
    const sender = await newSender({ categoryWords: { ADS: 'promotional' } });
    const recipient = newRecipient();

    for (const words of ['STOP', 'STOP ADS']) await text(recipient, sender, words);

    expect(await statusOf(recipient, sender, 'transactional')).toMatchObject({ reason: 'OptedOut' });
    expect(await repliesTo(recipient)).toEqual([DEFAULT_REPLIES.en['opt-out'], DEFAULT_REPLIES.en['opt-out']]);
  });

  test('START STOP ADS answers the question after a STOP: all but that category comes back', async () => {
    const sender = await newSender({
      categoryWords: { ADS: 'promotional' },
      group: 'shop',
      replies: { clarification: 'To keep order updates, but no offers, reply START STOP ADS.' },
    });
    const recipient = newRecipient();
    await text(recipient, sender, 'STOP');
    expect((await repliesTo(recipient))[0]).toMatch(/START STOP ADS\.$/);

    await text(recipient, sender, '“Start, stop ads”');

    expect(await repliesTo(recipient)).toContain(DEFAULT_REPLIES.en['opt-out-category']);
    expect(await statusOf(recipient, sender, 'transactional')).toMatchObject({ status: 'Sent' });
    expect(await statusOf(recipient, sender, 'promotional')).toMatchObject({
      status: 'Failed',
      refusedBy: { scope: 'category:promotional:*' },
    });
    await text(recipient, sender, 'START');
    expect(await statusOf(recipient, sender, 'promotional')).toMatchObject({ status: 'Sent' });
  });

  test('a category word means nothing to a sender without it', async () => {
    const [recipient, sender] = [newRecipient(), await newSender()];

    await text(recipient, sender, 'STOP ADS');

    expect(await consentOf(recipient)).toEqual({ optOuts: {} });
  });
});
