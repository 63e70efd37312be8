import { type Followed, followLists } from '../../functions/opt-out-lists/follow-lists.ts';
import { createOptOutListsHandler, type OptOutListsPorts } from '../../functions/opt-out-lists/handler.ts';
import { createContext } from '../../local/invocation.ts';
import { type Refusal, refusalFor, scopesOf } from '../../shared/consent/merge.ts';
import type { SenderInput } from '../../shared/messages/sender.ts';
import { type LoopbackCarrier, startLoopbackCarrier } from '../unit/simulator/loopback-carrier.ts';
import { EmbeddedPipeline, recordOf } from './embedded-pipeline.ts';
import { inbound, newMessageSid, newRecipient } from './running-stopgate.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const TWILIO = '+12025550100';
const AWS = '+12025550102';
const SNS = '+12025550103';
const TELNYX = '+12025550110';

interface Row {
  readonly number: string;
  readonly at?: string;
  readonly byRecipient?: boolean;
  readonly sender?: string;
  readonly locked?: boolean;
}

let pipeline: EmbeddedPipeline;
let carriers: LoopbackCarrier;

beforeEach(async () => {
  [pipeline, carriers] = await Promise.all([EmbeddedPipeline.start(), startLoopbackCarrier()]);
  for (const [sender, carrier] of [
    [TWILIO, 'twilio'],
    [AWS, 'aws'],
    [SNS, 'sns'],
    [TELNYX, 'telnyx'],
  ] as const)
    await register({ sender, carrier });
});

afterEach(async () => {
  await pipeline?.stop();
  await carriers?.close();
});

const register = (sender: Omit<SenderInput, 'account'> & { account?: string }) =>
  pipeline.ledger.senders.register({ account: 'acme', ...sender });

const fill = async (carrier: string, numbers: readonly Row[], list?: string) => {
  expect((await carriers.put('/opt-out-lists', { carrier, numbers, list })).status).toBe(200);
};

/** The numbers on a carrier's list. */
async function listed(carrier: string, list?: string): Promise<string[]> {
  const all: { carrier: string; list: string; numbers: Row[] }[] = await carriers.json('/opt-out-lists');
  const found = all.find((one) => one.carrier === carrier && (list === undefined || one.list === list));
  return (found?.numbers ?? []).map(({ number }) => number);
}

const ports = () => pipeline.optOutListsPorts(carriers);

/** A run that has to do all. */
async function follow(with_ = ports(), hasTime = () => true): Promise<Followed> {
  const followed = await followLists(with_, hasTime);
  expect(followed.failures).toEqual([]);
  return followed;
}

const numbersOf = ({ swept }: Followed, carrier: string, list?: string) =>
  swept.find((one) => one.carrier === carrier && (list === undefined || one.list === list))?.numbers;

async function refusalOf(recipient: string, sender: string, account = 'acme'): Promise<Refusal | undefined> {
  const consent = await pipeline.ledger.consent.read({ account, recipient });
  const registered = await pipeline.ledger.senders.findRegistered(sender);
  return refusalFor(consent, scopesOf(registered ?? { sender }));
}

const eventsOf = async (recipient: string, account = 'acme') =>
  (await pipeline.ledger.history.timeline(account, recipient)).filter((entry) => entry.type === 'event').reverse();

const text = (recipient: string, sender: string, body: string) =>
  pipeline.webhook(inbound(recipient, sender, body, newMessageSid()));

const blocksOf = (recipient: string, account = 'acme') => pipeline.ledger.blocks.of({ account, recipient });

const ago = (milliseconds: number) => new Date(pipeline.clock() - milliseconds).toISOString();

