import { createHash } from 'node:crypto';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type {
  APIGatewayProxyEventV2,
  APIGatewayProxyStructuredResultV2,
  Context,
  SQSBatchResponse,
  SQSEvent,
  SQSRecord,
} from 'aws-lambda';
import {
  type CarrierEvent,
  type CarrierWebhook,
  UnreadableEvent,
  type Verdict,
  type WebhookRequest,
} from '../../shared/carriers/carrier.ts';
import type { WebhookOf } from '../../shared/carriers/webhooks.ts';
import type { Instant } from '../../shared/consent/merge.ts';
import type { Nonce, UsedNonces } from '../../shared/ledger/used-nonces.ts';
import { NO_EVENTS, type RecipientHash, safeError } from '../../shared/runtime/logging.ts';
import { publishMetrics } from '../../shared/runtime/metrics.ts';
import type { Queue } from '../../shared/runtime/queue.ts';
import type { Secrets } from '../../shared/runtime/secrets.ts';
import { ComeBackLater, type SqsHandlerPorts, sqsHandler, wordFor } from '../../shared/runtime/sqs-handler.ts';
import { type AssemblingPorts, hearPart } from './assemble.ts';
import { type Heard, readQueued, type TopicArns } from './deferred.ts';
import { hear } from './hear.ts';
import { type SettlingPorts, settle } from './settle.ts';

export type InboundPorts = AssemblingPorts &
  SettlingPorts &
  SqsHandlerPorts & {
    readonly publicUrl: string;
    /** The webhooks of the carriers that this stage has switched on. */
    readonly webhookOf: WebhookOf;
    readonly usedNonces: Pick<UsedNonces, 'mayUse'>;
    readonly topics: TopicArns;
    readonly secrets: Secrets;
    /** This function's own queue, where events wait while the ledger can't be written. */
    readonly inboundQueue: Pick<Queue, 'send' | 'comeBackAfter'>;
    readonly recipientHash: RecipientHash;
  };

/** No webhook that brings one event comes near this. Bytes. */
const MAX_BODY_BYTES = 64 * 1024;
/** A secret this old is read again before a request is refused, in case it has just been rotated. Milliseconds. */
const ROTATION_CHECK_MS = 60_000;
/** The longest wait between two attempts to store what is on the queue. Milliseconds. */
const MAX_WAIT_MS = 5 * 60_000;

/** Carriers are no browsers, but whoever opens a webhook's address in one is to get nothing out of it. */
const STRICT_HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=63072000; includeSubDomains',
  'x-content-type-options': 'nosniff',
};

export type InboundHandler = (
  event: APIGatewayProxyEventV2 | SQSEvent,
  context: Context,
) => Promise<APIGatewayProxyStructuredResultV2 | SQSBatchResponse>;

/** Hears carriers: by webhook, or by the inbound queue. */
export function createInboundHandler(ports: InboundPorts): InboundHandler {
  const fromWebhook = middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>()
    .use(injectLambdaContext(ports.logger, NO_EVENTS))
    .use(publishMetrics(ports.metrics))
    .handler((event) => answerWebhook(event, ports).catch((error: unknown) => unforeseen(error, ports)));
  const fromQueue = sqsHandler(
    (event) => Promise.allSettled(event.Records.map((record) => hearRecord(record, ports))),
    ports,
  );
  return (event, context) => ('Records' in event ? fromQueue(event, context) : fromWebhook(event, context));
}

async function answerWebhook(
  event: APIGatewayProxyEventV2,
  ports: InboundPorts,
): Promise<APIGatewayProxyStructuredResultV2> {
  const heardAt = new Date(ports.clock()).toISOString();
  const carrier = event.pathParameters?.carrier ?? '';
  const webhook = await ports.webhookOf(carrier);
  if (!webhook) return problem(404, 'There is no such carrier here');
  const request = toRequest(event, ports.publicUrl);
  if (!webhook.methods.includes(request.method)) return problem(405, 'This carrier does not call by that method');
  if (request.rawBody.length > (webhook.maxBodyBytes ?? MAX_BODY_BYTES))
    return problem(413, 'The body is larger than any webhook');
  const verdict = await verify(request, carrier, webhook, ports);
  if (verdict === 'again') return notStored(ports);
  if (verdict !== 'genuine') return refused(webhook, ports);
  const events = parse(request, webhook, ports);
  if (!events) return problem(400, 'The body is not what this carrier sends');
  const nonce = nonceOf(request, carrier, webhook, events);
  const kept = await Promise.all(events.map((one) => storeOrDefer({ event: one, heardAt, nonce }, ports)));
  if (kept.includes('replayed')) return refused(webhook, ports);
  if (kept.includes('lost')) return notStored(ports);
  const { contentType, body } = webhook.answer;
  return { statusCode: 200, headers: { ...STRICT_HEADERS, 'content-type': contentType }, body };
}

function toRequest(event: APIGatewayProxyEventV2, publicUrl: string): WebhookRequest {
  const query = event.rawQueryString ? `?${event.rawQueryString}` : '';
  return {
    method: event.requestContext.http.method,
    // Never from the Host header, which anybody can set: signatures are over the URL that the carrier was given.
    url: `${publicUrl}${event.rawPath}${query}`,
    headers: Object.fromEntries(Object.entries(event.headers).map(([name, value]) => [name.toLowerCase(), value])),
    rawBody: Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8'),
  };
}

