import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { createInboundHandler } from '../../functions/inbound/handler.ts';
import { inboundSettings, wireInbound } from '../../functions/inbound/wire.ts';
import { createGateway } from '../../local/gateway.ts';
import { createContext } from '../../local/invocation.ts';
import { LOG_KEY } from '../../shared/runtime/logging.ts';
import { fixedSecrets } from '../../shared/runtime/secrets.ts';
import { readSettings } from '../../shared/runtime/settings.ts';
import { lambdaSurroundings } from '../../shared/runtime/surroundings.ts';
import { ACCOUNT, awsAt, TWILIO } from '../outbound-function.ts';
import { type Engines, givenToPart, serveAsPart } from './parts.ts';

const { engines } = givenToPart<{ engines: Engines }>();
// The address comes first, because the carrier signs it.
let answer = async (_: Request): Promise<Response> => new Response('starting', { status: 503 });
const server = serve({ fetch: (request) => answer(request), port: 0, hostname: '127.0.0.1' });
if (!server.listening) await once(server, 'listening');
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

const settings = readSettings(inboundSettings, {
  STOPGATE_TABLE_NAME: engines.tableName,
  STOPGATE_DEFAULT_ACCOUNT: ACCOUNT,
  STOPGATE_DEFAULT_CARRIER: 'twilio',
  STOPGATE_PUBLIC_URL: url,
  STOPGATE_CARRIER_SECRET_IDS: 'twilio=twilio',
  STOPGATE_LOG_KEY_SECRET_ID: LOG_KEY,
  STOPGATE_INBOUND_QUEUE_URL: engines.inbound.url,
  STOPGATE_INBOUND_DEAD_LETTERS_QUEUE_URL: engines.inbound.deadLettersUrl,
  STOPGATE_REPLIES_QUEUE_URL: engines.repliesUrl,
  STOPGATE_TWO_WAY_TOPIC_ARN: 'arn:aws:sns:us-east-1:000000000000:two-way',
  STOPGATE_SMS_EVENTS_TOPIC_ARN: 'arn:aws:sns:us-east-1:000000000000:sms-events',
});
const secrets = fixedSecrets({
  twilio: { accountSid: TWILIO.accountSid, authTokens: [TWILIO.authToken] },
  [LOG_KEY]: randomBytes(32).toString('hex'),
});
const around = { ...lambdaSurroundings('inbound'), aws: awsAt(engines.dynamodb, engines.sqs), secrets };
const inbound = createInboundHandler(wireInbound(settings, around));
const gateway = createGateway({
  token: 'bench',
  invoke: (_, event) => inbound(event, createContext('inbound', 15)) as Promise<APIGatewayProxyStructuredResultV2>,
});
answer = async (request) => gateway.fetch(request);
serveAsPart({ url });