describe('Whoever is on a list of End User Messaging', () => {
  test('is opted out from when we heard it, with the list as proof, of the senders that leave by it', async () => {
    const recipient = newRecipient();
    const at = ago(3 * DAY);
    await fill('aws', [{ number: recipient, at }]);
    const before = pipeline.now;

    const followed = await follow();

    expect(numbersOf(followed, 'aws')).toMatchObject({ heard: 1 });
    const refusal = await refusalOf(recipient, AWS);
    expect(refusal).toMatchObject({ scope: AWS, eventId: `aws#list-Default-${at}` });
    expect(String(refusal?.since) >= before).toBe(true);
    expect(await refusalOf(recipient, TWILIO)).toBeUndefined();
    expect(await eventsOf(recipient)).toEqual([
      expect.objectContaining({
        source: 'carrier-list',
        rule: 'carrier-list:Default',
        intent: 'opt-out',
        verdict: 'act',
        carrier: 'aws',
        sender: AWS,
        list: 'Default',
        listedAt: at,
        byRecipient: true,
        countsFrom: refusal?.since,
      }),
    ]);
  });

  test('is heard once, however often the list is read', async () => {
    const recipient = newRecipient();
    await fill('aws', [{ number: recipient, at: ago(DAY) }]);
    await follow();
    const events = await eventsOf(recipient);
    const refusal = await refusalOf(recipient, AWS);

    pipeline.aheadMs = DAY;
    const again = await follow();

    expect(numbersOf(again, 'aws')).toMatchObject({ heard: 0, known: 1 });
    expect(await eventsOf(recipient)).toEqual(events);
    expect(await refusalOf(recipient, AWS)).toEqual(refusal);
  });

  test('is heard again when the list says a later time', async () => {
    const recipient = newRecipient();
    await fill('aws', [{ number: recipient, at: ago(2 * DAY) }]);
    await follow();
    await text(recipient, AWS, 'START');
    await fill('aws', []);
    pipeline.aheadMs = DAY;
    await fill('aws', [{ number: recipient, at: ago(HOUR) }]);

    await follow();

    expect(await refusalOf(recipient, AWS)).toBeDefined();
    expect((await eventsOf(recipient)).filter(({ source }) => source === 'carrier-list')).toHaveLength(2);
  });

  test('is found on every list and every page', async () => {
    const recipients = Array.from({ length: 330 }, (_, index) => `+1202556${String(1_000 + index)}`);
    await fill(
      'aws',
      recipients.slice(0, 250).map((number) => ({ number })),
    );
    await fill(
      'aws',
      recipients.slice(250).map((number) => ({ number })),
      'news',
    );

    const followed = await follow();

    expect(numbersOf(followed, 'aws', 'Default')).toMatchObject({ heard: 250 });
    expect(numbersOf(followed, 'aws', 'news')).toMatchObject({ heard: 80 });
    const refusals = await Promise.all(recipients.map((recipient) => refusalOf(recipient, AWS)));
    expect(refusals.filter((refusal) => refusal === undefined)).toEqual([]);
  });

  test('is opted out in every account that sends by it, and of no sender that says it uses another list', async () => {
    const [recipient, other] = [newRecipient(), '+12025550152'];
    await register({ sender: other, account: 'globex', carrier: 'aws' });
    await register({ sender: AWS, carrier: 'aws', optOutList: 'news' });
    await fill('aws', [{ number: recipient }]);

    await follow();

    expect(await refusalOf(recipient, other, 'globex')).toMatchObject({ scope: other });
    expect(await refusalOf(recipient, AWS)).toBeUndefined();
  });

  test('changes nothing by being there, where somebody else put them there and they had left before', async () => {
    const recipient = newRecipient();
    await text(recipient, AWS, 'STOP');
    const refusal = await refusalOf(recipient, AWS);
    await fill('aws', [{ number: recipient, byRecipient: false }]);

    expect(numbersOf(await follow(), 'aws')).toMatchObject({ known: 1 });

    expect(await refusalOf(recipient, AWS)).toEqual(refusal);
    expect(await eventsOf(recipient)).toHaveLength(1);
  });

  test('is proved by the list too, where they asked for it there after a STOP to us, which stays the reason', async () => {
    const recipient = newRecipient();
    await text(recipient, AWS, 'STOP');
    const refusal = await refusalOf(recipient, AWS);
    await fill('aws', [{ number: recipient }]);

    await follow();
    await follow();

    expect(await refusalOf(recipient, AWS)).toEqual(refusal);
    expect((await eventsOf(recipient)).map(({ source }) => source)).toEqual(['message', 'carrier-list']);
  });
});

