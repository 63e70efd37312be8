import { DescribeTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context, SQSBatchResponse } from 'aws-lambda';
import twilio from 'twilio';
import { createInboundHandler } from '../../functions/inbound/handler.ts';
import { createOutboundHandler } from '../../functions/outbound/handler.ts';
import { createRepliesHandler } from '../../functions/replies/handler.ts';
import { createContext } from '../../local/invocation.ts';
import { createLedgerTable } from '../../local/provision.ts';
import type { OutgoingMessage } from '../../shared/carriers/carrier.ts';
import { webhookOf } from '../../shared/carriers/webhooks.ts';
import { type Ledger, ledgerOn } from '../../shared/ledger/ledger.ts';
import { type Item, Table } from '../../shared/ledger/table.ts';
import { DEFAULT_RETRY_POLICY, type Outcome } from '../../shared/messages/outcome.ts';
import type { SenderInput } from '../../shared/messages/sender.ts';
import { fixedSecrets } from '../../shared/runtime/secrets.ts';
import { ComeBackLater } from '../../shared/runtime/sqs-handler.ts';
import { lambdaSurroundings } from '../../shared/runtime/surroundings.ts';
import { CircuitBreaker } from '../../shared/sending/circuit-breaker.ts';
import { recordOf } from '../integration/embedded-pipeline.ts';
import { operationOf } from './engine-without-wire.ts';

/** Stands before each call that a function makes to what is around it: ledger, carrier, queues. */
export type Gate = <T>(call: string, make: () => Promise<T>) => Promise<T>;

const openGate: Gate = (_call, make) => make();

/** A message that the carrier was asked to take. */
export type Handed = OutgoingMessage;

const PUBLIC_URL = 'https://hooks.example.com';
const AUTH_TOKEN = 'token';
const TOPICS = { twoWay: 'arn:two-way', smsEvents: 'arn:sms-events' };
const DEFAULTS = { STOPGATE_DEFAULT_ACCOUNT: 'acme', STOPGATE_DEFAULT_CARRIER: 'twilio' };
/** Without an end, because a function that a test kills would leave the timer for it behind. */
const CONTEXT = { ...createContext('test', 60), getRemainingTimeInMillis: undefined } as unknown as Context;
/** Fewer than usual, so that a history is long enough to use them up. */
export const MAX_ATTEMPTS = 2;

/**
 * The real functions on the real ledger, called one event at a time, with a clock that stands still until a test moves
 * it, a carrier that answers as a test says, and a gate before each call that a function makes.
 */
export class GatedPipeline {
  /** Milliseconds since the epoch. */
  now = 0;
  readonly handed: Handed[] = [];
  /** What inbound could not store and put on its own queue. */
  readonly deferred: string[] = [];
  readonly replies: string[] = [];
  carrierAnswers: (message: Handed) => Outcome = accept;
  /** Whether functions have run before, and remember the senders: their look-ups then pass no gate. */
  areWarm = false;

  readonly #client: DynamoDBClient;
  readonly #tableName: string;
  readonly #around = lambdaSurroundings('test');
  readonly #secrets = fixedSecrets({ twilio: { accountSid: 'AC1', authTokens: [AUTH_TOKEN] }, 'log-key': 'key' });
  readonly #senders: Ledger['senders'];

  private constructor(client: DynamoDBClient, tableName: string) {
    this.#client = client;
    this.#tableName = tableName;
    this.#senders = ledgerOn(new Table(client, tableName), DEFAULTS, () => 0).senders;
  }

  static async on(client: DynamoDBClient, senders: readonly SenderInput[]): Promise<GatedPipeline> {
    const TableName = await createLedgerTable(client);
    const describe = new DescribeTableCommand({ TableName });
    while ((await client.send(describe)).Table?.TableStatus !== 'ACTIVE') await new Promise(setImmediate);
    const pipeline = new GatedPipeline(client, TableName);
    for (const sender of senders) await pipeline.#senders.register(sender);
    for (const { sender } of senders) await pipeline.#senders.find(sender);
    return pipeline;
  }

  readonly #clock = (): number => this.now;

  get instant(): string {
    return new Date(this.now).toISOString();
  }

