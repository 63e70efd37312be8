import type { WebhookRequest } from '../../shared/carriers/carrier.ts';
import { webhookOf } from '../../shared/carriers/webhooks.ts';
import { fixedSecrets } from '../../shared/runtime/secrets.ts';
import { INBOUND, signed, signedGet, signedV3 } from '../contract/carriers/plivo.ts';
import { EmbeddedPipeline } from './embedded-pipeline.ts';

// The signature that Plivo gives to messages covers its address and a nonce, and not what the call says. Whoever has seen one
// call must not be able to make another of it.
const TOKEN = 'a token of the tests';
const SENDER = '+12025550100';
const URL_OF_WEBHOOK = 'https://hooks.example.com/webhooks/plivo';

let pipeline: EmbeddedPipeline;
let calls = 0;

beforeAll(async () => {
  pipeline = await EmbeddedPipeline.start();
});

afterAll(() => pipeline?.stop());

const ports = (aws?: ReturnType<EmbeddedPipeline['without']>) => ({
  ...pipeline.inboundPorts(aws),
  webhookOf,
  secrets: fixedSecrets({ plivo: { authId: 'MA1', authTokens: [TOKEN] } }),
});

const answerTo = async ({ method, url, headers, rawBody }: WebhookRequest, from = ports()) => {
  const query = url.split('?')[1] ?? '';
  const { statusCode } = await pipeline.call('plivo', headers as Record<string, string>, `${rawBody}`, from, {
    method,
    query,
  });
  return statusCode;
};

/** A text of a new recipient, and what else could be made of the call that brings it. */
function scene() {
  calls += 1;
  const recipient = `+120255501${40 + calls}`;
  const form = (Text: string, MessageUUID = `text-${calls}`) => ({
    ...INBOUND,
    From: recipient.slice(1),
    Text,
    MessageUUID,
  });
  const how = { url: URL_OF_WEBHOOK, nonce: `9000000000${calls}` };
  const optOuts = async () => Object.keys((await pipeline.ledger.consent.read({ account: 'acme', recipient })).optOuts);
  const optIn = async () => (await pipeline.ledger.consent.read({ account: 'acme', recipient })).optIn;
  return { form, how, optOuts, optIn, recipient };
}

describe('a signature of version 2', () => {
  it('is good for its own call, however often Plivo tries, and for no other', async () => {
    const { form, how, optOuts, optIn } = scene();
    const stop = signed(form('STOP'), how);

    expect([await answerTo(stop), await answerTo(stop), await answerTo(stop)]).toEqual([200, 200, 200]);
    expect(await answerTo(signed(form('START', 'made-up'), how))).toBe(403);
    expect(await answerTo(signed(form('START'), how))).toBe(403);
    expect(await answerTo(signed({ ...form('STOP'), From: '12025550199' }, how))).toBe(403);
    expect(await optOuts()).toEqual([SENDER]);
    expect(await optIn()).toBeUndefined();
  });

  it('is good for a repeat that writes the same in another order', async () => {
    const { form, how } = scene();
    const reversed = Object.fromEntries(Object.entries(form('STOP')).reverse());

    expect(await answerTo(signed(form('STOP'), how))).toBe(200);
    expect(await answerTo(signed({ ...reversed, TotalRate: '0.1' }, how))).toBe(200);
  });

  it('is bound to the query too, where that says it all', async () => {
    const { form, how, optIn } = scene();

    expect(await answerTo(signedGet(form('STOP'), how))).toBe(200);
    expect(await answerTo(signedGet(form('STOP'), how))).toBe(200);
    expect(await answerTo(signedGet(form('START', 'made-up'), how))).toBe(403);
    // Nor by the other method.
    expect(await answerTo(signed(form('START', 'made-up'), how))).toBe(403);
    expect(await optIn()).toBeUndefined();
  });

  it('is bound to the message that a receipt is about', async () => {
    const { how } = scene();
    const receipt = (messageId: string) =>
      signed(
        { MessageUUID: 'uuid', From: SENDER.slice(1), To: '12025550199', Status: 'delivered' },
        { ...how, url: `${URL_OF_WEBHOOK}?stopgate-message=${messageId}` },
      );

    expect(await answerTo(receipt('one'))).toBe(200);
    expect(await answerTo(receipt('one'))).toBe(200);
    expect(await answerTo(receipt('another'))).toBe(403);
  });

  it('is not taken out of a call that has version 3 as well', async () => {
    const { form, how, optIn } = scene();
    const stop = signedV3(form('STOP'), { ...how, nonce: `8000000000${calls}` });
    const both = { ...stop, headers: { ...signed(form('STOP'), how).headers, ...stop.headers } };

    expect(await answerTo(both)).toBe(200);
    expect(await answerTo(both)).toBe(200);
    expect(await answerTo(signed(form('START', 'made-up'), how))).toBe(403);
    expect(await optIn()).toBeUndefined();
  });

  it('is held against what waited on the queue before it', async () => {
    const { form, how, optOuts, optIn } = scene();

    expect(await answerTo(signed(form('STOP'), how), ports(pipeline.without('dynamodb')))).toBe(200);
    const waiting = await pipeline.drain(pipeline.queues.inbound.url);
    expect(await pipeline.inboundBatch(waiting, ports())).toEqual([]);
    expect(await optOuts()).toEqual([SENDER]);
    expect(await answerTo(signed(form('START', 'made-up'), how))).toBe(403);
    expect(await optIn()).toBeUndefined();
  });

  it('has to come again while nothing can be stored, and is good then', async () => {
    const { form, how, optOuts } = scene();
    const stop = signed(form('STOP'), how);

    expect(await answerTo(stop, ports(pipeline.without('dynamodb', 'sqs')))).toBe(503);
    expect(await answerTo(stop)).toBe(200);
    expect(await optOuts()).toEqual([SENDER]);
  });
});

describe('a signature of version 3', () => {
  it('needs no nonce: what it covers can’t be changed, and a repeat is the same event', async () => {
    const { form, how, optOuts } = scene();

    expect(await answerTo(signedV3(form('STOP'), how))).toBe(200);
    expect(await answerTo(signedV3(form('STOP'), how))).toBe(200);
    expect(await answerTo({ ...signedV3(form('STOP'), how), rawBody: signed(form('START')).rawBody })).toBe(403);
    expect(await optOuts()).toEqual([SENDER]);
  });
});
