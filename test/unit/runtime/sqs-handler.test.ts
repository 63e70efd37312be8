import { jest } from '@jest/globals';
import type { Context, SQSEvent, SQSRecord } from 'aws-lambda';
import { createLogger } from '../../../shared/runtime/logging.ts';
import { countingWith, createMetrics } from '../../../shared/runtime/metrics.ts';
import { ComeBackLater, sqsHandler } from '../../../shared/runtime/sqs-handler.ts';

const CONTEXT = { functionName: 'outbound', awsRequestId: 'request-1' } as Context;
const BODY = '{"to":"+12025550170","body":"a private matter"}';
const event = (...messageIds: string[]) => eventOf(messageIds, 1);
const eventOf = (messageIds: readonly string[], receives: number) =>
  ({
    Records: messageIds.map((messageId) => ({
      messageId,
      body: BODY,
      receiptHandle: BODY,
      attributes: { ApproximateReceiveCount: String(receives) },
    })),
  }) as SQSEvent;
const MAX_RECEIVES = 30;

/** All that a function writes while it runs: logs and metrics go to these two streams. */
async function writtenWhile(action: () => Promise<unknown>): Promise<string> {
  const written: string[] = [];
  const spies = [process.stdout, process.stderr].map((stream) =>
    jest.spyOn(stream, 'write').mockImplementation((piece) => {
      written.push(String(piece));
      return true;
    }),
  );
  try {
    await action();
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
  return written.join('');
}

const ports = (bury: (record: SQSRecord, why: string) => Promise<void> = () => Promise.reject(new Error(BODY))) => ({
  deadLetters: { bury },
  maxReceives: MAX_RECEIVES,
  logger: createLogger('outbound'),
  metrics: createMetrics('outbound'),
});
const create = (handle: (messageId: string) => Promise<unknown>, around = ports()) =>
  sqsHandler((batch) => Promise.allSettled(batch.Records.map(({ messageId }) => handle(messageId))), around);
const failing = (...bad: string[]) =>
  create(async (messageId) => {
    if (bad.includes(messageId)) throw Object.assign(new Error(BODY), { code: 'ECONNRESET', record: BODY });
  });

describe('a batch of queue messages', () => {
  test.each<[string, string[], string[]]>([
    ['all are done', ['a', 'b', 'c'], []],
    ['one fails', ['a', 'b', 'c'], ['b']],
    ['all fail', ['a', 'b', 'c'], ['a', 'b', 'c']],
    ['there are none', [], []],
    ['two have the same body', ['a', 'b'], ['b']],
  ])('gives back those that failed and no other: %s', async (_, all, bad) => {
    let response: unknown;
    await writtenWhile(async () => {
      response = await failing(...bad)(event(...all), CONTEXT);
    });
    expect(response).toEqual({ batchItemFailures: bad.map((itemIdentifier) => ({ itemIdentifier })) });
  });

  it('comes back whole when the function itself fails', async () => {
    const broken = sqsHandler(() => Promise.reject(new Error(BODY)), ports());
    let response: unknown;
    const written = await writtenWhile(async () => {
      response = await broken(event('a', 'b'), CONTEXT);
    });
    expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: 'a' }, { itemIdentifier: 'b' }] });
    expect(written).not.toMatch(/2025550170|private/);
  });

  it('is logged by what failed and where, and never by what was in it', async () => {
    const written = await writtenWhile(() => failing('b')(event('a', 'b'), CONTEXT));

    const lines = written.trim().split('\n');
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      level: 'ERROR',
      message: 'A queue message failed',
      error: { name: 'Error', code: 'ECONNRESET' },
      function_request_id: 'request-1',
    });
    expect(written).not.toMatch(/2025550170|private/);
  });

  it('gives back a message that is to come back later without a word, since that is no fault', async () => {
    let response: unknown;
    const written = await writtenWhile(async () => {
      const handler = create(async (messageId) => {
        if (messageId === 'b') throw new ComeBackLater();
      });
      response = await handler(event('a', 'b'), CONTEXT);
    });
    expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: 'b' }] });
    expect(written).toBe('');
  });

  describe('that failed at its last receive', () => {
    const reset = Object.assign(new Error(BODY), { code: 'ECONNRESET' });

    test.each<[string, Error, string]>([
      ['a code', reset, 'received 30 times, at last: ECONNRESET'],
      ['a name', new RangeError(BODY), 'received 30 times, at last: RangeError'],
      ['being put back', new ComeBackLater(), 'received 30 times, at last: ComeBackLater'],
      ['what it was put back for', new ComeBackLater('quiet hours'), 'received 30 times, at last: quiet hours'],
    ])('is a dead letter that says why, by %s, and is done', async (_, error, why) => {
      const buried: string[][] = [];
      const around = ports(async ({ messageId }, reason) => void buried.push([messageId, reason]));
      const handler = create((messageId) => (messageId === 'b' ? Promise.reject(error) : Promise.resolve()), around);
      let responses: unknown[] = [];
      const written = await writtenWhile(async () => {
        responses = [
          await handler(eventOf(['a', 'b'], MAX_RECEIVES - 1), CONTEXT),
          await handler(eventOf(['a', 'b'], MAX_RECEIVES), CONTEXT),
        ];
      });
      expect(responses).toEqual([{ batchItemFailures: [{ itemIdentifier: 'b' }] }, { batchItemFailures: [] }]);
      expect(buried).toEqual([['b', why]]);
      expect(written).toContain('A queue message is given up');
      expect(written).not.toMatch(/2025550170|private/);
    });

    it('is left to SQS where even that fails', async () => {
      let response: unknown;
      await writtenWhile(async () => {
        response = await create(() => Promise.reject(reset))(eventOf(['a'], MAX_RECEIVES), CONTEXT);
      });
      expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: 'a' }] });
    });
  });

  it('writes what was counted once it is done, and nothing when nothing was', async () => {
    const metrics = createMetrics('outbound');
    const count = countingWith(metrics);
    const counting = (times: number) =>
      sqsHandler(
        async () => {
          if (times > 0) count('MessagesSent', times);
          return [];
        },
        { ...ports(), metrics },
      );

    expect(await writtenWhile(() => counting(0)(event(), CONTEXT))).toBe('');
    const written = await writtenWhile(() => counting(3)(event(), CONTEXT));
    const metricsLine = written.split('\n').find((line) => line.startsWith('{')) ?? '';
    expect(JSON.parse(metricsLine)).toMatchObject({ service: 'outbound', MessagesSent: 3 });
  });
});
