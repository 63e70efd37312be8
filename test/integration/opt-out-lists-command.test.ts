import { runNode } from './run-node.ts';
import { eventually, newRecipient, RunningStopgate } from './running-stopgate.ts';

const AWS = '+12025550102';

let stopgate: RunningStopgate;

beforeAll(async () => {
  stopgate = await RunningStopgate.start();
});

afterAll(() => stopgate?.stop());

const READY = () => ({ STOPGATE_READY: JSON.stringify(stopgate.ready) });

/** `npm run opt-out-lists`, without npm. */
const command = (args: string[], environment: NodeJS.ProcessEnv = READY()) =>
  runNode(['local/opt-out-lists.ts', ...args], environment);

const fill = (carrier: string, numbers: object[]) => stopgate.simulator('PUT', '/opt-out-lists', { carrier, numbers });

const text = (from: string, to: string, body: string) => stopgate.simulator('POST', '/replies', { from, to, body });

async function listed(carrier: string): Promise<string[]> {
  const answer = await fetch(`${stopgate.ready.http}/simulator/opt-out-lists`);
  const lists = (await answer.json()) as { carrier: string; numbers: { number: string }[] }[];
  return lists.find((list) => list.carrier === carrier)?.numbers.map(({ number }) => number) ?? [];
}

test('does what is done in AWS every six hours, against a running start, and prints it', async () => {
  const [onList, left] = [newRecipient(), newRecipient()];
  await fill('aws', [{ number: onList }]);
  await text(left, AWS, 'STOP');
  await eventually(async () => (await stopgate.consent(left, AWS)) === 'opted-out' || undefined, 'the opt-out');

  const { code, out, err } = await command([]);

  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toMatch(/aws Default: 1 numbers \(1 opted out, /);
  expect(out).toMatch(/aws Default: 1 of ours put on it/);
  expect(out).not.toMatch(/\+1\d{10}/);
  expect(await stopgate.consent(onList, AWS)).toBe('opted-out');
  expect((await listed('aws')).sort()).toEqual([onList, left].sort());
});

test('shows who came back and is still blocked by the carrier, in the API too', async () => {
  const recipient = newRecipient();
  await fill('aws', [{ number: recipient, locked: true }]);
  await command([]);
  await text(recipient, AWS, 'START');
  await eventually(async () => (await stopgate.consent(recipient, AWS)) === 'opted-in' || undefined, 'the opt-in');

  const { code, out } = await command(['--json']);

  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ swept: [{ carrier: 'aws', numbers: { blocked: 1 } }, {}, {}], failures: [] });
  const { senders } = await stopgate.recipient(recipient);
  const blocking = senders.filter((sender) => 'blockedBy' in sender);
  expect(blocking).toEqual([
    expect.objectContaining({
      sender: AWS,
      consent: 'opted-in',
      blockedBy: [
        expect.objectContaining({ carrier: 'aws', list: 'Default', detail: 'PHONE_NUMBER_CANNOT_BE_OPTED_IN' }),
      ],
    }),
  ]);
  await fill('aws', []);
});

test('names the carrier that is down, does the others, and exits with 1', async () => {
  const recipient = newRecipient();
  await fill('sns', [{ number: recipient }]);
  await stopgate.simulator('PUT', '/carriers/aws', { error: 'InternalServerException' });

  const { code, out, err } = await command([]);

  await stopgate.simulator('PUT', '/carriers/aws', { error: null });
  expect(code).toBe(1);
  expect(err).toMatch(/aws: NOT DONE \(InternalServerException\); run it again/);
  expect(out).toMatch(/sns opted-out: 1 numbers \(1 opted out/);
  expect(await stopgate.consent(recipient, '+12025550103')).toBe('opted-out');
});

test.each([
  ['a run that is not there', { PORT: '9', STOPGATE_READY: '' }, /Nothing answers at .*npm start/],
  ['a port that nobody knows', { PORT: '0', STOPGATE_READY: '' }, /STOPGATE_READY/],
  ['a line that is none', { STOPGATE_READY: 'ready' }, /STOPGATE_READY is not the last line/],
  ['a wrong port', { PORT: 'eighty', STOPGATE_READY: '' }, /PORT is wrong/],
])('%s is said in words, with exit code 2', async (_, environment, words) => {
  const { code, err } = await command([], environment);
  expect(code).toBe(2);
  expect(err).toMatch(words);
  expect(err).not.toContain('    at ');
});

test('a wrong option gets the help, which can also be asked for', async () => {
  const wrong = await command(['--everything']);
  const help = await command(['--help']);
  expect(wrong.code).toBe(2);
  expect(help.code).toBe(0);
  expect(wrong.err).toContain(help.out);
});