describe('Whoever is on the list', () => {
  test('of SNS is opted out of the whole account', async () => {
    const recipient = newRecipient();
    await fill('sns', [{ number: recipient }]);

    await follow();
    pipeline.aheadMs = DAY;
    await follow();

    for (const sender of [TWILIO, AWS, SNS]) expect(await refusalOf(recipient, sender)).toBeDefined();
    expect(await eventsOf(recipient)).toEqual([
      expect.objectContaining({ carrier: 'sns', source: 'carrier-list', list: 'opted-out' }),
    ]);
  });

  test('of Telnyx is opted out of the sender that they left, and of its group', async () => {
    const [recipient, second] = [newRecipient(), '+12025550120'];
    await register({ sender: TELNYX, carrier: 'telnyx', group: 'news' });
    await register({ sender: second, carrier: 'telnyx', group: 'news' });
    const rows = Array.from({ length: 150 }, () => ({ number: newRecipient(), sender: '+12025550121' }));
    await fill('telnyx', [...rows, { number: recipient, sender: TELNYX, at: ago(DAY) }]);

    const followed = await follow();

    expect(numbersOf(followed, 'telnyx')).toMatchObject({ heard: 151, failed: 0 });
    expect(await refusalOf(recipient, TELNYX)).toBeDefined();
    expect(await refusalOf(recipient, second)).toMatchObject({ scope: 'group:news' });
    expect(await refusalOf(recipient, AWS)).toBeUndefined();
    expect(await eventsOf(recipient)).toMatchObject([{ sender: TELNYX, keyword: 'STOP', byRecipient: true }]);
    expect(await refusalOf(rows[149]?.number ?? '', '+12025550121')).toBeDefined();
  });
});

describe('Whoever has opted in since', () => {
  test('is not opted out again by an old row; the carrier’s block is shown, and no longer once it has not been seen for long', async () => {
    const recipient = newRecipient();
    await fill('aws', [{ number: recipient, at: ago(2 * DAY) }]);
    await follow();
    await text(recipient, AWS, 'START');

    expect(numbersOf(await follow(), 'aws')).toMatchObject({ blocked: 1 });

    expect(await refusalOf(recipient, AWS)).toBeUndefined();
    const [block] = await blocksOf(recipient);
    expect(block).toMatchObject({ carrier: 'aws', list: 'Default', reach: 'senders' });
    expect(block?.until).toBeUndefined();
    await fill('aws', []);
    pipeline.aheadMs = 3 * DAY;
    await follow();
    expect(await blocksOf(recipient)).toEqual([]);
  });

  test('without our ever having swept, is not opted out by an older row', async () => {
    const recipient = newRecipient();
    await fill('aws', [{ number: recipient, at: ago(2 * DAY) }]);
    await fill('telnyx', [{ number: recipient, at: ago(2 * DAY), sender: TELNYX }]);
    await text(recipient, TWILIO, 'START');

    await follow();

    expect(await refusalOf(recipient, AWS)).toBeUndefined();
    expect(await refusalOf(recipient, TELNYX)).toBeUndefined();
    expect((await blocksOf(recipient)).map(({ carrier }) => carrier).sort()).toEqual(['aws', 'telnyx']);
  });

  test('is taken off the list that follows us, and off no other', async () => {
    pipeline.awsOptOutList = 'ours';
    const recipient = newRecipient();
    for (const list of ['ours', 'theirs']) await fill('aws', [{ number: recipient, at: ago(DAY) }], list);
    await follow();
    await text(recipient, AWS, 'START');

    const followed = await follow();

    expect(numbersOf(followed, 'aws', 'ours')).toMatchObject({ 'taken-off': 1 });
    expect(numbersOf(followed, 'aws', 'theirs')).toMatchObject({ blocked: 1 });
    expect(await listed('aws', 'ours')).toEqual([]);
    expect(await listed('aws', 'theirs')).toEqual([recipient]);
    expect((await blocksOf(recipient)).map(({ list }) => list)).toEqual(['theirs']);
  });

  test.each([
    ['aws', 'PHONE_NUMBER_CANNOT_BE_OPTED_IN', AWS],
    ['sns', 'InvalidParameter', SNS],
  ])(
    'is shown as blocked by %s until when, at the latest, it lets go; and it ends when it does',
    async (carrier, detail, sender) => {
      pipeline.awsOptOutList = 'Default';
      const recipient = newRecipient();
      const at = ago(DAY);
      await fill(carrier, [{ number: recipient, at, locked: true }]);
      await follow();
      await text(recipient, sender, 'START');
      const firstTry = pipeline.clock();

      await follow();
      pipeline.aheadMs = DAY;
      await follow();

      const blocks = (await blocksOf(recipient)).filter((block) => block.carrier === carrier);
      expect(blocks).toEqual([
        expect.objectContaining({ detail, seenAt: expect.stringContaining(ago(0).slice(0, 13)) }),
      ]);
      const until = Date.parse(blocks[0]?.until ?? '');
      expect(until).toBeGreaterThanOrEqual(firstTry + 30 * DAY);
      expect(until).toBeLessThan(firstTry + 30 * DAY + HOUR);
      await fill(carrier, [{ number: recipient, at }]);
      await follow();
      expect((await blocksOf(recipient)).filter((block) => block.carrier === carrier)).toEqual([]);
      expect(await listed(carrier)).toEqual([]);
      expect(await refusalOf(recipient, sender)).toBeUndefined();
    },
  );

  test('and opts out by SNS once more is heard once more, though its list says no time', async () => {
    const recipient = newRecipient();
    await fill('sns', [{ number: recipient }]);
    await follow();
    await text(recipient, SNS, 'START');
    expect(numbersOf(await follow(), 'sns')).toMatchObject({ 'taken-off': 1 });

    // Right afterwards the list may still show who is no longer on it.
    await fill('sns', [{ number: recipient }]);
    expect(numbersOf(await follow(), 'sns')).toMatchObject({ known: 1 });
    expect(await refusalOf(recipient, SNS)).toBeUndefined();

    pipeline.aheadMs = 6 * HOUR;
    expect(numbersOf(await follow(), 'sns')).toMatchObject({ heard: 1 });
    expect(await refusalOf(recipient, SNS)).toBeDefined();
    expect((await eventsOf(recipient)).filter(({ source }) => source === 'carrier-list')).toHaveLength(2);
  });
});

