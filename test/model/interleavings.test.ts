import { jest } from '@jest/globals';
import { engineWithoutWire } from './engine-without-wire.ts';
import { accept, GatedPipeline } from './gated-pipeline.ts';
import { START } from './history.ts';
import { type Interleaving, type Step, throughAllInterleavings } from './interleaving.ts';

/**
 * What meets in production at one moment meets here at every moment: functions run at once, in all orders in which they can
 * make their calls to ledger, carrier and queues. The numbers of orders are asserted, so that none is lost unnoticed.
 */
const ALONE = '+12025550100';
const IN_GROUP = '+12025550101';
const RATED = '+12025550102';
/** Near enough to be waited for in the function, and further than all steps of an interleaving take. */
const TURN_MS = 150;
/** Longer than a claim is good for. */
const HELD_UP_MS = 181_000;

// Half a minute of work, on a machine that may have much else to do.
jest.setTimeout(600_000);

let pipeline: GatedPipeline;
let recipient: string;
let lives = 0;

beforeAll(async () => {
  process.env.POWERTOOLS_METRICS_DISABLED = 'true';
  process.env.POWERTOOLS_LOG_LEVEL = 'SILENT';
  pipeline = await GatedPipeline.on(engineWithoutWire(), [
    { sender: ALONE, account: 'acme', carrier: 'twilio' },
    { sender: IN_GROUP, account: 'acme', carrier: 'twilio', group: 'news' },
    { sender: RATED, account: 'acme', carrier: 'twilio', messagesPerSecond: 10 },
  ]);
});

beforeEach(() => {
  pipeline.areWarm = true;
});

type Actor = (interleaving: Interleaving) => void;

/** Lives all interleavings of some actors, each with a recipient of its own. @returns how many there are */
const inAllOrders = (
  actors: readonly Actor[],
  check: (interleaving: Interleaving) => Promise<void>,
  before: () => Promise<unknown> = async () => {},
) =>
  throughAllInterleavings(async (interleaving) => {
    lives += 1;
    recipient = `+1555${String(lives).padStart(7, '0')}`;
    pipeline.now = START;
    await before();
    pipeline.carrierAnswers = accept;
    pipeline.handed.length = 0;
    pipeline.replies.length = 0;
    interleaving.onStep = () => {
      pipeline.now += 1;
    };
    for (const start of actors) start(interleaving);
    await interleaving.finish();
    await check(interleaving);
  });

const stops =
  (sender = ALONE): Actor =>
  (interleaving) =>
    interleaving.start('STOP', async (gate) => {
      const text = { MessageSid: 'stop', From: recipient, To: sender, Body: 'STOP' };
      expect(await pipeline.webhook(text, gate)).toBe(200);
    });

/** The carrier says when the START was sent. */
const starts =
  (sentAt: number, inboundMessageId = '1'): Actor =>
  (interleaving) =>
    interleaving.start(`START ${inboundMessageId}`, async (gate) => {
      const text = { originationNumber: recipient, destinationNumber: ALONE, messageBody: 'START', inboundMessageId };
      expect(await pipeline.fromInboundQueue(pipeline.notification(text, sentAt), pipeline.now, gate)).toBe(true);
    });

const sends =
  (actor: string, { from = ALONE, receives = 1 } = {}): Actor =>
  (interleaving) =>
    interleaving.start(actor, (gate) => pipeline.outbound([message(from)], receives, gate));

/** A function is held up, wherever the others are just then. */
const timePasses: Actor = (interleaving) =>
  interleaving.start('clock', async () => {
    pipeline.now += HELD_UP_MS;
  });

const message = (from = ALONE) => ({ messageId: 'm1', from, to: recipient, body: 'Sale' });
const recorded = () => pipeline.find('acme', recipient, 'MESSAGE#m1');
const event = (id: string) => pipeline.find('acme', recipient, `EVENT#${id}`);

const isRead = ({ call }: Step): boolean => /^(BatchGetItem|GetItem CONSENT)/.test(call);
const isClaim = ({ call }: Step): boolean => /^(PutItem|UpdateItem) MESSAGE/.test(call);
const isClosing = ({ actor, call }: Step): boolean => actor === 'STOP' && call === 'UpdateItem CONSENT';

/**
 * What a send promises: consent is asked for when the message is claimed, nothing comes between the answer and the carrier,
 * and what was acknowledged before it was asked for is heeded.
 */
function expectChecked({ steps, doneAt }: Interleaving, worker: string): void {
  const own = steps.filter(({ actor }) => actor === worker);
  const handed = own.findIndex(({ call }) => call === 'carrier');
  const before = handed === -1 ? own : own.slice(0, handed);
  const read = before.findLast(isRead);
  if (handed !== -1) expect(read).toBe(before.at(-1));
  if (!read) return;
  const claim = before.slice(0, before.indexOf(read)).findLast(isClaim);
  expect(claim && steps.indexOf(claim) < read.askedAt).toBe(true);
  const acknowledged = doneAt.STOP ?? Infinity;
  if (acknowledged <= read.askedAt) expect(handed).toBe(-1);
  const closing = steps.findIndex(isClosing);
  if (closing !== -1) expect(handed === -1).toBe(closing < steps.indexOf(read));
}

