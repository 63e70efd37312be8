import { jest } from '@jest/globals';
import fc from 'fast-check';
import { addBusinessDays } from '../../shared/consent/business-days.ts';
import { type ConsentChange, refusalFor, scopesOf } from '../../shared/consent/merge.ts';
import { reviewDeadline } from '../../shared/consent/review-deadline.ts';
import type { Reviewed } from '../../shared/consent/reviewed.ts';
import { eventIdOf } from '../../shared/ledger/event-store.ts';
import type { Review } from '../../shared/ledger/review.ts';
import { EmbeddedPipeline, recordOf } from './embedded-pipeline.ts';
import { inbound, newMessageId, newMessageSid, newRecipient } from './running-stopgate.ts';

const SENDER = '+12025550100';
/** Reads like a wish to be left alone, and is no keyword. */
const DOUBTFUL = 'STOP PLEASE';
const HOUR_MS = 3_600_000;

let pipeline: EmbeddedPipeline;
/** What the reviews function counted in its last call. */
let counted: Record<string, number>;
/** The accounts that this test made. The reviews function looks at no others. */
let mine: string[];

beforeAll(async () => {
  pipeline = await EmbeddedPipeline.start();
});

beforeEach(() => {
  pipeline.aheadMs = 0;
  pipeline.sent.length = 0;
  mine = [];
});

afterEach(() => jest.restoreAllMocks());

afterAll(() => pipeline?.stop());

const consentOf = async (recipient: string, sender = SENDER, account = 'acme') =>
  refusalFor(await pipeline.ledger.consent.read({ account, recipient }), scopesOf({ sender }));

const text = (recipient: string, body: string, sender = SENDER, sid = newMessageSid()) =>
  pipeline.webhook(inbound(recipient, sender, body, sid));

/** Somebody texts what a person has to decide on. */
async function underReview(recipient = newRecipient(), sender = SENDER, account = 'acme'): Promise<Review> {
  const sid = newMessageSid();
  await text(recipient, DOUBTFUL, sender, sid);
  return reviewOf(eventIdOf('twilio', sid), account);
}

async function reviewOf(reviewId: string, account = 'acme'): Promise<Review> {
  const review = await pipeline.ledger.reviews.get(account, reviewId);
  if (!review) throw new Error('There is no such review');
  return review;
}

const eventsOf = async (recipient: string, account = 'acme') =>
  (await pipeline.ledger.history.timeline(account, recipient)).filter((entry) => entry.type === 'event').reverse();

const countingPorts = () => {
  counted = {};
  const ports = pipeline.reviewsPorts();
  const known = ports.reviews.accounts.bind(ports.reviews);
  ports.reviews.accounts = async () => (await known()).filter((account) => mine.includes(account));
  return {
    ...ports,
    count: (name: string, times = 1) => {
      counted[name] = (counted[name] ?? 0) + times;
    },
  };
};

/** Calls the reviews function as if it were this time. */
async function lookAfterAt(time: string, ports = countingPorts()): Promise<void> {
  pipeline.aheadMs = Date.parse(time) - Date.now();
  await pipeline.lookAfterReviews(ports);
}

/** A sender with an account of its own, so that what is due is this test's. */
let accounts = 0;
async function newSender(fields: object = {}): Promise<{ account: string; sender: string }> {
  accounts += 1;
  const account = `reviewed-${accounts}`;
  const sender = `+1202555${String(8_000 + accounts)}`;
  mine.push(account);
  await pipeline.ledger.senders.register({ sender, account, carrier: 'twilio', ...fields });
  return { account, sender };
}

