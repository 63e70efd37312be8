import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { QueryCommand } from '@aws-sdk/client-dynamodb';
import { DeleteMessageCommand, ReceiveMessageCommand, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type {
  APIGatewayProxyEventV2,
  APIGatewayProxyStructuredResultV2,
  SQSBatchResponse,
  SQSRecord,
} from 'aws-lambda';
import twilio from 'twilio';
import { createInboundHandler, type InboundPorts } from '../../functions/inbound/handler.ts';
import { wireInbound } from '../../functions/inbound/wire.ts';
import type { OptOutListsPorts } from '../../functions/opt-out-lists/handler.ts';
import { wireOptOutLists } from '../../functions/opt-out-lists/wire.ts';
import { createOutboundHandler, type OutboundPorts } from '../../functions/outbound/handler.ts';
import { wireOutbound } from '../../functions/outbound/wire.ts';
import { createRepliesHandler, type ReplyPorts } from '../../functions/replies/handler.ts';
import { wireReplies } from '../../functions/replies/wire.ts';
import { createReviewsHandler, type ReviewsPorts } from '../../functions/reviews/handler.ts';
import { wireReviews } from '../../functions/reviews/wire.ts';
import type { WaitingPorts } from '../../functions/waiting/handler.ts';
import { wireWaiting } from '../../functions/waiting/wire.ts';
import { type Engine, startDynamoDb, startSqsAndSns } from '../../local/engines.ts';
import { createContext } from '../../local/invocation.ts';
import { type Provisioned, provision } from '../../local/provision.ts';
import { createLedger, type Ledger } from '../../shared/ledger/ledger.ts';
import { FAILURE_SHARDS } from '../../shared/ledger/message-store.ts';
import { Table } from '../../shared/ledger/table.ts';
import { WaitingRoom } from '../../shared/ledger/waiting-room.ts';
import { type AwsSettings, createDynamoDb, createSns, createSqs } from '../../shared/runtime/clients.ts';
import { LOG_KEY } from '../../shared/runtime/logging.ts';
import { fixedSecrets } from '../../shared/runtime/secrets.ts';
import { lambdaSurroundings } from '../../shared/runtime/surroundings.ts';
import { LEDGER_TABLE } from '../../shared/runtime/topology.ts';

const PUBLIC_URL = 'https://hooks.example.com';
const AUTH_TOKENS = ['current-token', 'previous-token'];
/** Nothing listens there. */
const NOWHERE = 'http://127.0.0.1:9';

export interface SentToCarrier {
  readonly To: string;
  readonly From: string;
  readonly Body: string;
  readonly [other: string]: string;
}

/**
 * The functions on embedded engines, called one event at a time, with a clock that a test can move and services that it
 * can take away. The carrier is a bare server that accepts everything.
 */
export class EmbeddedPipeline {
  /** What the carrier got, in order. */
  readonly sent: SentToCarrier[] = [];
  readonly ledger: Ledger;
  readonly queues: Provisioned['queues'];
  readonly topics: Provisioned['topics'];
  /** Milliseconds by which the functions' clock is ahead. */
  aheadMs = 0;
  /** The list of AWS that follows the ledger. */
  awsOptOutList: string | undefined;
  /** What the carrier answers with to the next send. */
  nextStatus = 201;
  /** And when it wants to be called again, in seconds. */
  nextRetryAfter: number | undefined;
  /** Called before the carrier answers. */
  onSend: (message: SentToCarrier) => Promise<void> | void = () => {};

  readonly #engines: Engine[];
  readonly #carrier: Server;
  readonly #aws: AwsSettings;
  readonly #sqs: SQSClient;
  readonly #provisioned: Provisioned;

  private constructor(engines: Engine[], carrier: Server, aws: AwsSettings, provisioned: Provisioned) {
    this.#engines = engines;
    this.#carrier = carrier;
    this.#aws = aws;
    this.#sqs = createSqs(aws, 2_000);
    this.#provisioned = provisioned;
    this.queues = provisioned.queues;
    this.topics = provisioned.topics;
    this.ledger = createLedger(this.#settings, { aws, clock: this.clock });
    carrier.on('request', (request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', async () => {
        const message = Object.fromEntries(new URLSearchParams(body)) as unknown as SentToCarrier;
        this.sent.push(message);
        await this.onSend(message);
        const hint = this.nextRetryAfter === undefined ? {} : { 'retry-after': String(this.nextRetryAfter) };
        response.writeHead(this.nextStatus, { 'content-type': 'application/json', ...hint });
        this.nextStatus = 201;
        this.nextRetryAfter = undefined;
        response.end(JSON.stringify({ sid: `SM${String(this.sent.length).padStart(32, '0')}`, status: 'queued' }));
      });
    });
  }

  static async start(): Promise<EmbeddedPipeline> {
    process.env.POWERTOOLS_METRICS_DISABLED = 'true';
    process.env.POWERTOOLS_LOG_LEVEL = 'SILENT';
    const carrier = createServer();
    await new Promise<void>((resolve) => carrier.listen(0, '127.0.0.1', resolve));
    const engines = await Promise.all([startDynamoDb(0), startSqsAndSns(0, () => undefined)]);
    const [dynamodb, sqs] = engines.map(({ url }) => url) as [string, string];
    const aws = awsAt(dynamodb, sqs);
    const provisioned = await provision(createDynamoDb(aws), createSqs(aws), createSns(aws));
    return new EmbeddedPipeline(engines, carrier, aws, provisioned);
  }

  async stop(): Promise<void> {
    this.#carrier.closeAllConnections();
    this.#carrier.close();
    this.#sqs.destroy();
    for (const engine of this.#engines) await engine.close();
  }

  readonly clock = (): number => Date.now() + this.aheadMs;

  get now(): string {
    return new Date(this.clock()).toISOString();
  }

  /** AWS without some of its services. */
  without(...services: ('dynamodb' | 'sqs')[]): AwsSettings {
    const { dynamodb, sqs } = this.#aws.endpoints as { dynamodb: string; sqs: string };
    return awsAt(services.includes('dynamodb') ? NOWHERE : dynamodb, services.includes('sqs') ? NOWHERE : sqs);
  }

  inboundPorts(aws = this.#aws): InboundPorts {
    return wireInbound(this.#settings, this.#around(aws));
  }

  outboundPorts(aws = this.#aws): OutboundPorts {
    return wireOutbound(this.#settings, this.#around(aws));
  }

  /** A Twilio webhook, as API Gateway hands it over. */
  async webhook(parameters: Record<string, string>, ports = this.inboundPorts(), token = AUTH_TOKENS[0] ?? '') {
    const signature = twilio.getExpectedTwilioSignature(token, `${PUBLIC_URL}/webhooks/twilio`, parameters);
    const event = {
      version: '2.0',
      rawPath: '/webhooks/twilio',
      rawQueryString: '',
      headers: { 'X-Twilio-Signature': signature, 'content-type': 'application/x-www-form-urlencoded' },
      pathParameters: { carrier: 'twilio' },
      requestContext: { http: { method: 'POST' } },
      body: Buffer.from(new URLSearchParams(parameters).toString()).toString('base64'),
      isBase64Encoded: true,
    } as unknown as APIGatewayProxyEventV2;
    const answer = await createInboundHandler(ports)(event, createContext('inbound', 15));
    return answer as APIGatewayProxyStructuredResultV2;
  }

  /** Any carrier's webhook, as API Gateway hands it over. */
  async call(
    carrier: string,
    headers: Record<string, string>,
    body: string,
    ports: InboundPorts,
    { method = 'POST', query = '' } = {},
  ) {
    const event = {
      version: '2.0',
      rawPath: `/webhooks/${carrier}`,
      rawQueryString: query,
      headers,
      pathParameters: { carrier },
      requestContext: { http: { method } },
      body,
      isBase64Encoded: false,
    } as unknown as APIGatewayProxyEventV2;
    const answer = await createInboundHandler(ports)(event, createContext('inbound', 15));
    return answer as APIGatewayProxyStructuredResultV2;
  }

  /** Hands a batch to the outbound function, and gives the ids of those that come back. */
  async outbound(records: readonly SQSRecord[], ports = this.outboundPorts()): Promise<string[]> {
    const answer = await createOutboundHandler(ports)({ Records: [...records] }, createContext('outbound', 60));
    return failuresOf(answer);
  }

  async inboundBatch(records: readonly SQSRecord[], ports = this.inboundPorts()): Promise<string[]> {
    const answer = await createInboundHandler(ports)({ Records: [...records] }, createContext('inbound', 15));
    return failuresOf(answer as SQSBatchResponse);
  }

  repliesPorts(aws = this.#aws): ReplyPorts {
    return wireReplies(this.#settings, this.#around(aws));
  }

  async replies(records: readonly SQSRecord[], ports = this.repliesPorts()): Promise<string[]> {
    const answer = await createRepliesHandler(ports)({ Records: [...records] }, createContext('replies', 60));
    return failuresOf(answer);
  }

  reviewsPorts(aws = this.#aws): ReviewsPorts {
    return wireReviews(this.#settings, this.#around(aws));
  }

  /** Where messages wait, let go in pages of this size. */
  waitingRoom(pageSize?: number): WaitingRoom {
    return new WaitingRoom(new Table(createDynamoDb(this.#aws), this.#provisioned.tableName), this.clock, pageSize);
  }

  waitingPorts(aws = this.#aws): WaitingPorts {
    return wireWaiting(this.#settings, this.#around(aws));
  }

  /** The outbound function with AWS and the other carriers elsewhere. */
  outboundPortsAt(carriers: { readonly aws: string }): OutboundPorts {
    const { endpoints } = this.#aws;
    const at = { sns: carriers.aws, sms: carriers.aws };
    return this.outboundPorts({ ...this.#aws, ...(endpoints && { endpoints: { ...endpoints, ...at } }) });
  }

  /**
   * The function that follows the carriers' lists.
   * @param carriers where AWS and the other carriers answer
   */
  optOutListsPorts(carriers: { readonly aws: string; readonly http: string }): OptOutListsPorts {
    const { endpoints } = this.#aws;
    const aws = endpoints && { ...this.#aws, endpoints: { ...endpoints, sns: carriers.aws, sms: carriers.aws } };
    const telnyx = { apiKey: 'local-telnyx-api-key', publicKeys: [`${'A'.repeat(43)}=`] };
    return wireOptOutLists(
      {
        ...this.#settings,
        STOPGATE_CARRIERS_URL: `${carriers.http}/simulator`,
        STOPGATE_CARRIER_SECRET_IDS: { telnyx: 'telnyx' },
      },
      { ...this.#around(aws ?? this.#aws), secrets: fixedSecrets({ telnyx }) },
    );
  }

  /** A call of the reviews function by the clock. */
  async lookAfterReviews(ports = this.reviewsPorts()): Promise<void> {
    await createReviewsHandler(ports)({}, createContext('reviews', 300));
  }

  /** A message that is really on the outbound queue, as the event source hands it over. */
  async enqueued(message: object): Promise<SQSRecord> {
    const { url } = this.queues.outbound;
    await this.#sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: JSON.stringify(message) }));
    const [record] = await this.drain(url);
    if (!record) throw new Error('The queue is empty');
    return record;
  }

  /** Takes records off the outbound queue, as the event source does with those that are done. */
  async forget(records: readonly SQSRecord[]): Promise<void> {
    const QueueUrl = this.queues.outbound.url;
    for (const { receiptHandle } of records) {
      await this.#sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: receiptHandle }));
    }
  }

  /** What a queue holds now, as the event source would hand it over. */
  async drain(queueUrl: string): Promise<SQSRecord[]> {
    const { Messages = [] } = await this.#sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: queueUrl,
        MaxNumberOfMessages: 10,
        WaitTimeSeconds: 0,
        MessageSystemAttributeNames: ['All'],
        MessageAttributeNames: ['All'],
      }),
    );
    return Messages.map((message) => ({
      ...recordOf(message.Body ?? ''),
      receiptHandle: message.ReceiptHandle ?? '',
      attributes: message.Attributes as unknown as SQSRecord['attributes'],
      messageAttributes: Object.fromEntries(
        Object.entries(message.MessageAttributes ?? {}).map(([name, { DataType = 'String', StringValue }]) => [
          name,
          { dataType: DataType, stringValue: StringValue },
        ]),
      ),
    }));
  }

  /** The ledger's table as it is. */
  get table(): Table {
    return new Table(createDynamoDb(this.#aws), this.tableName);
  }

  get carrierUrl(): string {
    return `http://127.0.0.1:${(this.#carrier.address() as AddressInfo).port}`;
  }

  get tableName(): string {
    return this.#provisioned.tableName;
  }

  /** A client that keeps what it asks for. */
  recordingDynamoDb() {
    const client = createDynamoDb(this.#aws);
    const requests: object[] = [];
    client.middlewareStack.add(
      (next) => (given) => {
        requests.push(given.input);
        return next(given);
      },
      { step: 'initialize' },
    );
    return { requests, client };
  }

  /** The sort keys of a campaign's failures, from every shard of the index. */
  async failuresOfCampaign(account: string, campaignId: string): Promise<(string | undefined)[]> {
    const { failuresIndex } = LEDGER_TABLE;
    const pages = await Promise.all(
      Array.from({ length: FAILURE_SHARDS }, (_, shard) =>
        createDynamoDb(this.#aws).send(
          new QueryCommand({
            TableName: this.#provisioned.tableName,
            IndexName: failuresIndex.name,
            KeyConditionExpression: '#shard = :shard',
            ExpressionAttributeNames: { '#shard': failuresIndex.partitionKey },
            ExpressionAttributeValues: { ':shard': { S: `${account}#${campaignId}#${shard}` } },
          }),
        ),
      ),
    );
    return pages.flatMap(({ Items = [] }) => Items.map((item) => item[failuresIndex.sortKey]?.S));
  }

  #around(aws: AwsSettings) {
    const secrets = fixedSecrets({ twilio: { accountSid: 'AC1', authTokens: AUTH_TOKENS }, [LOG_KEY]: 'key' });
    return { ...lambdaSurroundings('test'), aws, clock: this.clock, secrets };
  }

  get #settings() {
    const { queues, topics, tableName } = this.#provisioned;
    return {
      STOPGATE_TABLE_NAME: tableName,
      STOPGATE_DEFAULT_ACCOUNT: 'acme',
      STOPGATE_DEFAULT_CARRIER: 'twilio',
      STOPGATE_AWS_OPT_OUT_LIST: this.awsOptOutList,
      STOPGATE_PUBLIC_URL: PUBLIC_URL,
      STOPGATE_CARRIERS_URL: this.carrierUrl,
      STOPGATE_CARRIER_SECRET_IDS: { twilio: 'twilio' },
      STOPGATE_LOG_KEY_SECRET_ID: LOG_KEY,
      STOPGATE_INBOUND_QUEUE_URL: queues.inbound.url,
      STOPGATE_INBOUND_DEAD_LETTERS_QUEUE_URL: queues.inbound.deadLettersUrl,
      STOPGATE_REPLIES_QUEUE_URL: queues.replies.url,
      STOPGATE_REPLIES_DEAD_LETTERS_QUEUE_URL: queues.replies.deadLettersUrl,
      STOPGATE_OUTBOUND_QUEUE_URL: queues.outbound.url,
      STOPGATE_OUTBOUND_DEAD_LETTERS_QUEUE_URL: queues.outbound.deadLettersUrl,
      STOPGATE_TWO_WAY_TOPIC_ARN: topics['two-way'],
      STOPGATE_SMS_EVENTS_TOPIC_ARN: topics['sms-events'],
    } as const;
  }
}

/** A queue record with this body, received for the first time. */
export function recordOf(body: unknown, receives = 1): SQSRecord {
  return {
    messageId: crypto.randomUUID(),
    // Unknown to the queue: where a function changes how long it stays away, that fails, and must not matter.
    receiptHandle: 'none',
    body: typeof body === 'string' ? body : JSON.stringify(body),
    attributes: {
      ApproximateReceiveCount: String(receives),
      SentTimestamp: String(Date.now()),
      SenderId: 'test',
      ApproximateFirstReceiveTimestamp: String(Date.now()),
    },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:test',
    awsRegion: 'us-east-1',
  };
}

function awsAt(dynamodb: string, sqs: string): AwsSettings {
  const credentials = { accessKeyId: 'any', secretAccessKey: 'any' };
  return { region: 'us-east-1', credentials, endpoints: { dynamodb, sqs, sns: sqs, sms: sqs } };
}

const failuresOf = ({ batchItemFailures }: SQSBatchResponse): string[] =>
  batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