/** Who made this request; where the keys can't be had nobody can tell, and it has to come again. */
async function verify(
  request: WebhookRequest,
  carrier: string,
  webhook: CarrierWebhook,
  { secrets, clock, logger }: InboundPorts,
): Promise<Verdict> {
  try {
    const verdict = webhook.verify(request, await secrets.get(carrier), clock());
    if (verdict !== 'forged') return verdict;
    return webhook.verify(request, await secrets.get(carrier, ROTATION_CHECK_MS), clock());
  } catch (error) {
    logger.error('The keys to check a webhook with could not be had', { carrier, error: safeError(error) });
    return 'again';
  }
}

/** With what the request says, wherever it says it: body, query, or both. A carrier that tries again may write it anew. */
function nonceOf(
  request: WebhookRequest,
  carrier: string,
  webhook: CarrierWebhook,
  events: readonly CarrierEvent[],
): Nonce | undefined {
  const value = webhook.nonceOf?.(request);
  return value === undefined
    ? undefined
    : { carrier, value, body: createHash('sha256').update(JSON.stringify(events)).digest('hex') };
}

function parse(request: WebhookRequest, webhook: CarrierWebhook, ports: InboundPorts) {
  try {
    return webhook.parse(request);
  } catch (error) {
    if (!(error instanceof UnreadableEvent)) throw error;
    ports.count('WebhooksUnreadable');
    ports.logger.warn('A genuine webhook could not be read', { problem: error.message });
    return undefined;
  }
}

/** A signature that was made for another request. */
class Replayed extends Error {
  override readonly name = 'Replayed';
}

/** Stores an event, or puts it on the inbound queue until it can be stored. `lost` where neither worked. */
async function storeOrDefer(heard: Heard, ports: InboundPorts): Promise<'kept' | 'lost' | 'replayed'> {
  try {
    await store(heard, ports);
    return 'kept';
  } catch (error) {
    if (error instanceof Replayed) return 'replayed';
    ports.logger.error('An event could not be stored and is deferred', { error: safeError(error) });
  }
  try {
    await ports.inboundQueue.send(heard);
    ports.count('InboundDeferred');
    return 'kept';
  } catch (error) {
    ports.logger.error('An event could be neither stored nor deferred', { error: safeError(error) });
    return 'lost';
  }
}

async function store(heard: Heard, ports: InboundPorts): Promise<void> {
  const { event, heardAt, nonce } = heard;
  if (nonce && !(await ports.usedNonces.mayUse(nonce)))
    throw new Replayed('a signature that was made for another request');
  if (event.kind === 'receipt') await settle(event, heardAt, ports);
  else if (event.part) await hearPart({ ...event, part: event.part }, heard, ports);
  else await hear(event, heardAt, ports);
  ports.logger.info('Heard', { event: event.kind, carrier: event.carrier, recipient: await hashOf(event, ports) });
}

const hashOf = (event: CarrierEvent, ports: InboundPorts): Promise<string> => ports.recipientHash(event.recipient);

async function hearRecord(record: SQSRecord, ports: InboundPorts): Promise<void> {
  try {
    const heard = readQueued(record.body, ports.topics, receivedAt(record));
    if (heard) await store(heard, ports);
  } catch (error) {
    if (error instanceof UnreadableEvent || error instanceof Replayed) {
      ports.count('WebhooksUnreadable');
      ports.logger.warn('A message of the inbound queue could not be read', { problem: error.message });
      return ports.deadLetters.bury(record, error.message);
    }
    ports.logger.error('An event could not be stored and stays on the queue', { error: safeError(error) });
    await ports.inboundQueue.comeBackAfter(record, waitAfter(Number(record.attributes.ApproximateReceiveCount)));
    throw new ComeBackLater(wordFor(error));
  }
}

/** When SQS got it: the moment from which it was in our hands. */
const receivedAt = (record: SQSRecord): Instant => new Date(Number(record.attributes.SentTimestamp)).toISOString();

const waitAfter = (receives: number): number => Math.min(1_000 * 2 ** receives, MAX_WAIT_MS);

function refused({ challenge }: CarrierWebhook, ports: InboundPorts): APIGatewayProxyStructuredResultV2 {
  ports.count('WebhooksRefused');
  if (challenge === undefined) return problem(403, 'The signature does not fit this request');
  return problem(401, 'The credentials do not fit this request', { 'www-authenticate': challenge });
}

function notStored(ports: InboundPorts): APIGatewayProxyStructuredResultV2 {
  ports.count('InboundNotStored');
  return problem(503, 'Nothing could be stored; try again');
}

/** Lambda would log an error's message, which may quote what somebody wrote; and the carrier is to try again. */
function unforeseen(error: unknown, ports: InboundPorts): APIGatewayProxyStructuredResultV2 {
  ports.logger.error('A webhook failed in a way that nobody foresaw', { error: safeError(error) });
  return notStored(ports);
}

/** RFC 9457. */
const problem = (
  statusCode: number,
  title: string,
  headers: Readonly<Record<string, string>> = {},
): APIGatewayProxyStructuredResultV2 => ({
  statusCode,
  headers: { ...STRICT_HEADERS, 'content-type': 'application/problem+json', ...headers },
  body: JSON.stringify({ title, status: statusCode }),
});