describe('Put up for review', () => {
  test('with what was heard, and ten business days to decide', async () => {
    const recipient = newRecipient();

    const review = await underReview(recipient);

    expect(review).toMatchObject({
      account: 'acme',
      recipient,
      sender: SENDER,
      text: DOUBTFUL,
      intent: 'opt-out',
      state: 'open',
      turn: 0,
      closes: [SENDER],
      unsettled: false,
    });
    expect(review.deadline).toBe(reviewDeadline(review.heardAt));
    expect(review.change).toBeUndefined();
    expect(await consentOf(recipient)).toBeUndefined();
  });

  test('once, however often it is heard, also after it was decided', async () => {
    const { account, sender } = await newSender();
    const [recipient, sid] = [newRecipient(), newMessageSid()];
    const reviewId = eventIdOf('twilio', sid);
    await text(recipient, DOUBTFUL, sender, sid);
    await pipeline.ledger.reviews.decide(account, reviewId, { decision: 'no-opt-out', by: 'ann' });

    pipeline.aheadMs = HOUR_MS;
    await text(recipient, DOUBTFUL, sender, sid);

    expect(await reviewOf(reviewId, account)).toMatchObject({ state: 'decided', turn: 1 });
    expect((await pipeline.ledger.reviews.list(account)).reviews).toEqual([]);
  });

  test('is seen in the account’s list, the oldest deadline first, page by page, while it is open', async () => {
    const { account, sender } = await newSender();
    const reviews: Review[] = [];
    for (let days = 0; days < 5; days += 1) {
      pipeline.aheadMs = (5 - days) * 24 * HOUR_MS;
      reviews.push(await underReview(newRecipient(), sender, account));
    }
    const decided = reviews.pop() as Review;
    await pipeline.ledger.reviews.decide(account, decided.reviewId, { decision: 'opt-out', by: 'ann' });

    const seen: Review[] = [];
    const sizes: number[] = [];
    let after: string | undefined;
    do {
      const page = await pipeline.ledger.reviews.list(account, { limit: 2, after });
      seen.push(...page.reviews);
      sizes.push(page.reviews.length);
      after = page.next;
    } while (after);

    expect(seen.map(({ deadline }) => deadline)).toEqual(reviews.map(({ deadline }) => deadline).sort());
    expect(new Set(seen.map(({ reviewId }) => reviewId))).toEqual(new Set(reviews.map(({ reviewId }) => reviewId)));
    expect(Math.max(...sizes)).toBe(2);
  });

  test.each(['', 'page 2', Buffer.from('{}').toString('base64url'), Buffer.from('["a"]').toString('base64url')])(
    'the list has no page after %j',
    async (after) => {
      await expect(pipeline.ledger.reviews.list('acme', { after })).rejects.toMatchObject({ name: 'UnknownPage' });
    },
  );

  test('a page of one account leads into none of another', async () => {
    const [one, other] = [await newSender(), await newSender()];
    for (const { account, sender } of [one, one, other]) await underReview(newRecipient(), sender, account);
    const { next } = await pipeline.ledger.reviews.list(one.account, { limit: 1 });

    const { reviews } = await pipeline.ledger.reviews.list(other.account, { after: next });

    expect(reviews.every(({ account }) => account === other.account)).toBe(true);
  });
});

