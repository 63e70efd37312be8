import { createHmac } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { REST_CARRIER_NAMES } from '../../shared/carriers/registry.ts';
import { sendingByRest } from '../../shared/carriers/rest.ts';
import { EmbeddedPipeline } from './embedded-pipeline.ts';
import { api } from './toy/api.ts';
import { webhook } from './toy/webhook.ts';

const SENDER = 'TOY';
const SECRET = { key: 'toy-key' };

let pipeline: EmbeddedPipeline;

beforeAll(async () => {
  pipeline = await EmbeddedPipeline.start();
  await pipeline.ledger.senders.register({ sender: SENDER, account: 'acme', carrier: 'toy' });
});

afterAll(() => pipeline?.stop());

const inboundPorts = () => ({
  ...pipeline.inboundPorts(),
  webhookOf: async (carrier: string) => (carrier === 'toy' ? webhook : undefined),
  secrets: { get: async () => SECRET },
});

const outboundPorts = () => {
  const options = { carrier: 'toy', apiUrl: pipeline.carrierUrl, publicUrl: '', timeoutMs: 1_000, clock: Date.now };
  const toy = sendingByRest(api, { ...options, secret: async () => SECRET });
  return { ...pipeline.outboundPorts(), sendingBy: async (carrier: string) => (carrier === 'toy' ? toy : undefined) };
};

function calls(message: object, { key = SECRET.key, nonce = crypto.randomUUID() as string } = {}) {
  const body = JSON.stringify(message);
  const signature = createHmac('sha256', key).update(body).digest('hex');
  return pipeline.call('toy', { 'x-toy-signature': signature, 'x-toy-nonce': nonce }, body, inboundPorts());
}

const send = async (messageId: string, to: string) => {
  const record = await pipeline.enqueued({ messageId, from: SENDER, to, body: 'Toys are half price' });
  await pipeline.outbound([record], outboundPorts());
  return pipeline.ledger.messages.find({ kind: 'message', account: 'acme', to, messageId });
};

describe('a carrier that is not in the registry but put beside it', () => {
  test('has its STOP heard and heeded', async () => {
    const recipient = '+12025550180';
    expect(await send('toy-1', recipient)).toMatchObject({ status: 'Sent' });

    const answer = await calls({ id: 't1', recipient, sender: SENDER, text: 'Stop' });

    expect(answer).toMatchObject({ statusCode: 200, body: 'toy heard' });
    expect(await send('toy-2', recipient)).toMatchObject({ status: 'Failed', reason: 'OptedOut' });
  });

  test('has its receipts heard, for the message that they are about', async () => {
    const recipient = '+12025550181';
    const message = await send('toy-3', recipient);
    const echo = new URLSearchParams(String(pipeline.sent.at(-1)?.echo)).toString();

    await calls({ id: message?.carrierMessageId, recipient, sender: SENDER, echo });

    const ref = { kind: 'message', account: 'acme', to: recipient, messageId: 'toy-3' } as const;
    expect(await pipeline.ledger.messages.find(ref)).toMatchObject({ status: 'Delivered' });
  });

  test('settles no message by the receipt of another', async () => {
    const recipient = '+12025550182';
    await send('toy-4', recipient);
    const echo = new URLSearchParams(String(pipeline.sent.at(-1)?.echo)).toString();

    await calls({ id: 'of-another-message', recipient, sender: SENDER, echo });

    const ref = { kind: 'message', account: 'acme', to: recipient, messageId: 'toy-4' } as const;
    expect(await pipeline.ledger.messages.find(ref)).toMatchObject({ status: 'Sent' });
  });

  test('is believed by its own key only', async () => {
    const forged = await calls({ id: 't2', recipient: '+12025550183', sender: SENDER, text: 'STOP' }, { key: 'other' });
    expect(forged.statusCode).toBe(403);
  });

  test('may use a nonce again for the same body, when it tries again, and for no other', async () => {
    const recipient = '+12025550184';
    const text = { id: 't3', recipient, sender: SENDER, text: 'hello' };
    const nonce = 'seen-by-somebody';

    expect((await calls(text, { nonce })).statusCode).toBe(200);
    expect((await calls(text, { nonce })).statusCode).toBe(200);
    expect((await calls({ ...text, id: 't4', text: 'START' }, { nonce })).statusCode).toBe(403);
    expect(await pipeline.ledger.consent.read({ account: 'acme', recipient })).toMatchObject({ optOuts: {} });
  });

  test('closes the whole account where its own opt-out goes that far', async () => {
    const recipient = '+12025550185';
    pipeline.nextStatus = 451;

    expect(await send('toy-5', recipient)).toMatchObject({ status: 'Failed', reason: 'OptedOut' });

    const { optOuts } = await pipeline.ledger.consent.read({ account: 'acme', recipient });
    expect(Object.keys(optOuts).sort()).toEqual(['*', SENDER]);
  });
});

test('nothing but its folder and the registry names a carrier', () => {
  // Twilio is the default of the local run, which the contract says.
  const names = REST_CARRIER_NAMES.filter((name) => name !== 'twilio');
  const files = ['functions', 'shared', 'infra', 'local', 'console', 'bench', 'tools'].flatMap((folder) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
      .map(({ parentPath, name }) => `${parentPath}/${name}`),
  );
  for (const file of files) {
    if (file === 'shared/carriers/registry.ts') continue;
    const code = readFileSync(file, 'utf8');
    for (const name of names) {
      // As a name of its own, in quotes: the words that people text and the sources of rules may hold a company's name.
      const isNamed = new RegExp(`(?<!source: )['"\`]${name}['"\`]`).test(code);
      if (!file.startsWith(`shared/carriers/${name}/`))
        expect({ file, name, isNamed }).toEqual({ file, name, isNamed: false });
    }
  }
  expect(files.length).toBeGreaterThan(200);
});
