import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';

/** Where secrets come from: the secret store in AWS, the environment in the local run. */
export interface Secrets {
  /**
   * A secret as it is stored, parsed as JSON.
   * @param notOlderThanMs asks for a newer copy than the one at hand, where that is older
   * @throws where the secret can't be had
   */
  get(name: string, notOlderThanMs?: number): Promise<unknown>;
}

/** A rotated secret is picked up after this time at the latest. */
const REMEMBER_MS = 5 * 60_000;

/** Secrets Manager's secrets, remembered for five minutes, so that a webhook waits for it on a cold start only. */
export function secretsManagerSecrets(
  client: SecretsManagerClient,
  ids: Readonly<Record<string, string | undefined>>,
  clock: () => number,
): Secrets {
  const remembered = new Map<string, { readonly readAt: number; readonly value: Promise<unknown> }>();
  return {
    async get(name, notOlderThanMs = REMEMBER_MS) {
      const known = remembered.get(name);
      if (known && clock() - known.readAt <= notOlderThanMs) return known.value;
      const value = readSecret(client, name, ids[name]);
      const read = { readAt: clock(), value };
      remembered.set(name, read);
      value.catch(() => {
        // A failed read is no secret to remember, nor a reason to forget a good one.
        if (remembered.get(name) !== read) return;
        if (known) remembered.set(name, known);
        else remembered.delete(name);
      });
      return value;
    },
  };
}

async function readSecret(client: SecretsManagerClient, name: string, id: string | undefined): Promise<unknown> {
  if (!id) throw new Error(`No secret is configured for ${name}`);
  const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: id }));
  try {
    return JSON.parse(SecretString ?? '');
  } catch {
    // Without the cause: a parser's message quotes what it read.
    throw new Error(`The secret of ${name} is not JSON`);
  }
}

/** Secrets that are known beforehand. */
export const fixedSecrets = (values: Readonly<Record<string, unknown>>): Secrets => ({
  async get(name) {
    if (!Object.hasOwn(values, name)) throw new Error(`No secret is configured for ${name}`);
    return values[name];
  },
});