describe('Decided', () => {
  test('as an opt-out, it closes what a STOP would have closed then, and proves who, when and about what', async () => {
    const recipient = newRecipient();
    const review = await underReview(recipient);
    pipeline.aheadMs = HOUR_MS;

    const result = await pipeline.ledger.reviews.decide('acme', review.reviewId, {
      decision: 'opt-out',
      by: 'ann@acme.example',
      note: 'She says please.',
    });

    expect(result).toMatchObject({ kind: 'done', review: { state: 'decided', turn: 1, unsettled: false } });
    const eventId = `review#${review.reviewId}#1`;
    expect(await consentOf(recipient)).toEqual({ scope: SENDER, since: review.heardAt, eventId });
    const [heard, decision] = await eventsOf(recipient);
    expect(heard).toMatchObject({ source: 'message', verdict: 'review', eventId: review.reviewId });
    expect(decision).toMatchObject({
      source: 'review',
      eventId,
      about: review.reviewId,
      by: 'ann@acme.example',
      note: 'She says please.',
      verdict: 'act',
      intent: 'opt-out',
      rule: 'review-opt-out',
      sender: SENDER,
      recipient,
      countsFrom: review.heardAt,
    });
    expect(Date.parse(decision?.at ?? '') - Date.parse(review.heardAt)).toBeGreaterThanOrEqual(HOUR_MS);
  });

  test('as an opt-out, it stops messages, which name the decision', async () => {
    const recipient = newRecipient();
    const { reviewId } = await underReview(recipient);
    const messageId = newMessageId();
    await pipeline.ledger.reviews.decide('acme', reviewId, { decision: 'opt-out', by: 'ann' });

    await pipeline.outbound([recordOf({ messageId, from: SENDER, to: recipient, body: 'Sale' })]);

    expect(pipeline.sent).toEqual([]);
    const message = await pipeline.ledger.messages.find({ kind: 'message', account: 'acme', to: recipient, messageId });
    expect(message).toMatchObject({
      status: 'Failed',
      reason: 'OptedOut',
      refusedBy: { eventId: `review#${reviewId}#1` },
    });
  });

  test('as no opt-out, it changes no consent, and is kept all the same', async () => {
    const recipient = newRecipient();
    const { reviewId } = await underReview(recipient);

    const result = await pipeline.ledger.reviews.decide('acme', reviewId, { decision: 'no-opt-out', by: 'ann' });

    expect(result).toMatchObject({ kind: 'done', review: { state: 'decided' } });
    expect(await consentOf(recipient)).toBeUndefined();
    expect((await eventsOf(recipient))[1]).toMatchObject({ source: 'review', verdict: 'leave', by: 'ann' });
  });

  test('a group or the whole account is closed where a STOP would close it, as it was when the message was heard', async () => {
    const { account, sender } = await newSender({ group: 'news', optOutScope: 'account' });
    const recipient = newRecipient();
    const { reviewId } = await underReview(recipient, sender, account);
    await pipeline.ledger.senders.register({ sender, account, carrier: 'twilio' });

    await pipeline.ledger.reviews.decide(account, reviewId, { decision: 'opt-out', by: 'ann' });

    const consent = await pipeline.ledger.consent.read({ account, recipient });
    for (const scope of [sender, 'group:news', '*']) expect(refusalFor(consent, [scope])).toBeDefined();
  });

  test('the day on which the message was heard says how far it reaches, not that of the decision', async () => {
    const { account, sender } = await newSender({ revokeAllFrom: new Date(Date.now() + HOUR_MS).toISOString() });
    const [before, after] = [newRecipient(), newRecipient()];
    const reviews = [await underReview(before, sender, account)];
    pipeline.aheadMs = 2 * HOUR_MS;
    reviews.push(await underReview(after, sender, account));

    for (const { reviewId } of reviews) {
      await pipeline.ledger.reviews.decide(account, reviewId, { decision: 'opt-out', by: 'ann' });
    }

    const other = '+12025559999';
    expect(await consentOf(before, other, account)).toBeUndefined();
    expect(await consentOf(after, other, account)).toBeDefined();
  });

  test('the same again changes nothing; another decision is refused and shown the first', async () => {
    const recipient = newRecipient();
    const { reviewId } = await underReview(recipient);
    const { reviews } = pipeline.ledger;
    const decision = { decision: 'opt-out', by: 'ann' } as const;
    await reviews.decide('acme', reviewId, decision);

    const again = await reviews.decide('acme', reviewId, decision);
    const other = await reviews.decide('acme', reviewId, { decision: 'no-opt-out', by: 'bob' });
    const alike = await reviews.decide('acme', reviewId, { decision: 'opt-out', by: 'bob' });

    expect(again).toMatchObject({ kind: 'done', review: { turn: 1 } });
    for (const result of [other, alike]) {
      expect(result).toMatchObject({ kind: 'refused', review: { turn: 1, change: { kind: 'opt-out', by: 'ann' } } });
    }
    expect(await eventsOf(recipient)).toHaveLength(2);
    expect(await consentOf(recipient)).toBeDefined();
  });

  test('by many people at once, one wins and all others learn it', async () => {
    const recipient = newRecipient();
    const { reviewId } = await underReview(recipient);
    const people = Array.from({ length: 8 }, (_, index) => `person ${index}`);

    const results = await Promise.all(
      people.map((by, index) =>
        pipeline.ledger.reviews.decide('acme', reviewId, { decision: index % 2 ? 'opt-out' : 'no-opt-out', by }),
      ),
    );

    const winner = people[results.findIndex(({ kind }) => kind === 'done')];
    expect(results.filter(({ kind }) => kind === 'done')).toHaveLength(1);
    for (const result of results) expect(result).toMatchObject({ review: { turn: 1, change: { by: winner } } });
    expect((await eventsOf(recipient)).map(({ by }) => by)).toEqual([undefined, winner]);
    const { change } = await reviewOf(reviewId);
    expect((await consentOf(recipient)) !== undefined).toBe(change?.kind === 'opt-out');
  });

  test('what does not exist, or is another account’s, is unknown', async () => {
    const { reviewId } = await underReview();
    const decision = { decision: 'opt-out', by: 'ann' } as const;

    expect(await pipeline.ledger.reviews.decide('acme', 'twilio#none', decision)).toEqual({ kind: 'unknown' });
    expect(await pipeline.ledger.reviews.decide('globex', reviewId, decision)).toEqual({ kind: 'unknown' });
    expect(await pipeline.ledger.reviews.get('globex', reviewId)).toBeUndefined();
  });

  test.each([
    [{ decision: 'act', by: 'ann' }, 'there is no decision "act"'],
    [{ decision: 'undo', by: 'ann' }, 'there is no decision "undo"'],
    [{ decision: 'toString', by: 'ann' }, 'there is no decision "toString"'],
    [{ decision: 'opt-out', by: ' ' }, 'somebody has to answer for it'],
    [{ decision: 'opt-out' }, 'somebody has to answer for it'],
    [{ decision: 'opt-out', by: 'a'.repeat(201) }, 'at most 200 characters'],
    [{ decision: 'opt-out', by: 'ann', note: 'n'.repeat(4_001) }, 'at most 4000 characters'],
  ])('not by what can’t be a decision: %j', async (given, problem) => {
    const { reviewId } = await underReview();

    const decided = pipeline.ledger.reviews.decide('acme', reviewId, given as never);

    await expect(decided).rejects.toMatchObject({ name: 'WrongChange', message: expect.stringContaining(problem) });
    expect(await reviewOf(reviewId)).toMatchObject({ state: 'open', turn: 0 });
  });

  test('late, it does not undo a START that came after the message, nor one that was sent before it', async () => {
    const [returned, left] = [newRecipient(), newRecipient()];
    await text(left, 'START');
    const reviews = [await underReview(returned), await underReview(left)];
    await text(returned, 'START');

    for (const { reviewId } of reviews) {
      await pipeline.ledger.reviews.decide('acme', reviewId, { decision: 'opt-out', by: 'ann' });
    }

    expect(await consentOf(returned)).toBeUndefined();
    expect(await consentOf(left)).toBeDefined();
  });
});

