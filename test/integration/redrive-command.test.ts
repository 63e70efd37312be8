import { runNode } from './run-node.ts';
import { eventually, newMessageId, newRecipient, RunningStopgate } from './running-stopgate.ts';

const ACME = '+12025550100';
const DEAD_LETTERS = 'stopgate-outbound-dead-letters';

let stopgate: RunningStopgate;

beforeAll(async () => {
  stopgate = await RunningStopgate.start({ STOPGATE_RETRY_BASE_MS: '1000' });
});

afterAll(() => stopgate?.stop());

/** `npm run redrive`, without npm. */
const redrive = (args: string[], environment: NodeJS.ProcessEnv = { STOPGATE_READY: JSON.stringify(stopgate.ready) }) =>
  runNode(['local/redrive.ts', ...args], environment);

const buried = (count: number) =>
  eventually(async () => (await stopgate.depthOf(DEAD_LETTERS)) === count || undefined, `${count} dead letters`);

const message = () => ({ messageId: newMessageId(), from: ACME, to: newRecipient(), body: 'Sale' });

test('says why they died, moves them, and sends nothing twice', async () => {
  const [sent, unsent] = [message(), message()];
  await stopgate.enqueue(sent);
  await stopgate.settled(sent.messageId, sent.to);
  expect(await redrive(['outbound'])).toEqual({ code: 0, out: 'No dead letters on outbound.\n', err: '' });
  // One was sent before it got there, one never was, and two can't be parsed.
  await stopgate.enqueueOn(DEAD_LETTERS, sent);
  await stopgate.enqueueOn(DEAD_LETTERS, unsent);
  await stopgate.enqueueBatch(['{', JSON.stringify({ ...message(), to: 17 })]);
  await buried(4);

  const listed = await redrive(['outbound', '--list']);
  expect(listed).toMatchObject({ code: 0, err: '' });
  expect(listed.out).toBe(
    [
      'Dead letters on outbound, and why:',
      '     2  the function ended before it could say',
      '     1  not JSON',
      '     1  missing or wrong: to',
      '',
    ].join('\n'),
  );
  await buried(4);

  const moved = await redrive(['outbound']);
  expect(moved).toMatchObject({ code: 0, err: '' });
  expect(moved.out).toBe(`${listed.out}Put back on outbound: 4\n`);
  expect(await stopgate.settled(unsent.messageId, unsent.to)).toMatchObject({ status: 'Sent' });
  await buried(2);
  expect(await stopgate.acceptedFor(unsent.to)).toHaveLength(1);
  expect(await stopgate.acceptedFor(sent.to)).toHaveLength(1);

  const { out } = await redrive(['outbound', '--json']);
  expect(JSON.parse(out)).toEqual({
    queue: 'outbound',
    moved: 2,
    failed: 0,
    reasons: { 'not JSON': 1, 'missing or wrong: to': 1 },
  });
});

test.each([
  [['replies'], /Name one queue/],
  [[], /Name one queue/],
  [['outbound', 'inbound'], /Name one queue/],
  [['outbound', '--everything'], /--everything/],
])('a wrong call, %j, gets the help', async (args, words) => {
  const wrong = await redrive(args);
  const help = await redrive(['--help']);
  expect(wrong).toMatchObject({ code: 2, err: expect.stringMatching(words) });
  expect(wrong.err).toContain(help.out);
});

test('a run that is not there is said in words', async () => {
  const { code, err } = await redrive(['outbound'], { PORT: '9', STOPGATE_READY: '' });
  expect({ code, err }).toEqual({ code: 2, err: expect.stringMatching(/Nothing answers at .*npm start/) });
});