  /** Twilio calls. @returns the status of our answer */
  async webhook(parameters: Record<string, string>, gate = openGate, query = ''): Promise<number> {
    const url = `${PUBLIC_URL}/webhooks/twilio${query && `?${query}`}`;
    const event = {
      rawPath: '/webhooks/twilio',
      rawQueryString: query,
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        'x-twilio-signature': twilio.getExpectedTwilioSignature(AUTH_TOKEN, url, parameters),
      },
      pathParameters: { carrier: 'twilio' },
      requestContext: { http: { method: 'POST' } },
      body: new URLSearchParams(parameters).toString(),
    } as unknown as APIGatewayProxyEventV2;
    const answer = await this.#inbound(gate)(event, CONTEXT);
    return (answer as APIGatewayProxyStructuredResultV2).statusCode ?? 0;
  }

  /** The inbound queue delivers. @returns whether the message is done, and need not come again */
  async fromInboundQueue(body: object, receivedAt: number, gate = openGate): Promise<boolean> {
    const record = recordOf(body);
    record.attributes.SentTimestamp = String(receivedAt);
    const answer = await this.#inbound(gate)({ Records: [record] }, CONTEXT);
    return (answer as SQSBatchResponse).batchItemFailures.length === 0;
  }

  /** A notification of the topic of AWS End User Messaging. */
  notification(message: object, publishedAt: number): object {
    const Timestamp = new Date(publishedAt).toISOString();
    return { Type: 'Notification', TopicArn: TOPICS.twoWay, Message: JSON.stringify(message), Timestamp };
  }

  /** The outbound queue delivers a batch. @returns for each message whether it is done, and need not come again */
  async outbound(messages: readonly object[], receives: number, gate = openGate): Promise<boolean[]> {
    const handler = createOutboundHandler({ ...this.#ports(gate), defaultAccount: 'acme' });
    const records = messages.map((message) => recordOf(message, receives));
    const { batchItemFailures } = await handler({ Records: records }, CONTEXT);
    const back = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
    return records.map(({ messageId }) => !back.has(messageId));
  }

  /** The reply queue delivers. @returns whether the reply is done, and need not come again */
  async answer(reply: string, receives: number, gate = openGate): Promise<boolean> {
    const records = [recordOf(reply, receives)];
    const handler = createRepliesHandler(this.#ports(gate));
    return (await handler({ Records: records }, CONTEXT)).batchItemFailures.length === 0;
  }

  /** Lets the next message of a sender with a rate leave at a moment, in milliseconds since the epoch. */
  async nextMayLeaveAt(sender: string, moment: number): Promise<void> {
    await new Table(this.#client, this.#tableName).put({
      recipient: `sender#${sender}`,
      entry: 'PACE',
      nextLeave: moment,
    });
  }

  /** An item of a recipient, as it is. */
  async find(account: string, recipient: string, entry: string): Promise<Item | undefined> {
    return new Table(this.#client, this.#tableName).get({ recipient: `${account}#${recipient}`, entry });
  }

  #inbound(gate: Gate) {
    return createInboundHandler({
      ...this.#ports(gate),
      publicUrl: PUBLIC_URL,
      webhookOf,
      topics: TOPICS,
      secrets: this.#secrets,
      recipientHash: async () => 'hash',
      inboundQueue: {
        send: (body) => keepIn(this.deferred, body, gate),
        comeBackAfter: () => gate('queue', async () => {}),
      },
      replies: { send: (body) => keepIn(this.replies, body, gate) },
    });
  }

  #ports(gate: Gate) {
    const { logger, metrics } = this.#around;
    return {
      ...this.#ledger(gate),
      // Each call is one of a function that has just started, and knows no carrier yet.
      breaker: new CircuitBreaker(this.#clock),
      ...((gate === openGate || this.areWarm) && { senders: this.#senders }),
      sendingBy: async () => ({ send: (message: OutgoingMessage) => this.#send(message, gate) }),
      // No carrier here has a list of its own.
      isStillBlocked: async () => false,
      queue: { comeBackAfter: () => gate('queue', async () => {}) },
      // It comes back from there as from the queue, only later.
      waitingRoom: { keep: () => gate('queue', () => Promise.reject(new ComeBackLater())) },
      deadLetters: { bury: () => Promise.reject(new Error('Nothing in these tests is to be buried')) },
      maxReceives: Number.POSITIVE_INFINITY,
      retryPolicy: { ...DEFAULT_RETRY_POLICY, maxAttempts: MAX_ATTEMPTS },
      random: () => 0.5,
      clock: this.#clock,
      sleep: (milliseconds: number) => this.#sleep(milliseconds, gate),
      count: () => {},
      measure: () => {},
      logger,
      metrics,
    };
  }

  #ledger(gate: Gate): Ledger {
    const send = (command: { input: object }) =>
      gate(nameOf(command), () => this.#client.send(command as never) as Promise<unknown>);
    return ledgerOn(new Table({ send } as unknown as DynamoDBClient, this.#tableName), DEFAULTS, this.#clock);
  }

  /** It takes as long as it does; what else happens meanwhile happens before or after it. */
  #sleep(milliseconds: number, gate: Gate): Promise<void> {
    return gate('wait', async () => {
      this.now += milliseconds;
    });
  }

  #send(message: OutgoingMessage, gate: Gate): Promise<Outcome> {
    return gate('carrier', async () => {
      this.handed.push(message);
      return this.carrierAnswers(message);
    });
  }
}

/** The id that the scripted carrier gives a message. */
export const idAtCarrier = (messageId: string): string => `carriers-${messageId.replaceAll('#', '-')}`;

export const accept = ({ ref }: Handed): Outcome => ({
  kind: 'accepted',
  carrierMessageId: idAtCarrier(ref.messageId),
});

const keepIn = (list: string[], body: unknown, gate: Gate): Promise<void> =>
  gate('queue', async () => {
    list.push(JSON.stringify(body));
  });

/** `PutItem MESSAGE#1`: the operation and the entry that it is about. */
function nameOf(command: { input: object }): string {
  const { Key, Item: item } = command.input as { Key?: { entry: { S: string } }; Item?: { entry: { S: string } } };
  return `${operationOf(command)} ${(Key ?? item)?.entry.S ?? ''}`.trim();
}