describe('A message that AWS refuses for its list', () => {
  const send = async (recipient: string) => {
    const messageId = crypto.randomUUID();
    const record = recordOf({ messageId, from: AWS, to: recipient, body: 'Sale' });
    await pipeline.outbound([record], pipeline.outboundPortsAt(carriers));
    return pipeline.ledger.messages.find({ kind: 'message', account: 'acme', to: recipient, messageId });
  };
  const refusing = () => carriers.put('/carriers/aws', { error: 'DESTINATION_PHONE_NUMBER_OPTED_OUT' });

  test('is an opt-out, where we know of none', async () => {
    const recipient = newRecipient();
    await refusing();
    expect(await send(recipient)).toMatchObject({ status: 'Failed', reason: 'OptedOut' });
    expect(await refusalOf(recipient, AWS)).toBeDefined();
  });

  test('is blocked and no opt-out, where the recipient has come back and the carrier does not let them', async () => {
    const recipient = newRecipient();
    await fill('aws', [{ number: recipient, at: ago(DAY) }]);
    await text(recipient, AWS, 'START');
    await follow();
    await refusing();

    expect(await send(recipient)).toMatchObject({ status: 'Failed', reason: 'CarrierBlocked' });
    expect(await refusalOf(recipient, AWS)).toBeUndefined();
  });

  test('is blocked and no opt-out, where we ourselves put the recipient there who has come back since', async () => {
    pipeline.awsOptOutList = 'Default';
    const recipient = newRecipient();
    await text(recipient, AWS, 'STOP');
    await follow();
    await text(recipient, AWS, 'START');
    await refusing();

    expect(await send(recipient)).toMatchObject({ status: 'Failed', reason: 'CarrierBlocked' });
    expect(await refusalOf(recipient, AWS)).toBeUndefined();
    await carriers.put('/carriers/aws', { error: null });
    await follow();
    expect(await send(recipient)).toMatchObject({ status: 'Sent' });
  });
});

