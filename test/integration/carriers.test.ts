import { DEMO_SENDERS } from '../../local/demo-senders.ts';
import { REST_CARRIER_NAMES } from '../../shared/carriers/registry.ts';
import { eventually, newMessageId, newRecipient, RunningStopgate } from './running-stopgate.ts';

let stopgate: RunningStopgate;

beforeAll(async () => {
  stopgate = await RunningStopgate.start();
});

afterAll(async () => {
  await stopgate?.stop();
});

const byCarrier = [...REST_CARRIER_NAMES, 'aws'].map((carrier) => ({
  carrier,
  sender: DEMO_SENDERS.find((sender) => sender.carrier === carrier)?.sender ?? '',
}));

const simulator = (path: string, method: string, body: object) =>
  fetch(`${stopgate.ready.http}/simulator${path}`, { method, body: JSON.stringify(body) });

const textTo = (to: string, from: string, body: string, messageId?: string) =>
  simulator('/replies', 'POST', { from, to, body, messageId });

const behave = async (carrier: string, behaviour: object) => {
  expect((await simulator(`/carriers/${carrier}`, 'PUT', behaviour)).status).toBe(200);
};

async function send(from: string, to: string, statuses = ['Sent', 'Failed']) {
  const messageId = newMessageId();
  await stopgate.enqueue({ messageId, from, to, body: 'Sale ends tonight' });
  return stopgate.settled(messageId, to, statuses);
}

const consentOf = async (recipient: string, sender: string) =>
  (await stopgate.recipient(recipient)).senders.find((one) => one.sender === sender)?.consent;

describe.each(byCarrier)('$carrier, through the whole pipeline', ({ carrier, sender }) => {
  test('takes a message, and its receipt is heard', async () => {
    const recipient = newRecipient();
    await behave(carrier, { receipts: true });

    const message = await send(sender, recipient, ['Delivered']);

    await behave(carrier, { receipts: false });
    expect(message.status).toBe('Delivered');
    const accepted = await stopgate.acceptedFor(recipient);
    expect(accepted).toEqual([expect.objectContaining({ carrier, from: sender, body: 'Sale ends tonight' })]);
    expect(accepted[0]?.carrierMessageId).toBe(message.carrierMessageId);
  });

  test('brings a STOP, which is heeded and answered once, however often it comes', async () => {
    const recipient = newRecipient();

    for (let times = 0; times < 3; times += 1) {
      const answer = await textTo(sender, recipient, 'Stop.', 'same-text-1');
      expect(answer.status).toBe(200);
      expect([200, null]).toContain(((await answer.json()) as { webhookStatus: number | null }).webhookStatus);
    }

    await eventually(async () => (await consentOf(recipient, sender)) === 'opted-out' || undefined, 'the opt-out');
    expect(await send(sender, recipient)).toMatchObject({ status: 'Failed', reason: 'OptedOut' });
    const accepted = await eventually(async () => {
      const all = await stopgate.acceptedFor(recipient);
      return all.length > 0 ? all : undefined;
    }, 'the answer');
    expect(accepted).toEqual([
      expect.objectContaining({ carrier, from: sender, body: expect.stringMatching(/unsubscribed/) }),
    ]);
    const { timeline } = await stopgate.recipient(recipient);
    expect(timeline.filter(({ text }) => text === 'Stop.')).toHaveLength(1);
  });

  test('brings a START after it, and messages go out again', async () => {
    const recipient = newRecipient();
    await textTo(sender, recipient, 'STOP');
    await eventually(async () => (await consentOf(recipient, sender)) === 'opted-out' || undefined, 'the opt-out');

    await textTo(sender, recipient, 'START');

    await eventually(async () => (await consentOf(recipient, sender)) === 'opted-in' || undefined, 'the opt-in');
    expect(await send(sender, recipient)).toMatchObject({ status: 'Sent' });
  });

  test('knows of an opt-out before we do, and the ledger follows', async () => {
    const recipient = newRecipient();
    const board = (await (await fetch(`${stopgate.ready.http}/simulator/carriers`)).json()) as {
      carrier: string;
      abilities: { optedOutError: string | null };
    }[];
    const error = board.find((one) => one.carrier === carrier)?.abilities.optedOutError ?? null;
    if (error === null) return;
    await behave(carrier, { error });

    const refused = await send(sender, recipient);

    await behave(carrier, { error: null });
    expect(refused).toMatchObject({ status: 'Failed', reason: 'OptedOut' });
    expect(await consentOf(recipient, sender)).toBe('opted-out');
    expect(await send(sender, recipient)).toMatchObject({ status: 'Failed', reason: 'OptedOut' });
  });

  test('takes a message and drops its answer: the message is unknown, and is not sent again', async () => {
    const recipient = newRecipient();
    await behave(carrier, { dropAnswer: true });

    const message = await send(sender, recipient, ['Unknown']);

    await behave(carrier, { dropAnswer: false });
    expect(message.status).toBe('Unknown');
    expect(await stopgate.acceptedFor(recipient)).toHaveLength(1);
  });
});

test('each webhook refuses what nobody has signed, and leaves no trace of it', async () => {
  for (const carrier of REST_CARRIER_NAMES) {
    const response = await fetch(`${stopgate.ready.http}/webhooks/${carrier}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ from: '+12025550170', text: 'STOP' }),
    });
    // 503 where the carrier itself may leave a call unsigned by a fault of its own, so that it comes again.
    expect([401, 403, 503]).toContain(response.status);
  }
});
