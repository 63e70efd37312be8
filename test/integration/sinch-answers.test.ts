import { webhookOf } from '../../shared/carriers/webhooks.ts';
import { fixedSecrets } from '../../shared/runtime/secrets.ts';
import { signed } from '../contract/carriers/sinch.ts';
import { EmbeddedPipeline } from './embedded-pipeline.ts';

// Sinch calls again after a 5xx or a 429, and never after another 4xx: what we answer so is lost. It may happen to what is not
// Sinch's, and to nothing that is.
const SECRET = { servicePlanId: 'plan-1', apiToken: 'token-1', signingSecrets: ['a secret of the tests'] };

let pipeline: EmbeddedPipeline;

beforeAll(async () => {
  pipeline = await EmbeddedPipeline.start();
});

afterAll(() => pipeline?.stop());

const ports = (secret: unknown = SECRET, aws?: ReturnType<EmbeddedPipeline['without']>) => ({
  ...pipeline.inboundPorts(aws),
  webhookOf,
  secrets: fixedSecrets({ sinch: secret }),
});

let texts = 0;
const RECIPIENT = '+12025550190';

/** A STOP as Sinch brings it, signed this many seconds ago. */
function stop({ secondsAgo = 0, secret = SECRET.signingSecrets[0] } = {}) {
  texts += 1;
  const time = String(Math.floor(Date.now() / 1_000) - secondsAgo);
  const body = { type: 'mo_text', id: `mo-${texts}`, from: RECIPIENT.slice(1), to: '12025550100', body: 'STOP' };
  const { headers, rawBody } = signed(JSON.stringify(body), { time, ...(secret && { secret }) });
  return { headers: headers as Record<string, string>, body: rawBody.toString() };
}

const answerTo = async ({ headers, body }: ReturnType<typeof stop>, from = ports()) =>
  (await pipeline.call('sinch', headers, body, from)).statusCode;

describe('what Sinch brings', () => {
  it('is stored and acknowledged', async () => {
    expect(await answerTo(stop())).toBe(200);
    const { optOuts } = await pipeline.ledger.consent.read({ account: 'acme', recipient: RECIPIENT });
    expect(Object.keys(optOuts)).toEqual(['+12025550100']);
  });

  it('is acknowledged as long after as Sinch still tries', async () => {
    expect(await answerTo(stop({ secondsAgo: 81_920 }))).toBe(200);
    expect(await answerTo(stop({ secondsAgo: 163_840 }))).toBe(200);
  });

  it('waits on the queue while the table can not be written', async () => {
    expect(await answerTo(stop(), ports(SECRET, pipeline.without('dynamodb')))).toBe(200);
  });

  it('has to come again while nothing can be stored', async () => {
    expect(await answerTo(stop(), ports(SECRET, pipeline.without('dynamodb', 'sqs')))).toBe(503);
  });

  it.each([
    ['is not set yet', { notSetYet: 'x' }],
    ['protects nothing', { ...SECRET, signingSecrets: [] }],
    ['lacks the token', { ...SECRET, apiToken: undefined }],
    ['is none', 'secret'],
  ])('has to come again while our secret %s', async (_, secret) => {
    expect(await answerTo(stop(), ports(secret))).toBe(503);
  });

  it('has to come again while our secret can not be had', async () => {
    expect(await answerTo(stop(), { ...ports(), secrets: fixedSecrets({}) })).toBe(503);
  });

  it('has to come again after a failure that nobody foresaw', async () => {
    const failing = async () => {
      throw new TypeError('not foreseen');
    };
    expect(await answerTo(stop(), { ...ports(), webhookOf: failing })).toBe(503);
  });
});

describe('what is not Sinch’s', () => {
  it('is refused for good', async () => {
    expect(await answerTo(stop({ secret: 'another secret' }))).toBe(401);
    expect(await answerTo({ ...stop(), headers: {} as Record<string, string> })).toBe(401);
  });

  it('is asked for its credentials, for carriers that wait for that', async () => {
    const { headers } = await pipeline.call('sinch', {}, '{}', ports());
    expect(headers).toMatchObject({ 'www-authenticate': 'Basic realm="Stopgate"' });
  });
});