describe('Our opt-outs', () => {
  beforeEach(async () => {
    pipeline.awsOptOutList = 'ours';
    await fill('aws', [], 'ours');
  });

  test('are put on the list that follows us, and on no other; and taken off it after an opt-in', async () => {
    const recipient = newRecipient();
    await text(recipient, AWS, 'STOP');

    expect((await follow()).put).toEqual({ put: 1, refused: 0, isComplete: true });
    expect(await listed('aws', 'ours')).toEqual([recipient]);
    expect(await listed('aws', 'Default')).toEqual([]);
    expect((await follow()).put).toMatchObject({ put: 0 });
    expect(await eventsOf(recipient)).toHaveLength(1);

    await text(recipient, AWS, 'START');
    expect(numbersOf(await follow(), 'aws', 'ours')).toMatchObject({ 'taken-off': 1 });
    expect(await listed('aws', 'ours')).toEqual([]);
    expect(await blocksOf(recipient)).toEqual([]);
  });

  test('are not put on it while another of its senders may text, in whatever account', async () => {
    const [one, two] = [newRecipient(), newRecipient()];
    await register({ sender: '+12025550152', account: 'globex', carrier: 'aws' });
    await text(one, AWS, 'STOP');
    await text(two, AWS, 'STOP');
    await text(two, '+12025550152', 'STOP');

    await follow();

    expect(await listed('aws', 'ours')).toEqual([two]);
  });

  test('that are heard by other carriers’ senders concern no list of AWS', async () => {
    await text(newRecipient(), TWILIO, 'STOP');
    expect((await follow()).put).toMatchObject({ put: 0 });
  });

  test('that were taken back are not heard from the list as opt-outs, but taken off it', async () => {
    const recipient = newRecipient();
    const of = { account: 'acme', recipient };
    await text(recipient, AWS, 'STOP');
    const sentAfterStop = pipeline.now;
    pipeline.aheadMs = HOUR;
    await follow();
    expect(await listed('aws', 'ours')).toEqual([recipient]);

    // A START that was sent before the number came onto the list, and heard only now.
    await pipeline.ledger.consent.apply(of, { kind: 'opt-in', at: sentAfterStop, eventId: 'twilio#late' });
    await follow();

    expect(await refusalOf(recipient, AWS)).toBeUndefined();
    expect(await listed('aws', 'ours')).toEqual([]);
  });

  test('come no second time within 30 days, since the number could not be taken off again', async () => {
    const recipient = newRecipient();
    for (const body of ['STOP', 'START', 'STOP']) {
      await text(recipient, AWS, body);
      await follow();
      pipeline.aheadMs += 6 * HOUR;
    }
    expect(await listed('aws', 'ours')).toEqual([]);
    expect(await refusalOf(recipient, AWS)).toBeDefined();

    pipeline.aheadMs += 31 * DAY;
    await text(recipient, AWS, 'STOP');
    await follow();
    expect(await listed('aws', 'ours')).toEqual([recipient]);
  });

  test('that came within 30 days are put when these are over, though nobody texts again', async () => {
    const [gone, back] = [newRecipient(), newRecipient()];
    for (const body of ['STOP', 'START', 'STOP']) {
      for (const recipient of [gone, back]) await text(recipient, AWS, body);
      await follow();
      pipeline.aheadMs += 6 * HOUR;
    }
    await text(back, AWS, 'START');
    // The number was taken off twelve hours ago.
    for (let day = 1; day <= 29; day += 7) {
      await follow();
      expect(await listed('aws', 'ours')).toEqual([]);
      pipeline.aheadMs += 7 * DAY;
    }

    expect((await follow()).put).toMatchObject({ put: 1 });

    expect(await listed('aws', 'ours')).toEqual([gone]);
    expect((await follow()).put).toMatchObject({ put: 0 });
  });

  test('that come up again later today hide none that are noted before', async () => {
    const { consentChanges } = pipeline.ledger;
    // Noon, so that all of it is one day.
    pipeline.aheadMs =
      Date.parse(`${new Date(Date.now() + DAY).toISOString().slice(0, 10)}T12:00:00.000Z`) - Date.now();
    const [again, noted] = [newRecipient(), newRecipient()];
    const seen: string[] = [];
    const workOff = () =>
      consentChanges.workOff(
        async (numbers) => void seen.push(...numbers),
        () => true,
      );
    await consentChanges.bringUpAgain(again, new Date(pipeline.clock() + 3 * HOUR).toISOString());
    await workOff();
    pipeline.aheadMs += HOUR;
    await consentChanges.note({ account: 'acme', recipient: noted });
    pipeline.aheadMs += HOUR;
    await workOff();
    expect(seen).toEqual([noted]);

    pipeline.aheadMs += HOUR + 60_000;
    await workOff();
    expect(seen).toEqual([noted, again]);
  });

  test('are noted only where a list follows', async () => {
    pipeline.awsOptOutList = undefined;
    await text(newRecipient(), AWS, 'STOP');
    pipeline.awsOptOutList = 'ours';
    expect((await follow()).put).toMatchObject({ put: 0 });
  });

  test('that were heard days ago are put', async () => {
    const recipient = newRecipient();
    await text(recipient, AWS, 'STOP');
    pipeline.aheadMs = 3 * DAY;

    await follow();

    expect(await listed('aws', 'ours')).toEqual([recipient]);
  });

  test('are noted and gone through in pages over days, from where the last run was cut off', async () => {
    const { consentChanges } = pipeline.ledger;
    const recipients = Array.from({ length: 250 }, () => newRecipient());
    for (const [index, recipient] of recipients.entries()) {
      await consentChanges.note({ account: 'acme', recipient });
      if (index % 60 === 59) pipeline.aheadMs += DAY;
    }
    const seen: string[] = [];
    const work = async (numbers: readonly string[]) => void seen.push(...numbers);
    let pages = 0;

    await expect(
      consentChanges.workOff(
        async (numbers) => {
          pages += 1;
          if (pages === 3) throw new Error('cut off');
          await work(numbers);
        },
        () => true,
      ),
    ).rejects.toThrow('cut off');
    expect(seen.length).toBeLessThan(250);
    expect(await consentChanges.workOff(work, () => true)).toBe(true);

    expect([...new Set(seen)].sort()).toEqual([...recipients].sort());
    pipeline.aheadMs += HOUR;
    await consentChanges.workOff(work, () => true);
    const [count, late] = [seen.length, newRecipient()];
    await consentChanges.note({ account: 'acme', recipient: late });
    expect(await consentChanges.workOff(work, () => false)).toBe(false);
    await consentChanges.workOff(work, () => true);
    expect(seen.slice(count)).toContain(late);
  });
});

