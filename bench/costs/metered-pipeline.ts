import { startDynamoDb, startSqsAndSns } from '../../local/engines.ts';
import { createContext } from '../../local/invocation.ts';
import { provision } from '../../local/provision.ts';
import { createLedger, type Ledger } from '../../shared/ledger/ledger.ts';
import { createDynamoDb, createSns, createSqs } from '../../shared/runtime/clients.ts';
import type { SqsHandler } from '../../shared/runtime/sqs-handler.ts';
import { startAnsweringAtOnce } from '../answer-at-once.ts';
import { ACCOUNT, awsAt, createOutboundFunction } from '../outbound-function.ts';
import { BATCH, eventOf, type QueuedMessage, queuedMessage } from '../queued-messages.ts';
import { type Meter, type Reading, startMeter } from './meter.ts';

/** What one message of a batch costs. The carrier's own call is not in it. */
export interface Cost {
  readonly calls: number;
  readonly readUnits: number;
  readonly writeUnits: number;
  /** Calls of the whole batch, by operation. */
  readonly callsOfBatch: Readonly<Record<string, number>>;
}

/** The outbound function on embedded engines, with a meter between the two. */
export class MeteredPipeline {
  readonly #outbound: SqsHandler;
  readonly #ledger: Ledger;
  readonly #meter: Meter;
  readonly #close: () => Promise<void>;
  #made = 0;

  private constructor(outbound: SqsHandler, ledger: Ledger, meter: Meter, close: () => Promise<void>) {
    this.#outbound = outbound;
    this.#ledger = ledger;
    this.#meter = meter;
    this.#close = close;
  }

  static async start(): Promise<MeteredPipeline> {
    const [dynamoDb, others, carrier] = await Promise.all([
      startDynamoDb(0),
      startSqsAndSns(0, () => undefined),
      startAnsweringAtOnce(),
    ]);
    const direct = awsAt(dynamoDb.url, others.url);
    const { tableName } = await provision(createDynamoDb(direct), createSqs(direct), createSns(direct));
    const settings = {
      STOPGATE_TABLE_NAME: tableName,
      STOPGATE_DEFAULT_ACCOUNT: ACCOUNT,
      STOPGATE_DEFAULT_CARRIER: 'twilio',
    };
    const ledger = createLedger(settings, { aws: direct, clock: Date.now });
    const meter = await startMeter({ dynamoDb: dynamoDb.url, others: others.url });
    const aws = awsAt(meter.dynamoDbUrl, meter.othersUrl);
    const outbound = createOutboundFunction({ aws, tableName, carrier: 'twilio', carriersUrl: carrier.url });
    const close = async () => {
      meter.close();
      carrier.close();
      await Promise.all([dynamoDb.close(), others.close()]);
    };
    const pipeline = new MeteredPipeline(outbound, ledger, meter, close);
    // The sender is looked up in the first batch, and then remembered for half a minute.
    await pipeline.#invoke(pipeline.#nextBatch());
    return pipeline;
  }

  close(): Promise<void> {
    return this.#close();
  }

  /** A batch of ten messages that are all sent. */
  async send(campaignId?: string): Promise<Cost> {
    return this.#measure(this.#nextBatch(campaignId));
  }

  /** A batch of ten messages whose recipients have all opted out. */
  async refuse(campaignId?: string): Promise<Cost> {
    const messages = this.#nextBatch(campaignId);
    for (const { to, from, messageId } of messages) {
      const change = {
        kind: 'opt-out',
        scope: from,
        at: new Date().toISOString(),
        eventId: `bench#${messageId}`,
      } as const;
      await this.#ledger.consent.apply({ account: ACCOUNT, recipient: to }, change);
    }
    return this.#measure(messages);
  }

  /** What the ledger says of the last batch's messages, so that nobody measures something else than they think. */
  async statusesOf(messages: readonly QueuedMessage[]): Promise<readonly (string | undefined)[]> {
    return Promise.all(
      messages.map(async ({ to, messageId }) => {
        const found = await this.#ledger.messages.find({ kind: 'message', account: ACCOUNT, to, messageId });
        return found?.reason ?? found?.status;
      }),
    );
  }

  #lastBatch: readonly QueuedMessage[] = [];

  get lastBatch(): readonly QueuedMessage[] {
    return this.#lastBatch;
  }

  #nextBatch(campaignId?: string): QueuedMessage[] {
    const first = this.#made;
    this.#made += BATCH;
    return Array.from({ length: BATCH }, (_, index) => queuedMessage(first + index, campaignId));
  }

  async #measure(messages: readonly QueuedMessage[]): Promise<Cost> {
    this.#meter.reset();
    await this.#invoke(messages);
    this.#lastBatch = messages;
    return perMessage(this.#meter.read());
  }

  async #invoke(messages: readonly QueuedMessage[]): Promise<void> {
    const { batchItemFailures } = await this.#outbound(eventOf(messages), createContext('outbound', 60));
    if (batchItemFailures.length > 0) throw new Error('Not every message was worked off');
  }
}

const perMessage = ({ calls, readUnits, writeUnits }: Reading): Cost => ({
  calls: Object.values(calls).reduce((sum, times) => sum + times, 0) / BATCH,
  readUnits: readUnits / BATCH,
  writeUnits: writeUnits / BATCH,
  callsOfBatch: calls,
});
