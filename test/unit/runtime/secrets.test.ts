import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { fixedSecrets, type Secrets, secretsManagerSecrets } from '../../../shared/runtime/secrets.ts';
import { type LoopbackService, startLoopbackService } from './loopback-service.ts';

const MINUTE = 60_000;
const NAME = 'twilio';
const ID = 'stopgate/twilio';

let service: LoopbackService;
let client: SecretsManagerClient;
let now: number;
let secrets: Secrets;

/** From now on the store holds this text. */
const stored = (text: string | undefined) => {
  service.answer = () => ({ status: 200, body: { ARN: 'arn', Name: ID, SecretString: text } });
};
const fails = (status: number, type: string) => {
  service.answer = () => ({ status, body: { __type: type, Message: 'hidden' } });
};

beforeAll(async () => {
  service = await startLoopbackService();
  client = new SecretsManagerClient({
    endpoint: service.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
    maxAttempts: 1,
  });
});

beforeEach(() => {
  service.calls.length = 0;
  now = Date.parse('2026-11-23T12:00:00.000Z');
  secrets = secretsManagerSecrets(client, { [NAME]: ID, unset: undefined }, () => now);
});

afterAll(async () => {
  client.destroy();
  await service.close();
});

describe('secrets of Secrets Manager', () => {
  it('are asked for by their id and parsed', async () => {
    stored('{"authTokens":["one"]}');

    expect(await secrets.get(NAME)).toEqual({ authTokens: ['one'] });

    expect(service.calls.map(({ target, body }) => ({ target, body }))).toEqual([
      { target: 'secretsmanager.GetSecretValue', body: { SecretId: ID } },
    ]);
  });

  it('are not forgotten because a newer copy could not be had', async () => {
    stored('"good"');
    await secrets.get(NAME);
    fails(500, 'InternalServiceError');
    now += 2 * MINUTE;

    await expect(secrets.get(NAME, MINUTE)).rejects.toThrow();

    expect(await secrets.get(NAME)).toBe('good');
  });

  it('are remembered for five minutes', async () => {
    stored('"first"');
    await secrets.get(NAME);
    stored('"second"');

    now += 5 * MINUTE;
    expect(await secrets.get(NAME)).toBe('first');
    now += 1;
    expect(await secrets.get(NAME)).toBe('second');

    expect(service.calls).toHaveLength(2);
  });

  it('are asked for once by many at a time', async () => {
    stored('"first"');

    const all = await Promise.all(Array.from({ length: 20 }, () => secrets.get(NAME)));

    expect(new Set(all)).toEqual(new Set(['first']));
    expect(service.calls).toHaveLength(1);
  });

  it('are read again for whoever wants a newer copy, but not for each such wish', async () => {
    stored('"first"');
    await secrets.get(NAME);
    stored('"second"');

    now += MINUTE;
    expect(await secrets.get(NAME, MINUTE)).toBe('first');
    now += 1;
    expect(await secrets.get(NAME, MINUTE)).toBe('second');
    for (let count = 0; count < 10; count += 1) expect(await secrets.get(NAME, MINUTE)).toBe('second');

    expect(service.calls).toHaveLength(2);
  });

  it('are asked for again after a failure, which is not remembered', async () => {
    fails(400, 'ResourceNotFoundException');
    await expect(secrets.get(NAME)).rejects.toThrow();
    stored('"here now"');

    expect(await secrets.get(NAME)).toBe('here now');
  });

  test.each([
    ['no JSON', 'hidden'],
    ['half of JSON', '{"authTokens":["hidden"'],
    ['empty', ''],
    ['binary, so that it has no text', undefined],
  ])('are refused without a word of their value when they are %s', async (_, text) => {
    stored(text);

    const error = await secrets.get(NAME).catch((thrown: unknown) => thrown);

    expect(error).toMatchObject({ message: `The secret of ${NAME} is not JSON` });
    expect((error as Error).cause).toBeUndefined();
    expect(String((error as Error).stack)).not.toContain('hidden');
  });

  test.each(['unset', 'unheard-of'])('are refused without a call where none is configured: %s', async (name) => {
    await expect(secrets.get(name)).rejects.toThrow(`No secret is configured for ${name}`);
    expect(service.calls).toEqual([]);
  });

  it('are remembered each by itself', async () => {
    const both = secretsManagerSecrets(client, { one: 'id-one', two: 'id-two' }, () => now);
    service.answer = ({ body }) => ({ status: 200, body: { SecretString: JSON.stringify(body.SecretId) } });

    expect(await Promise.all([both.get('one'), both.get('two'), both.get('one')])).toEqual([
      'id-one',
      'id-two',
      'id-one',
    ]);
  });
});

describe('secrets that are known beforehand', () => {
  it('are there by name, or refused', async () => {
    const known = fixedSecrets({ twilio: { authTokens: ['one'] } });
    expect(await known.get('twilio')).toEqual({ authTokens: ['one'] });
    await expect(known.get('telnyx')).rejects.toThrow('No secret is configured for telnyx');
  });
});