describe('When something fails', () => {
  test('one carrier’s fault holds up no other; the run fails, says which, and the next one does the rest', async () => {
    const [one, two, three] = [newRecipient(), newRecipient(), newRecipient()];
    await fill('aws', [{ number: one }]);
    await fill('sns', [{ number: two }]);
    await fill('telnyx', [{ number: three, sender: TELNYX }]);
    await carriers.put('/carriers/aws', { error: 'AccessDeniedException' });
    const run = (given: OptOutListsPorts) => createOptOutListsHandler(given)({}, createContext('opt-out-lists', 900));

    await expect(run(ports())).rejects.toThrow('Not done: aws');

    expect(await refusalOf(one, AWS)).toBeUndefined();
    expect(await refusalOf(two, SNS)).toBeDefined();
    expect(await refusalOf(three, TELNYX)).toBeDefined();
    await carriers.put('/carriers/aws', { error: null });
    await run(ports());
    expect(await refusalOf(one, AWS)).toBeDefined();
  });

  test('a REST carrier that answers nothing is named', async () => {
    const { failures, swept } = await followLists(
      pipeline.optOutListsPorts({ aws: carriers.aws, http: 'http://127.0.0.1:9' }),
      () => true,
    );
    expect(failures.map(({ what }) => what)).toEqual(['telnyx messaging-optouts']);
    expect(swept.map(({ carrier }) => carrier)).toEqual(['aws', 'sns']);
  });

  test('one number that can’t be heeded holds up no other, and is named as a failure', async () => {
    const [bad, good] = [newRecipient(), newRecipient()];
    await fill('aws', [{ number: bad }, { number: good }]);
    const { consent, ...others } = ports();
    const damaged: OptOutListsPorts = {
      ...others,
      consent: {
        apply: (of, change) => consent.apply(of, change),
        read: async (of) => {
          if (of.recipient === bad) throw new Error('A consent item of the ledger is damaged');
          return consent.read(of);
        },
      },
    };

    const { failures, swept } = await followLists(damaged, () => true);

    expect(failures.map(({ what }) => what)).toEqual(['aws Default']);
    expect(swept[0]?.numbers).toMatchObject({ heard: 1, failed: 1 });
    expect(await refusalOf(good, AWS)).toBeDefined();
  });

  test('a run that has no time left is gone on with where it stopped', async () => {
    const recipients = Array.from({ length: 250 }, (_, index) => `+1202557${String(1_000 + index)}`);
    await fill(
      'aws',
      recipients.map((number) => ({ number })),
    );

    const first = await follow(ports(), () => false);
    expect(first.swept[0]).toMatchObject({ numbers: { heard: 100 }, isComplete: false });
    const second = await follow();
    expect(second.swept[0]).toMatchObject({ numbers: { heard: 150 }, isComplete: true });
    const third = await follow();
    expect(third.swept[0]).toMatchObject({ numbers: { heard: 0, known: 250 }, isComplete: true });
  });

  test('a page that the carrier no longer knows lets the list be read from its beginning', async () => {
    const recipient = newRecipient();
    await fill('aws', [{ number: recipient }]);
    await pipeline.ledger.listedNumbers.keepNextPage({ carrier: 'aws', list: 'Default' }, 'forgotten');

    expect(numbersOf(await follow(), 'aws')).toMatchObject({ heard: 1 });
  });

  test('wherever a run is cut off, two more end as one that was not', async () => {
    pipeline.awsOptOutList = 'ours';
    const stateOf = async (recipients: readonly string[]) =>
      Promise.all(
        recipients.map(async (recipient) => ({
          events: (await eventsOf(recipient)).length,
          aws: (await refusalOf(recipient, AWS)) !== undefined,
          sns: (await refusalOf(recipient, SNS)) !== undefined,
          onOurs: (await listed('aws', 'ours')).includes(recipient),
        })),
      );
    /** One on the list of AWS, one on that of SNS, one who left us, one who came back, all before a run. */
    const prepare = async () => {
      const [onAws, onSns, left, back] = [newRecipient(), newRecipient(), newRecipient(), newRecipient()];
      await fill('aws', [{ number: onAws }, { number: back, at: ago(DAY) }], 'ours');
      await fill('sns', [{ number: onSns }]);
      await text(left, AWS, 'STOP');
      await text(back, AWS, 'START');
      return [onAws, onSns, left, back];
    };
    const whole = await prepare();
    await follow();
    await follow();
    const expected = await stateOf(whole);

    for (let failing = 1; failing <= 12; failing += 1) {
      const recipients = await prepare();
      await followLists(cutOffAt(failing, ports()), () => true);
      await follow();
      await follow();
      expect({ failing, state: await stateOf(recipients) }).toEqual({ failing, state: expected });
      pipeline.aheadMs += HOUR;
    }
  });
});

