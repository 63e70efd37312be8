import { sendingByRest } from '../../shared/carriers/rest.ts';
import { EmbeddedPipeline } from './embedded-pipeline.ts';
import { api as toyApi } from './toy/api.ts';

const SENDER = '+12025550120';
const ALONE = '+12025550121';

let pipeline: EmbeddedPipeline;
let ports: ReturnType<typeof outboundPorts>;

/** Twilio as ever, and beside it a second carrier at another address. */
function outboundPorts() {
  const usual = pipeline.outboundPorts();
  const options = { carrier: 'toy', apiUrl: pipeline.carrierUrl, publicUrl: '', timeoutMs: 1_000, clock: Date.now };
  const toy = sendingByRest(toyApi, { ...options, secret: async () => ({ key: 'toy-key' }) });
  return { ...usual, sendingBy: async (carrier: string) => (carrier === 'toy' ? toy : usual.sendingBy(carrier)) };
}

beforeAll(async () => {
  pipeline = await EmbeddedPipeline.start();
  await pipeline.ledger.senders.register({ sender: SENDER, account: 'acme', carrier: 'twilio', secondCarrier: 'toy' });
  await pipeline.ledger.senders.register({ sender: ALONE, account: 'acme', carrier: 'twilio' });
});

beforeEach(() => {
  ports = outboundPorts();
  pipeline.sent.length = 0;
});

afterAll(() => pipeline?.stop());

let numbers = 0;
const newRecipient = () => `+1202555${String(2_000 + numbers++)}`;
const ref = (to: string, messageId: string) => ({ kind: 'message', account: 'acme', to, messageId }) as const;

/** Hands the message over, again and again, as the queue would. */
async function attempts(from: string, count: number, status?: number) {
  const to = newRecipient();
  const messageId = crypto.randomUUID();
  const record = await pipeline.enqueued({ messageId, from, to, body: 'Hello' });
  for (let attempt = 1; attempt <= count; attempt += 1) {
    if (status !== undefined && attempt === 1) pipeline.nextStatus = status;
    const attributes = { ...record.attributes, ApproximateReceiveCount: String(attempt) };
    await pipeline.outbound([{ ...record, attributes }], ports);
  }
  return pipeline.ledger.messages.find(ref(to, messageId));
}

const wasToy = (sent: object | undefined) => sent !== undefined && 'echo' in sent;

describe('a second carrier', () => {
  test('takes over what the first has certainly not sent, and the ledger says by whom it left', async () => {
    const message = await attempts(SENDER, 2, 503);

    expect(message).toMatchObject({ status: 'Sent', carrier: 'toy', attempt: 2 });
    expect(pipeline.sent.map(wasToy)).toEqual([false, true]);
  });

  test('does not take over what the first may have sent', async () => {
    const message = await attempts(SENDER, 3, 504);

    expect(message).toMatchObject({ status: 'Unknown', carrier: 'twilio' });
    expect(pipeline.sent).toHaveLength(1);
  });

  test('sends everything while the first is left alone', async () => {
    for (let failures = 0; failures < 10; failures += 1) await attempts(ALONE, 1, 504);

    expect(await attempts(SENDER, 1)).toMatchObject({ status: 'Sent', carrier: 'toy' });
  });
});

test('while its only carrier is left alone a message waits, and that is no attempt', async () => {
  for (let failures = 0; failures < 10; failures += 1) await attempts(ALONE, 1, 504);
  pipeline.sent.length = 0;

  const message = await attempts(ALONE, 3);

  expect(message).toMatchObject({ status: 'Queued', attempt: 1, detail: 'its carrier is left alone' });
  expect(pipeline.sent).toEqual([]);
});