describe('Decided as an opt-in', () => {
  const COME_BACK = 'please start sending me messages again';
  const optIn = { decision: 'opt-in', by: 'ann' } as const;

  /** Somebody who has left texts what may be a wish to come back. */
  async function askedBack(recipient: string): Promise<Review> {
    const sid = newMessageSid();
    await text(recipient, COME_BACK, SENDER, sid);
    return reviewOf(eventIdOf('twilio', sid));
  }

  test('it opens what a START would open, proves it, and can be undone', async () => {
    const recipient = newRecipient();
    for (const sender of [SENDER, '+12025550101']) await text(recipient, 'STOP', sender);
    const before = [await consentOf(recipient), await consentOf(recipient, '+12025550101')];
    const review = await askedBack(recipient);

    const result = await pipeline.ledger.reviews.decide('acme', review.reviewId, optIn);

    expect(result).toMatchObject({ kind: 'done', review: { state: 'decided' } });
    const { optIn: heard } = await pipeline.ledger.consent.read({ account: 'acme', recipient });
    expect(heard).toEqual({ at: review.heardAt, eventId: `review#${review.reviewId}#1` });
    expect([await consentOf(recipient), await consentOf(recipient, '+12025550101')]).toEqual([undefined, undefined]);
    expect((await eventsOf(recipient)).at(-1)).toMatchObject({ verdict: 'act', intent: 'opt-in', by: 'ann' });
    await pipeline.ledger.reviews.undo('acme', review.reviewId, { by: 'bob' });
    expect([await consentOf(recipient), await consentOf(recipient, '+12025550101')]).toEqual(before);
  });

  test('it does not undo a STOP that came after the message', async () => {
    const recipient = newRecipient();
    await text(recipient, 'STOP');
    const { reviewId } = await askedBack(recipient);
    await text(recipient, 'STOP');

    await pipeline.ledger.reviews.decide('acme', reviewId, optIn);

    expect(await consentOf(recipient)).toBeDefined();
  });

  test('it counts from when the message was sent, as a START does', async () => {
    const recipient = newRecipient();
    await text(recipient, 'STOP');
    const sentAt = new Date(Date.now() - HOUR_MS).toISOString();
    const notification = {
      Type: 'Notification',
      TopicArn: pipeline.topics['two-way'],
      Message: JSON.stringify({
        originationNumber: recipient,
        destinationNumber: SENDER,
        messageBody: COME_BACK,
        inboundMessageId: recipient,
      }),
      Timestamp: sentAt,
    };
    await pipeline.inboundBatch([recordOf(notification)]);

    await pipeline.ledger.reviews.decide('acme', eventIdOf('aws', recipient), optIn);

    expect(await consentOf(recipient)).toBeDefined();
    expect((await eventsOf(recipient)).at(-1)).toMatchObject({ rule: 'review-opt-in', countsFrom: sentAt });
  });

  test('only a message can be that was heard as such', async () => {
    const { reviewId } = await underReview();

    expect(await pipeline.ledger.reviews.decide('acme', reviewId, optIn)).toMatchObject({
      kind: 'refused',
      review: { turn: 0, state: 'open' },
    });
  });

  test('where there is no room for it, it opens for good', async () => {
    const recipient = newRecipient();
    await text(recipient, 'STOP');
    const { reviewId } = await askedBack(recipient);
    jest.spyOn(pipeline.ledger.consent, 'applyReviewed').mockResolvedValueOnce(false);

    const result = await pipeline.ledger.reviews.decide('acme', reviewId, optIn);

    expect(result).toMatchObject({ kind: 'done', review: { lasting: true } });
    expect(await consentOf(recipient)).toBeUndefined();
    expect(await pipeline.ledger.reviews.undo('acme', reviewId, { by: 'ann' })).toMatchObject({ kind: 'refused' });
  });
});

