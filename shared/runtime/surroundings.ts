import type { Logger } from '@aws-lambda-powertools/logger';
import type { Metrics } from '@aws-lambda-powertools/metrics';
import { type AwsSettings, createSecretsManager } from './clients.ts';
import { createLogger, LOG_KEY } from './logging.ts';
import { createMetrics } from './metrics.ts';
import { type Secrets, secretsManagerSecrets } from './secrets.ts';

/** What a function finds around it: real in Lambda, embedded in the local run. */
export interface Surroundings {
  readonly aws: AwsSettings;
  readonly clock: () => number;
  readonly random: () => number;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Instead of the secret store. */
  readonly secrets?: Secrets;
}

/** @param serviceName the function's name in its logs and metrics; in Lambda the environment says it */
export const lambdaSurroundings = (serviceName?: string): Surroundings => ({
  aws: {},
  clock: Date.now,
  random: Math.random,
  logger: createLogger(serviceName),
  metrics: createMetrics(serviceName),
});

/** The secrets that a function's settings name. */
export const secretsFor = (
  settings: {
    readonly STOPGATE_CARRIER_SECRET_IDS: Readonly<Record<string, string>>;
    readonly STOPGATE_LOG_KEY_SECRET_ID: string;
  },
  around: Surroundings,
): Secrets =>
  around.secrets ??
  secretsManagerSecrets(
    createSecretsManager(around.aws),
    { ...settings.STOPGATE_CARRIER_SECRET_IDS, [LOG_KEY]: settings.STOPGATE_LOG_KEY_SECRET_ID },
    around.clock,
  );
