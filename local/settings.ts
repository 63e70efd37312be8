import { randomBytes } from 'node:crypto';
import * as z from 'zod/mini';
import { readSettings, setting } from '../shared/runtime/settings.ts';

const port = (usual: string) =>
  z.pipe(
    z
      ._default(z.string(), usual)
      .check(z.refine((text) => /^\d{1,5}$/.test(text) && Number(text) < 65_536, 'must be a port, 0 for any free one')),
    z.transform(Number),
  );

const localSettings = z.object({
  PORT: port('3000'),
  STOPGATE_DYNAMODB_PORT: port('8000'),
  STOPGATE_SQS_PORT: port('9324'),
  /** Where state is kept over restarts; in memory when not set. */
  STOPGATE_DATA_DIR: z.optional(setting.text),
  STOPGATE_API_TOKEN: z.optional(setting.text),
  STOPGATE_MAX_ATTEMPTS: z.optional(setting.wholeNumber),
  STOPGATE_RETRY_BASE_MS: z.optional(setting.wholeNumber),
});

/** The settings of the local run (contract, section 1). */
export function readLocalSettings(environment: NodeJS.ProcessEnv) {
  const settings = readSettings(localSettings, environment);
  return { ...settings, STOPGATE_API_TOKEN: settings.STOPGATE_API_TOKEN ?? randomBytes(18).toString('base64url') };
}

export type LocalSettings = ReturnType<typeof readLocalSettings>;
