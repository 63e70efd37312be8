import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually, newMessageId, newRecipient, RunningStopgate } from './running-stopgate.ts';

const SENDER = '+12025550100';
/** In the middle of things: some texts and messages are acknowledged, others are under way. */
const KILL_AFTER = 60;

let folder: string;
let stopgate: RunningStopgate | undefined;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stopgate-killed-'));
});

afterAll(async () => {
  await stopgate?.stop();
  await rm(folder, { recursive: true, force: true });
});

test('a local run that is killed has, when it starts again, all that it had acknowledged', async () => {
  const killed = await RunningStopgate.start({ STOPGATE_DATA_DIR: folder });
  const stopped: { recipient: string; eventId: string }[] = [];
  const queued: { messageId: string; to: string }[] = [];
  const acknowledged = () => stopped.length + queued.length;
  const client = async () => {
    while (acknowledged() < KILL_AFTER) {
      const recipient = newRecipient();
      const { status, eventId } = await killed.text(recipient, SENDER, 'STOP');
      if (status === 200) stopped.push({ recipient, eventId });
      const message = { messageId: newMessageId(), from: SENDER, to: newRecipient(), body: 'Sale ends tonight' };
      await killed.enqueue(message);
      queued.push(message);
    }
  };
  // Whoever was cut off was not told that anything was stored.
  const clients = Promise.allSettled(Array.from({ length: 6 }, client));
  await eventually(async () => (acknowledged() >= KILL_AFTER ? true : undefined), 'texts to be acknowledged', 30_000);
  await killed.stop('SIGKILL');
  await clients;

  stopgate = await RunningStopgate.start({ STOPGATE_DATA_DIR: folder });
  const again = stopgate;

  for (const { recipient, eventId } of stopped) {
    const { senders } = await again.recipient(recipient);
    expect(senders.find(({ sender }) => sender === SENDER)).toMatchObject({ consent: 'opted-out', eventId });
  }
  // What had been received and not claimed yet is still on the queue, which hides it for a while.
  await eventually(async () => {
    const found = await Promise.all(queued.map(({ messageId, to }) => again.message(messageId, to)));
    const notBegun = found.filter((message) => message === undefined).length;
    const onTheQueue = await again.depthOf('stopgate-outbound');
    return notBegun <= onTheQueue && notBegun < queued.length ? true : undefined;
  }, 'every message to be known, or still on the queue');
}, 120_000);
