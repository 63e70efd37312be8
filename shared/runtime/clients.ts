import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { PinpointSMSVoiceV2Client } from '@aws-sdk/client-pinpoint-sms-voice-v2';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';

/** Where AWS is and who we are: nothing in Lambda, where the environment says it; loopback in the local run. */
export interface AwsSettings extends Pick<DynamoDBClientConfig, 'region' | 'credentials'> {
  readonly endpoints?: Readonly<Record<'dynamodb' | 'sqs' | 'sns' | 'sms', string>>;
}

const at = ({ endpoints, ...aws }: AwsSettings, service: keyof NonNullable<AwsSettings['endpoints']>) => ({
  ...aws,
  ...(endpoints && { endpoint: endpoints[service] }),
});

/** Milliseconds for one call to a carrier, connection included. */
export const CARRIER_TIMEOUT_MS = 10_000;

/** A call to AWS that hangs must fail within a carrier's patience with our webhook (2 s at the least). */
const TIMEOUTS = { connectionTimeout: 500, requestTimeout: 1_000, throwOnRequestTimeout: true };
const CARRIER_TIMEOUTS = { connectionTimeout: 3_000, requestTimeout: CARRIER_TIMEOUT_MS, throwOnRequestTimeout: true };

export const createDynamoDb = (aws: AwsSettings): DynamoDBClient =>
  new DynamoDBClient({ ...at(aws, 'dynamodb'), maxAttempts: 2, requestHandler: TIMEOUTS });

/** @param waitMs how much longer a call may take, for whoever waits at a queue */
export const createSqs = (aws: AwsSettings, waitMs = 0): SQSClient =>
  new SQSClient({
    ...at(aws, 'sqs'),
    maxAttempts: 2,
    requestHandler: { ...TIMEOUTS, requestTimeout: TIMEOUTS.requestTimeout + waitMs },
  });

/** Always the real one: the local run has its secrets from the environment. */
export const createSecretsManager = ({ endpoints: _, ...aws }: AwsSettings): SecretsManagerClient =>
  new SecretsManagerClient({ ...aws, maxAttempts: 2, requestHandler: TIMEOUTS });

// The carriers' clients never retry a send by themselves: its retry policy is ours (`shared/messages/outcome.ts`). What sends
// nothing may be tried again.

export const createSms = (aws: AwsSettings, maxAttempts = 1): PinpointSMSVoiceV2Client =>
  new PinpointSMSVoiceV2Client({ ...at(aws, 'sms'), maxAttempts, requestHandler: CARRIER_TIMEOUTS });

export const createSns = (aws: AwsSettings, maxAttempts = 1): SNSClient =>
  new SNSClient({ ...at(aws, 'sns'), maxAttempts, requestHandler: CARRIER_TIMEOUTS });