describe('Undone', () => {
  const optOut = { decision: 'opt-out', by: 'ann' } as const;

  test('it is open again, in the list and with its deadline, and the people who did and undid it are kept', async () => {
    const { account, sender } = await newSender();
    const recipient = newRecipient();
    const review = await underReview(recipient, sender, account);
    const { reviews } = pipeline.ledger;
    await reviews.decide(account, review.reviewId, optOut);

    const result = await reviews.undo(account, review.reviewId, { by: 'bob', note: 'She meant the dog.' });

    expect(result).toMatchObject({
      kind: 'done',
      review: { state: 'open', turn: 2, change: { kind: 'undo', undoes: 'opt-out', by: 'bob' } },
    });
    expect(await consentOf(recipient, sender, account)).toBeUndefined();
    const list = await reviews.list(account);
    expect(list.reviews).toMatchObject([{ reviewId: review.reviewId, deadline: review.deadline }]);
    expect((await eventsOf(recipient, account)).map(({ by, rule }) => [by, rule])).toEqual([
      [undefined, review.rule],
      ['ann', 'review-opt-out'],
      ['bob', 'review-undo'],
    ]);
    expect(await reviews.undo(account, review.reviewId, { by: 'bob', note: 'She meant the dog.' })).toMatchObject({
      kind: 'done',
      review: { turn: 2 },
    });
  });

  test('it reopens nothing that somebody else closed: what was heard before, meanwhile and after stays', async () => {
    const [before, meanwhile, after, twice] = [newRecipient(), newRecipient(), newRecipient(), newRecipient()];
    const { reviews } = pipeline.ledger;
    await text(before, 'STOP');
    const expected = await consentOf(before);
    const all = [];
    for (const recipient of [before, meanwhile, after, twice]) all.push(await underReview(recipient));
    const second = await underReview(twice);
    for (const { reviewId } of [...all, second]) await reviews.decide('acme', reviewId, optOut);
    await text(meanwhile, 'STOP');
    for (const { reviewId } of all) await reviews.undo('acme', reviewId, { by: 'ann' });
    await text(after, 'STOP');

    expect(await consentOf(before)).toEqual(expected);
    expect(await consentOf(meanwhile)).toMatchObject({ eventId: expect.stringMatching(/^twilio#/) });
    expect(await consentOf(after)).toMatchObject({ eventId: expect.stringMatching(/^twilio#/) });
    expect(await consentOf(twice)).toMatchObject({ eventId: `review#${second.reviewId}#1` });
  });

  test('it takes back no START, and reopens no other sender', async () => {
    const recipient = newRecipient();
    await text(recipient, 'STOP', '+12025550101');
    const { reviewId } = await underReview(recipient);
    await pipeline.ledger.reviews.decide('acme', reviewId, optOut);

    await pipeline.ledger.reviews.undo('acme', reviewId, { by: 'ann' });

    expect(await consentOf(recipient)).toBeUndefined();
    expect(await consentOf(recipient, '+12025550101')).toBeDefined();
  });

  test('it can be decided again, and undone again', async () => {
    const recipient = newRecipient();
    const { reviewId } = await underReview(recipient);
    const { reviews } = pipeline.ledger;
    const seen: boolean[] = [];
    for (const step of ['opt-out', 'undo', 'opt-out', 'undo', 'no-opt-out', 'undo', 'opt-out'] as const) {
      const result =
        step === 'undo'
          ? await reviews.undo('acme', reviewId, { by: 'ann' })
          : await reviews.decide('acme', reviewId, { decision: step, by: 'ann' });
      expect(result.kind).toBe('done');
      seen.push((await consentOf(recipient)) !== undefined);
    }

    expect(seen).toEqual([true, false, true, false, false, false, true]);
    expect(await eventsOf(recipient)).toHaveLength(8);
  });

  test('somebody has to answer for it', async () => {
    const { reviewId } = await underReview();
    await pipeline.ledger.reviews.decide('acme', reviewId, optOut);

    await expect(pipeline.ledger.reviews.undo('acme', reviewId, { by: '' })).rejects.toThrow('answer for it');
  });

  test('what is open can’t be undone, and a turn that has passed can’t be decided', async () => {
    const { reviewId } = await underReview();
    const { reviews } = pipeline.ledger;

    expect(await reviews.undo('acme', reviewId, { by: 'ann' })).toMatchObject({ kind: 'refused', review: { turn: 0 } });
    expect(await reviews.decide('acme', reviewId, { ...optOut, turn: 0 })).toMatchObject({ kind: 'done' });
    expect(await reviews.undo('acme', reviewId, { by: 'bob', turn: 1 })).toMatchObject({ kind: 'done' });
    // Ann's call arrives a second time, after Bob has undone it.
    expect(await reviews.decide('acme', reviewId, { ...optOut, turn: 0 })).toMatchObject({
      kind: 'refused',
      review: { turn: 2, state: 'open' },
    });
  });
});

describe('Order does not matter', () => {
  const scope = fc.constantFrom(SENDER, 'group:news', '*');
  const at = fc.constantFrom('2026-11-23T12:00:00.000Z', '2026-11-23T13:00:00.000Z', '2026-11-23T14:00:00.000Z');
  const eventId = fc.constantFrom('a', 'b');
  const heard: fc.Arbitrary<ConsentChange> = fc.oneof(
    fc.record({ kind: fc.constant('opt-out' as const), scope, at, eventId }),
    fc.record({ kind: fc.constant('opt-in' as const), at, eventId }),
  );
  /** What the turns of one review say follows from the review and the turn. */
  const turn: fc.Arbitrary<{ reviewId: string; decided: Reviewed }> = fc
    .tuple(fc.constantFrom('twilio#one', 'twilio#other'), fc.integer({ min: 1, max: 4 }))
    .map(([reviewId, number]) => ({
      reviewId,
      decided: {
        turn: number,
        optsIn: number === 4 || undefined,
        at: reviewId === 'twilio#one' ? '2026-11-23T13:00:00.000Z' : '2026-11-23T12:00:00.000Z',
        eventId: `review#${reviewId}#${number}`,
        scopes: number % 2 ? [SENDER, 'group:news'] : [],
      },
    }));
  const changes = fc.array(fc.oneof(heard, turn), { maxLength: 8 });

  test('of what was heard, decided and undone, also when some of it is told twice', async () => {
    await fc.assert(
      fc.asyncProperty(
        changes.chain((list) =>
          fc
            .subarray(list)
            .chain((repeats) =>
              fc.tuple(
                fc.constant(list),
                fc.shuffledSubarray([...list, ...repeats], { minLength: list.length + repeats.length }),
              ),
            ),
        ),
        async ([list, mixed]) => {
          const ends = [];
          for (const order of [list, mixed]) {
            const of = { account: 'acme', recipient: newRecipient() };
            for (const change of order) {
              if ('kind' in change) await pipeline.ledger.consent.apply(of, change);
              else expect(await pipeline.ledger.consent.applyReviewed(of, change.reviewId, change.decided)).toBe(true);
            }
            ends.push(await pipeline.ledger.consent.read(of));
          }
          expect(ends[1]).toEqual(ends[0]);
        },
      ),
      { numRuns: 40 },
    );
  });

  test.each(['yesterday', { 'twilio#one': { turn: 1 } }])(
    'damaged reviews hold the recipient back: %j',
    async (reviewed) => {
      const recipient = newRecipient();
      await pipeline.table.put({ recipient: `acme#${recipient}`, entry: 'CONSENT', reviewed });

      await expect(consentOf(recipient)).rejects.toThrow('damaged');
    },
  );

  test('more reviews of one recipient than its consent has room for still close, but for good', async () => {
    const recipient = newRecipient();
    const of = { account: 'acme', recipient };
    const old = '2026-01-05T12:00:00.000Z';
    for (let number = 0; number < 100; number += 1) {
      await pipeline.ledger.consent.applyReviewed(of, `twilio#${number}`, {
        turn: 2,
        at: old,
        eventId: 'x',
        scopes: [],
      });
    }
    const { reviewId } = await underReview(recipient);

    const result = await pipeline.ledger.reviews.decide('acme', reviewId, { decision: 'opt-out', by: 'ann' });

    expect(result).toMatchObject({ kind: 'done', review: { lasting: true } });
    expect(await consentOf(recipient)).toMatchObject({ eventId: `review#${reviewId}#1` });
    expect(await pipeline.ledger.reviews.undo('acme', reviewId, { by: 'ann' })).toMatchObject({ kind: 'refused' });
    expect(await consentOf(recipient)).toBeDefined();
    // Those that have their place can still change.
    expect(
      await pipeline.ledger.consent.applyReviewed(of, 'twilio#7', { turn: 3, at: old, eventId: 'x', scopes: ['*'] }),
    ).toBe(true);
  });
});

describe('The deadline', () => {
  test('an undecided review is counted from two business days before it, until somebody decides', async () => {
    const { account, sender } = await newSender();
    const { reviewId, deadline } = await underReview(newRecipient(), sender, account);
    const warning = Date.parse(addBusinessDays(deadline, -2));
    const seen: (number | undefined)[] = [];

    for (const time of [warning - 60_000, warning + 1_000, Date.parse(deadline) + 24 * HOUR_MS]) {
      await lookAfterAt(new Date(time).toISOString());
      seen.push(counted.ReviewsDueSoon);
    }
    await pipeline.ledger.reviews.decide(account, reviewId, { decision: 'no-opt-out', by: 'ann' });
    await lookAfterAt(deadline);

    expect([...seen, counted.ReviewsDueSoon]).toEqual([0, 1, 1, 0]);
  });

  test('over, it makes an opt-out where the sender wants that, once, and not where it does not', async () => {
    const lapsing = await newSender({ undecidedReview: 'opt-out' });
    const lasting = await newSender();
    const recipient = newRecipient();
    const [lapsed, open] = [
      await underReview(recipient, lapsing.sender, lapsing.account),
      await underReview(recipient, lasting.sender, lasting.account),
    ];
    await lookAfterAt(addBusinessDays(lapsed.deadline, -1));
    const before = await consentOf(recipient, lapsing.sender, lapsing.account);

    const overdue = new Date(Date.parse(open.deadline) + 1_000).toISOString();
    await Promise.all([lookAfterAt(overdue), lookAfterAt(overdue)]);
    await lookAfterAt(overdue);

    expect(before).toBeUndefined();
    expect(await consentOf(recipient, lapsing.sender, lapsing.account)).toMatchObject({ since: lapsed.heardAt });
    expect(await consentOf(recipient, lasting.sender, lasting.account)).toBeUndefined();
    const events = await eventsOf(recipient, lapsing.account);
    expect(events).toHaveLength(2);
    expect(events[1]).toMatchObject({ rule: 'review-deadline', by: 'stopgate', about: lapsed.reviewId });
    expect(counted).toEqual({ ReviewsDueSoon: 1, ReviewsLapsed: 0 });
  });

  test('what lapsed can be undone, and is then for a person to decide', async () => {
    const { account, sender } = await newSender({ undecidedReview: 'opt-out' });
    const recipient = newRecipient();
    const { reviewId, deadline } = await underReview(recipient, sender, account);
    const overdue = new Date(Date.parse(deadline) + 1_000).toISOString();
    await lookAfterAt(overdue);

    await pipeline.ledger.reviews.undo(account, reviewId, { by: 'ann' });
    await lookAfterAt(overdue);

    expect(await consentOf(recipient, sender, account)).toBeUndefined();
    expect(counted).toEqual({ ReviewsDueSoon: 1, ReviewsLapsed: 0 });
  });

  test('what was undone before it lapses like the rest', async () => {
    const { account, sender } = await newSender({ undecidedReview: 'opt-out' });
    const recipient = newRecipient();
    const { reviewId, deadline } = await underReview(recipient, sender, account);
    await pipeline.ledger.reviews.decide(account, reviewId, { decision: 'no-opt-out', by: 'ann' });
    await pipeline.ledger.reviews.undo(account, reviewId, { by: 'ann' });

    await lookAfterAt(new Date(Date.parse(deadline) + 1_000).toISOString());

    expect(await consentOf(recipient, sender, account)).toBeDefined();
    expect(counted.ReviewsLapsed).toBe(1);
  });

  test('somebody who decides while it lapses wins or learns it', async () => {
    const { account, sender } = await newSender({ undecidedReview: 'opt-out' });
    const recipient = newRecipient();
    const { reviewId, deadline } = await underReview(recipient, sender, account);
    const ports = countingPorts();
    const { reviews } = pipeline.ledger;

    await lookAfterAt(new Date(Date.parse(deadline) + 1_000).toISOString(), {
      ...ports,
      reviews: {
        accounts: () => ports.reviews.accounts(),
        due: (...given) => ports.reviews.due(...given),
        settle: (...given) => ports.reviews.settle(...given),
        lapse: async (review) => {
          await reviews.decide(account, review.reviewId, { decision: 'no-opt-out', by: 'ann' });
          return ports.reviews.lapse(review);
        },
      },
    });

    expect(await reviewOf(reviewId, account)).toMatchObject({ turn: 1, change: { kind: 'no-opt-out', by: 'ann' } });
    expect(await consentOf(recipient, sender, account)).toBeUndefined();
    expect(counted).toEqual({ ReviewsDueSoon: 0, ReviewsLapsed: 0 });
  });

  test('is not for those who may want to come back', async () => {
    const { account, sender } = await newSender({ undecidedReview: 'opt-out' });
    const recipient = newRecipient();
    await text(recipient, 'please start sending me messages again', sender);
    const [review] = (await pipeline.ledger.reviews.list(account)).reviews;

    await lookAfterAt(new Date(Date.parse(review?.deadline ?? '') + 1_000).toISOString());

    expect(review).toMatchObject({ intent: 'opt-in' });
    expect(counted).toEqual({ ReviewsDueSoon: 0, ReviewsLapsed: 0 });
    expect(await consentOf(recipient, sender, account)).toBeUndefined();
  });
});

describe('Nothing is lost midway', () => {
  test.each(['the event', 'consent'])(
    'a decision whose effects end before %s is finished by the next call',
    async (end) => {
      const { account, sender } = await newSender();
      const recipient = newRecipient();
      const { reviewId } = await underReview(recipient, sender, account);
      const { events, consent } = pipeline.ledger;
      const keep = jest.spyOn(events, 'keep');
      const apply = jest.spyOn(consent, 'applyReviewed');
      const broken = end === 'consent' ? apply : keep;
      broken.mockRejectedValueOnce(new Error('no ledger'));
      const decision = pipeline.ledger.reviews.decide(account, reviewId, { decision: 'opt-out', by: 'ann' });
      await expect(decision).rejects.toThrow('no ledger');
      broken.mockRestore();
      expect(await consentOf(recipient, sender, account)).toBeUndefined();
      // A person who looks meanwhile is not asked to decide what is decided.
      expect((await pipeline.ledger.reviews.list(account)).reviews).toEqual([]);

      await lookAfterAt(pipeline.now);

      expect(await consentOf(recipient, sender, account)).toBeDefined();
      expect(await eventsOf(recipient, account)).toHaveLength(2);
      expect(await reviewOf(reviewId, account)).toMatchObject({ state: 'decided', unsettled: false });
    },
  );

  test('an undo finishes the decision first', async () => {
    const recipient = newRecipient();
    const { reviewId } = await underReview(recipient);
    jest.spyOn(pipeline.ledger.consent, 'applyReviewed').mockRejectedValueOnce(new Error('no ledger'));
    const { reviews } = pipeline.ledger;
    await expect(reviews.decide('acme', reviewId, { decision: 'opt-out', by: 'ann' })).rejects.toThrow();

    await reviews.undo('acme', reviewId, { by: 'ann' });

    expect(await consentOf(recipient)).toBeUndefined();
    expect(await eventsOf(recipient)).toHaveLength(3);
  });

  test('one review that can’t be looked after holds up no other, and the call fails', async () => {
    const { account, sender } = await newSender({ undecidedReview: 'opt-out' });
    const recipients = [newRecipient(), newRecipient(), newRecipient()];
    const reviews: Review[] = [];
    for (const recipient of recipients) reviews.push(await underReview(recipient, sender, account));
    const ports = countingPorts();
    const overdue = new Date(Date.parse(reviews[2]?.deadline ?? '') + 1_000).toISOString();

    const call = lookAfterAt(overdue, {
      ...ports,
      reviews: {
        accounts: () => ports.reviews.accounts(),
        due: (...given) => ports.reviews.due(...given),
        settle: (...given) => ports.reviews.settle(...given),
        lapse: async (review) => {
          if (review.recipient === recipients[0]) throw new Error('no ledger');
          return ports.reviews.lapse(review);
        },
      },
    });

    await expect(call).rejects.toThrow('1 reviews could not be looked after');
    expect(counted.ReviewsLapsed).toBe(2);
    await lookAfterAt(overdue);
    for (const recipient of recipients) expect(await consentOf(recipient, sender, account)).toBeDefined();
  });

  test('a call ends in time; the next one goes on', async () => {
    const { account, sender } = await newSender();
    // A few at once: a busy machine would put off some of a hundred, to the queue.
    for (let texted = 0; texted < 110; texted += 10) {
      const recipients = Array.from({ length: 10 }, newRecipient);
      await Promise.all(recipients.map((recipient) => text(recipient, DOUBTFUL, sender)));
    }
    const ports = countingPorts();
    const pages: number[] = [];
    const { watchDeadlines } = await import('../../functions/reviews/watch-deadlines.ts');
    pipeline.aheadMs = 30 * 24 * HOUR_MS;
    const only = { ...ports, reviews: { ...spied(ports.reviews, pages), accounts: async () => [account] } };

    await watchDeadlines(only, () => false);
    await watchDeadlines(only, () => true);

    expect(pages).toEqual([100, 100, 10]);
    expect(counted.ReviewsDueSoon).toBe(210);
  });
});

type Reviews = ReturnType<typeof countingPorts>['reviews'];

const spied = (reviews: Reviews, pages: number[]): Reviews => ({
  accounts: () => reviews.accounts(),
  settle: (...given) => reviews.settle(...given),
  lapse: (...given) => reviews.lapse(...given),
  async *due(...given) {
    for await (const page of reviews.due(...given)) {
      pages.push(page.length);
      yield page;
    }
  },
});