/** One of the two came first, and the ledger says which. */
const expectStopped = (from: string) => async (interleaving: Interleaving) => {
  expectChecked(interleaving, 'send');
  const { length } = pipeline.handed;
  const heard = await event('twilio#stop');
  expect(await recorded()).toMatchObject(
    length === 1
      ? { status: 'Sent', carrierMessageId: 'carriers-m1' }
      : { status: 'Failed', reason: 'OptedOut', refusedBy: { since: heard?.heardAt, eventId: 'twilio#stop' } },
  );
  expect(pipeline.replies).toHaveLength(1);
  await pipeline.outbound([{ ...message(from), messageId: 'm2' }], 1);
  expect(pipeline.handed).toHaveLength(length);
};

test('a STOP meets a send by a member of a group, in functions that have just been started', async () => {
  pipeline.areWarm = false;

  const tried = await inAllOrders([stops(IN_GROUP), sends('send', { from: IN_GROUP })], expectStopped(IN_GROUP));

  expect(tried).toBe(1_526);
});

test('a STOP meets a send that is held up', async () => {
  const tried = await inAllOrders([stops(), sends('send'), timePasses], expectStopped(ALONE));

  expect(tried).toBe(1_230);
});

test('a STOP meets a send that waits for its turn', async () => {
  const checkAfterWait = async (interleaving: Interleaving) => {
    const own = interleaving.steps.filter(({ actor }) => actor === 'send');
    expect(own.findIndex(({ call }) => call === 'wait')).toBeGreaterThan(own.findIndex(isClaim));
    expect(own.findIndex(isRead)).toBeGreaterThan(own.findIndex(({ call }) => call === 'wait'));
    await expectStopped(RATED)(interleaving);
  };

  const tried = await inAllOrders([stops(RATED), sends('send', { from: RATED })], checkAfterWait, () =>
    pipeline.nextMayLeaveAt(RATED, START + TURN_MS),
  );

  expect(tried).toBe(439);
});

test('a STOP meets a START: the later one wins, and a tie is an opt-out', async () => {
  const seen = new Set<number>();
  let tried = 0;
  for (const sentAt of [START, START + 1, START + 2, START + 100]) {
    const check = async () => {
      const [stop, start] = [await event('twilio#stop'), await event('aws#1')];
      const opened = Math.min(sentAt, Date.parse(String(start?.heardAt)));
      const closed = Date.parse(String(stop?.heardAt));
      seen.add(Math.sign(closed - opened));
      await pipeline.outbound([message(IN_GROUP)], 1);
      expect(pipeline.handed).toHaveLength(closed >= opened ? 0 : 1);
      expect(pipeline.replies).toHaveLength(2);
    };
    tried += await inAllOrders([stops(IN_GROUP), starts(sentAt)], check);
  }

  expect(tried).toBe(1_008);
  expect([...seen].sort()).toEqual([-1, 0, 1]);
});

test('a START meets an older one: the times only grow', async () => {
  const expectLatest = async () => {
    expect(await pipeline.find('acme', recipient, 'CONSENT')).toMatchObject({
      optIn: { at: new Date(START - 1).toISOString(), eventId: 'aws#1' },
    });
  };

  expect(await inAllOrders([starts(START - 1), starts(START - 2, '2')], expectLatest)).toBe(70);
});

const expectSentOnce = (attempt: number) => async (interleaving: Interleaving) => {
  for (const worker of ['one', 'other']) expectChecked(interleaving, worker);
  expect(pipeline.handed).toHaveLength(1);
  expect(await recorded()).toMatchObject({ status: 'Sent', carrierMessageId: 'carriers-m1', attempt });
};

test('two functions get the same message', async () => {
  expect(await inAllOrders([sends('one'), sends('other')], expectSentOnce(1))).toBe(150);
});

test('two functions get the same message, which SQS says it has delivered before', async () => {
  const again = { receives: 2 };

  expect(await inAllOrders([sends('one', again), sends('other', again)], expectSentOnce(1))).toBe(340);
});

test('two functions get a message that waits for another attempt', async () => {
  const again = { receives: 2 };
  const firstAttempt = async () => {
    pipeline.carrierAnswers = () => ({ kind: 'later', because: 'throttled', detail: '429' });
    await pipeline.outbound([message()], 1);
    expect(await recorded()).toMatchObject({ status: 'Queued' });
  };

  const tried = await inAllOrders([sends('one', again), sends('other', again)], expectSentOnce(2), firstAttempt);

  expect(tried).toBe(220);
});

test('a claim runs out while a function sends, and another one gets the message', async () => {
  expect(await inAllOrders([sends('one'), sends('other'), timePasses], expectSentOnce(1))).toBe(1_660);
});

test('a receipt overtakes the carrier’s answer', async () => {
  const receipt = () => ({ MessageSid: 'carriers-m1', MessageStatus: 'delivered', To: recipient, From: ALONE });
  const sendsAndReports: Actor = (interleaving) => {
    sends('send')(interleaving);
    pipeline.carrierAnswers = (handed) => {
      interleaving.start('receipt', (gate) => pipeline.webhook(receipt(), gate, 'stopgate-message=m1'));
      return accept(handed);
    };
  };
  const check = async () => {
    expect(await recorded()).toMatchObject({ status: 'Delivered', carrierMessageId: 'carriers-m1' });
  };

  expect(await inAllOrders([sendsAndReports], check)).toBe(3);
});
