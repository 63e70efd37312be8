import {
  billOf,
  byCarrier,
  type Journey,
  mostASecondOfOneSender,
  mostRatedASecond,
  queuedAtOnce,
  slowestOf,
  withDefaultQuotas,
  withFunctions,
} from '../../../bench/growth/arithmetic.ts';

const MILLION = 1_000_000;
const NOTHING: Journey = {
  calls: 0,
  readUnits: 0,
  writeUnits: 0,
  sqsRequests: 0,
  functionRuns: 0,
  storedBytes: 0,
  loggedBytes: 0,
};
const journey = (of: Partial<Journey>): Journey => ({ ...NOTHING, ...of });

describe('the bill of a million messages', () => {
  const bill = (of: Partial<Journey>) => billOf(journey(of), MILLION, 0.25, 0.5);

  test.each([
    ['a read unit each', { readUnits: 1 }, { dynamoDb: 0.125, total: 0.125 }],
    ['two write units each', { writeUnits: 2 }, { dynamoDb: 1.25, total: 1.25 }],
    ['three requests to SQS for ten', { sqsRequests: 0.3 }, { sqs: 0.12, total: 0.12 }],
    ['a kilobyte logged each', { loggedBytes: 1_000 }, { logs: 0.5, total: 0.5 }],
    ['half a kilobyte stored each', { storedBytes: 500 }, { storageAMonth: 0.125, total: 0 }],
  ])('with %s', (_, of, expected) => {
    const got = bill(of);
    for (const [part, dollars] of Object.entries(expected)) expect(got[part as keyof typeof got]).toBeCloseTo(dollars);
  });

  test('has a function for a quarter of a second for each ten, and its request', () => {
    expect(bill({ functionRuns: 0.1 }).lambda).toBeCloseTo(0.02 + 100_000 * 0.25 * 0.5 * 0.0000133334);
  });
});

describe('a campaign of a sender with 100 a second that is queued at once', () => {
  const journeys = {
    near: journey({ writeUnits: 2 }),
    onQueue: journey({ writeUnits: 4 }),
    inWaitingRoom: journey({ writeUnits: 8 }),
  };
  const writes = (messages: number) => queuedAtOnce(journeys, messages, 100).writeUnits * messages;

  test.each([
    ['is near as a whole where it is small', 20, 20 * 2],
    ['waits on the queue for its next minutes', 30_000, 20 * 2 + 29_980 * 4],
    ['waits in the waiting room for all that is later', 100_000, 20 * 2 + 29_980 * 4 + 70_000 * 8],
  ])('%s', (_, messages, expected) => {
    expect(writes(messages)).toBeCloseTo(expected);
  });
});

describe('the time of a campaign on AWS', () => {
  test('with ten functions at once is a second for 400', () => {
    expect(withFunctions(MILLION, 10, 0.25)).toEqual({ seconds: 2_500, by: '10 functions' });
  });

  test('is held by the scaling up of the event source while the campaign is small', () => {
    // 5 functions, and 5 more each second, with 40 messages a second each.
    const { seconds, by } = withDefaultQuotas(800, 2, 0.25);
    expect(by).toBe('scaling up');
    expect(40 * (5 * seconds + 2.5 * seconds ** 2)).toBeCloseTo(800);
  });

  test('is held by the writes of the table when it is large', () => {
    const { seconds, by } = withDefaultQuotas(100 * MILLION, 2, 0.25);
    expect(by).toBe('table writes');
    // 20,000 a second, after 99 seconds of scaling up from next to nothing, which did half as much.
    expect(seconds).toBeCloseTo(5_000 + 99 / 2 - 0.5, 0);
  });

  test('is held by concurrency where functions are slow', () => {
    expect(withDefaultQuotas(100 * MILLION, 2, 2).by).toBe('concurrency');
  });

  test('has no jump where the scaling up ends', () => {
    const times = [900_000, 980_000, 990_000, 1_000_000, 1_010_000].map(
      (messages) => withDefaultQuotas(messages, 2, 0.25).seconds,
    );
    expect(times).toEqual([...times].sort((one, other) => one - other));
    expect(times[3] as number).toBeCloseTo((times[2] as number) + 0.5, 1);
  });
});

describe('the time of a campaign at a carrier', () => {
  const DAY = 13 * 3_600;

  test.each([
    [{ name: 'short code', messagesASecond: 100 }, 10_000, 100],
    [{ name: 'short code', messagesASecond: 100 }, DAY * 100, DAY],
    [{ name: 'short code', messagesASecond: 100 }, DAY * 100 + 100, 86_400 + 1],
    [{ name: 'capped', messagesASecond: 1, messagesADay: 6_000 }, 6_000, 6_000],
    [{ name: 'capped', messagesASecond: 1, messagesADay: 6_000 }, 12_001, 2 * 86_400 + 1],
  ])('%j, %i messages: %i s', (limit, messages, seconds) => {
    expect(byCarrier(messages, limit)).toEqual({ seconds, by: limit.name });
  });
});

test('what binds is what takes longest', () => {
  expect(
    slowestOf([
      { seconds: 1, by: 'AWS' },
      { seconds: 2, by: 'carrier' },
    ]).by,
  ).toBe('carrier');
});

test('the limits of what waits and of one sender', () => {
  // 120,000 hidden at most, five minutes each; 1,000 writes of one item a second, one for ten messages.
  expect([mostRatedASecond(), mostASecondOfOneSender()]).toEqual([400, 10_000]);
});
