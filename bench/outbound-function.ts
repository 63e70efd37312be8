import { randomBytes } from 'node:crypto';
import { createOutboundHandler } from '../functions/outbound/handler.ts';
import { outboundSettings, wireOutbound } from '../functions/outbound/wire.ts';
import type { AwsSettings } from '../shared/runtime/clients.ts';
import { LOG_KEY } from '../shared/runtime/logging.ts';
import { fixedSecrets } from '../shared/runtime/secrets.ts';
import { readSettings } from '../shared/runtime/settings.ts';
import type { SqsHandler } from '../shared/runtime/sqs-handler.ts';
import { lambdaSurroundings } from '../shared/runtime/surroundings.ts';
import type { ConsentAges } from './consent-ages.ts';

export const ACCOUNT = 'acme';
export const TWILIO = { accountSid: 'AC00000000000000000000000000000000', authToken: 'bench-auth-token' };

/** AWS at other addresses than its own. */
export const awsAt = (dynamodb: string, others = dynamodb): AwsSettings => ({
  region: 'us-east-1',
  credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
  endpoints: { dynamodb, sqs: others, sns: others, sms: others },
});

/** The outbound function as it is deployed, but for where AWS and the carrier are. */
export function createOutboundFunction(at: {
  readonly aws: AwsSettings;
  readonly tableName: string;
  readonly carrier: 'sns' | 'twilio';
  /** In place of the carriers' own addresses; Twilio's is at `/twilio` of it. */
  readonly carriersUrl: string;
  /** Where messages come back to; nowhere, when not given. */
  readonly queueUrl?: string;
  /** Nowhere, when not given. */
  readonly deadLettersUrl?: string;
  /** Where the age of each consent read that lets a message leave is written down. */
  readonly ages?: ConsentAges;
  /** Milliseconds since the epoch; the machine's, when not given. */
  readonly clock?: () => number;
}): SqsHandler {
  const queues = `${at.aws.endpoints?.sqs}/000000000000`;
  const settings = readSettings(outboundSettings, {
    STOPGATE_TABLE_NAME: at.tableName,
    STOPGATE_DEFAULT_ACCOUNT: ACCOUNT,
    STOPGATE_DEFAULT_CARRIER: at.carrier,
    STOPGATE_PUBLIC_URL: 'https://stopgate.example',
    STOPGATE_CARRIER_SECRET_IDS: 'twilio=twilio',
    STOPGATE_CARRIERS_URL: at.carriersUrl,
    STOPGATE_LOG_KEY_SECRET_ID: LOG_KEY,
    STOPGATE_OUTBOUND_QUEUE_URL: at.queueUrl ?? `${queues}/outbound`,
    STOPGATE_OUTBOUND_DEAD_LETTERS_QUEUE_URL: at.deadLettersUrl ?? `${queues}/outbound-dead-letters`,
  });
  const secrets = fixedSecrets({
    twilio: { accountSid: TWILIO.accountSid, authTokens: [TWILIO.authToken] },
    [LOG_KEY]: randomBytes(32).toString('hex'),
  });
  const around = { ...lambdaSurroundings('outbound'), aws: at.aws, secrets, ...(at.clock && { clock: at.clock }) };
  const ports = wireOutbound(settings, around);
  const { ages } = at;
  if (!ages) return createOutboundHandler(ports);
  return createOutboundHandler({
    ...ports,
    measure(name, milliseconds) {
      if (name === 'ConsentAge') ages.add(milliseconds);
      ports.measure(name, milliseconds);
    },
  });
}