/** Ports of which every write from this one on fails. */
function cutOffAt(write: number, given: OptOutListsPorts): OptOutListsPorts {
  let count = 0;
  const failing = <T extends object>(store: T, ...names: (keyof T)[]): T =>
    new Proxy(store, {
      get(target, name) {
        const value = Reflect.get(target, name, target);
        if (typeof value !== 'function') return value;
        if (!names.includes(name as keyof T)) return value.bind(target);
        return async (...args: unknown[]) => {
          count += 1;
          if (count >= write) throw new Error('cut off');
          return value.apply(target, args);
        };
      },
    });
  return {
    ...given,
    events: failing(given.events, 'keep'),
    consent: failing(given.consent, 'apply'),
    listedNumbers: failing(given.listedNumbers, 'firstSeen', 'put', 'takenOff', 'refused', 'keepNextPage'),
    blocks: failing(given.blocks, 'record', 'end'),
  };
}

test('who does not send by AWS asks it nothing', async () => {
  for (const sender of [AWS, SNS]) await register({ sender, carrier: 'twilio' });
  const nowhere = pipeline.optOutListsPorts({ aws: 'http://127.0.0.1:9', http: carriers.http });

  expect((await follow(nowhere)).swept.map(({ carrier }) => carrier)).toEqual(['telnyx']);
});
