import { createWaitingHandler, type WaitingHandler } from '../../functions/waiting/handler.ts';
import { wireWaiting } from '../../functions/waiting/wire.ts';
import { startDynamoDb, startSqsAndSns } from '../../local/engines.ts';
import { createContext } from '../../local/invocation.ts';
import { provision } from '../../local/provision.ts';
import { createLedger, type Ledger } from '../../shared/ledger/ledger.ts';
import { createDynamoDb, createSns, createSqs } from '../../shared/runtime/clients.ts';
import type { SqsHandler } from '../../shared/runtime/sqs-handler.ts';
import { lambdaSurroundings } from '../../shared/runtime/surroundings.ts';
import { startAnsweringAtOnce } from '../answer-at-once.ts';
import { ACCOUNT, awsAt, createOutboundFunction } from '../outbound-function.ts';
import { BATCH, eventOf, type QueuedMessage, queuedMessage, recordOf } from '../queued-messages.ts';
import { type Meter, type Reading, startMeter } from './meter.ts';

/** What one message of a batch costs. The carrier's own call is not in it, nor what takes it off the queue. */
export interface Cost {
  readonly calls: number;
  readonly readUnits: number;
  readonly writeUnits: number;
  /** What it leaves in the table. Bytes, as they are billed. */
  readonly storedBytes: number;
  /** How often it came off the queue. */
  readonly receives: number;
  /** How often the queue could forget it: twice, where it waited elsewhere meanwhile. */
  readonly deletes: number;
  /** Calls to SQS that the functions made, which are among all calls. */
  readonly sqsCalls: number;
  /** Calls of the whole batch, by operation. */
  readonly callsOfBatch: Readonly<Record<string, number>>;
}

/**
 * A clock that is set ahead, so that nobody has to wait for a turn that is minutes away. Else it stands still: what is counted must
 * not depend on how busy this machine is, by which turns would lapse.
 */
class SetClock {
  #now = Date.now();

  readonly now = (): number => this.#now;

  advance(milliseconds: number): void {
    this.#now += milliseconds;
  }
}

interface Parts {
  readonly outbound: SqsHandler;
  readonly waiting: WaitingHandler;
  readonly ledger: Ledger;
  readonly meter: Meter;
  readonly clock: SetClock;
  readonly close: () => Promise<void>;
}

/** Where a message of a sender with a rate waits for its turn: in the function, on the queue, in the ledger. */
export type WaitsIn = 'function' | 'queue' | 'waiting room';

/** Messages a second of the sender with a rate, a short code's. */
const RATE = 100;
/** How far away the first turn is, by where one waits for it. Seconds. */
const TURN_IN: Readonly<Record<WaitsIn, number>> = { function: 0, queue: 60, 'waiting room': 1_200 };
/** So many wait together that what the waiting room reads and sends in pages is shared as it is in a campaign. */
const BATCHES_OF: Readonly<Record<WaitsIn, number>> = { function: 1, queue: 1, 'waiting room': 10 };
const MINUTE_MS = 60_000;

/** The outbound function on embedded engines, with a meter between the two. */
export class MeteredPipeline {
  readonly #outbound: SqsHandler;
  readonly #waiting: WaitingHandler;
  readonly #ledger: Ledger;
  readonly #meter: Meter;
  readonly #clock: SetClock;
  readonly #close: () => Promise<void>;
  #made = 0;

  private constructor(parts: Parts) {
    this.#outbound = parts.outbound;
    this.#waiting = parts.waiting;
    this.#ledger = parts.ledger;
    this.#meter = parts.meter;
    this.#clock = parts.clock;
    this.#close = parts.close;
  }

  static async start(): Promise<MeteredPipeline> {
    const [dynamoDb, others, carrier] = await Promise.all([
      startDynamoDb(0),
      startSqsAndSns(0, () => undefined),
      startAnsweringAtOnce(),
    ]);
    const direct = awsAt(dynamoDb.url, others.url);
    const { tableName, queues } = await provision(createDynamoDb(direct), createSqs(direct), createSns(direct));
    const settings = {
      STOPGATE_TABLE_NAME: tableName,
      STOPGATE_DEFAULT_ACCOUNT: ACCOUNT,
      STOPGATE_DEFAULT_CARRIER: 'twilio',
    };
    const clock = new SetClock();
    const ledger = createLedger(settings, { aws: direct, clock: clock.now });
    const meter = await startMeter({ dynamoDb: dynamoDb.url, others: others.url });
    const aws = awsAt(meter.dynamoDbUrl, meter.othersUrl);
    const outbound = createOutboundFunction({
      aws,
      tableName,
      carrier: 'twilio',
      carriersUrl: carrier.url,
      clock: clock.now,
    });
    const waiting = createWaitingHandler(
      wireWaiting(
        { ...settings, STOPGATE_OUTBOUND_QUEUE_URL: queues.outbound.url },
        { ...lambdaSurroundings('waiting'), aws, clock: clock.now },
      ),
    );
    const close = async () => {
      meter.close();
      carrier.close();
      await Promise.all([dynamoDb.close(), others.close()]);
    };
    const pipeline = new MeteredPipeline({ outbound, waiting, ledger, meter, clock, close });
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

  /**
   * Messages of a sender with a rate, all of which are sent when their turn has come, by way of where they wait for it.
   * @throws where they don't wait there
   */
  async sendRated(waitsIn: WaitsIn, campaignId?: string): Promise<Cost> {
    const from = SENDER_OF[waitsIn];
    await this.#ledger.senders.register({ sender: from, account: ACCOUNT, carrier: 'twilio', messagesPerSecond: RATE });
    // So many others came before.
    const others = { returned: 0, fresh: RATE * TURN_IN[waitsIn] };
    if (others.fresh > 0) await this.#ledger.pace.ask(from, RATE, others);
    await this.#letGo();
    const batches = Array.from({ length: BATCHES_OF[waitsIn] }, () =>
      this.#nextBatch(campaignId).map((message) => ({ ...message, from })),
    );
    const journey = await this.#untilSent(batches, from);
    const expected: Readonly<Record<WaitsIn, boolean>> = {
      function: journey.receives === 1,
      queue: journey.receives === 2 && journey.deletes === 1,
      'waiting room': journey.deletes === 2,
    };
    if (!expected[waitsIn]) throw new Error(`Messages did not wait in the ${waitsIn}, as they were meant to`);
    this.#lastBatch = batches.at(-1) ?? [];
    return journey;
  }

  /** Hands batches to the function as often as they come back, the clock set ahead meanwhile, and adds up what that takes. */
  async #untilSent(batches: readonly (readonly QueuedMessage[])[], from: string): Promise<Cost> {
    const messages = batches.length * BATCH;
    const readings: Reading[] = [];
    let inHand = batches.map((batch) => batch.map((message) => ({ message, receives: 1 })));
    let receives = 0;
    let deletes = 0;
    while (inHand.length > 0) {
      let hiddenSeconds = 0;
      const back: typeof inHand = [];
      await this.#rememberSender(from);
      for (const batch of inHand) {
        const { reading, result: comesBack } = await this.#meterOne(() => this.#handOver(batch));
        readings.push(reading);
        hiddenSeconds = Math.max(hiddenSeconds, this.#meter.hiddenSeconds);
        receives += batch.length;
        deletes += batch.length - comesBack.length;
        if (comesBack.length > 0) back.push(comesBack);
      }
      this.#clock.advance(hiddenSeconds * 1_000);
      inHand = back;
      const unsent = inHand.length > 0 ? 0 : await this.#countUnsent(batches);
      if (unsent === 0) continue;
      const released = await this.#waitInRoom(unsent);
      readings.push(...released.readings);
      inHand = inTens(released.messages).map((batch) => batch.map((message) => ({ message, receives: 1 })));
    }
    return { ...perMessage(sumOf(readings), messages), receives: receives / messages, deletes: deletes / messages };
  }

  /** @returns what comes back */
  async #handOver(batch: readonly Handed[]): Promise<Handed[]> {
    const records = batch.map(({ message, receives }) => recordOf(message, receives));
    const { batchItemFailures } = await this.#outbound({ Records: records }, createContext('outbound', 60));
    const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
    return batch
      .filter((_, index) => failed.has(records[index]?.messageId ?? ''))
      .map(({ message, receives }) => ({ message, receives: receives + 1 }));
  }

  /**
   * Lets minutes pass until the waiting room has let so many messages go. What a minute takes in which nobody waits is not theirs.
   * @throws where they have not gone after an hour
   */
  async #waitInRoom(count: number): Promise<{ messages: readonly QueuedMessage[]; readings: readonly Reading[] }> {
    const messages: QueuedMessage[] = [];
    const readings: Reading[] = [];
    let idle = NOTHING;
    for (let minute = 0; minute < 60 && messages.length < count; minute += 1) {
      this.#clock.advance(MINUTE_MS);
      const { reading } = await this.#meterOne(() => this.#letGo());
      const { queuedBodies } = this.#meter;
      messages.push(...queuedBodies.map((body): QueuedMessage => JSON.parse(body)));
      if (queuedBodies.length === 0) idle = reading;
      else readings.push(plus(reading, idle, -1));
    }
    if (messages.length < count) throw new Error('The waiting room did not let everybody go within an hour');
    return { messages, readings };
  }

  #letGo(): Promise<void> {
    return this.#waiting({}, createContext('waiting', 300));
  }

  async #countUnsent(batches: readonly (readonly QueuedMessage[])[]): Promise<number> {
    return (await this.statusesOf(batches.flat())).filter((status) => status !== 'Sent').length;
  }

  /** Has the function look the sender up, which it does twice a minute whatever it sends, before anything is metered. */
  async #rememberSender(from: string): Promise<void> {
    const to = '+15550000000';
    const unsendable = { ...queuedMessage(0), messageId: 'look-up', from, to, expiresAt: '2020-01-01T00:00:00.000Z' };
    await this.#outbound(eventOf([unsendable]), createContext('outbound', 60));
  }

  async #meterOne<T>(work: () => Promise<T>): Promise<{ readonly result: T; readonly reading: Reading }> {
    this.#meter.reset();
    const result = await work();
    return { result, reading: this.#meter.read() };
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
    const { reading } = await this.#meterOne(() => this.#invoke(messages));
    this.#lastBatch = messages;
    return { ...perMessage(reading, BATCH), receives: 1, deletes: 1 };
  }

  async #invoke(messages: readonly QueuedMessage[]): Promise<void> {
    const { batchItemFailures } = await this.#outbound(eventOf(messages), createContext('outbound', 60));
    if (batchItemFailures.length > 0) throw new Error('Not every message was worked off');
  }
}

/** A message, and how often it came off the queue. */
interface Handed {
  readonly message: QueuedMessage;
  readonly receives: number;
}

/** Each has a sender of its own, whose turns the others don't touch. */
const SENDER_OF: Readonly<Record<WaitsIn, string>> = {
  function: '+12025550151',
  queue: '+12025550152',
  'waiting room': '+12025550153',
};

function perMessage(
  { calls, readUnits, writeUnits, storedBytes }: Reading,
  messages: number,
): Omit<Cost, 'receives' | 'deletes'> {
  const count = (counts: (name: string) => boolean) =>
    Object.entries(calls).reduce((sum, [name, times]) => (counts(name) ? sum + times : sum), 0) / messages;
  return {
    calls: count(() => true),
    sqsCalls: count((name) => name.startsWith('AmazonSQS.')),
    readUnits: readUnits / messages,
    writeUnits: writeUnits / messages,
    storedBytes: storedBytes / messages,
    callsOfBatch: calls,
  };
}

/** @param sign -1 takes `more` away */
function plus(one: Reading, more: Reading, sign = 1): Reading {
  const names = new Set([...Object.keys(one.calls), ...Object.keys(more.calls)]);
  const calls = [...names].map((name) => [name, (one.calls[name] ?? 0) + sign * (more.calls[name] ?? 0)]);
  return {
    calls: Object.fromEntries(calls),
    readUnits: one.readUnits + sign * more.readUnits,
    writeUnits: one.writeUnits + sign * more.writeUnits,
    storedBytes: one.storedBytes + sign * more.storedBytes,
  };
}

const NOTHING: Reading = { calls: {}, readUnits: 0, writeUnits: 0, storedBytes: 0 };
const sumOf = (readings: readonly Reading[]): Reading => readings.reduce((sum, more) => plus(sum, more), NOTHING);

const inTens = <T>(all: readonly T[]): T[][] =>
  Array.from({ length: Math.ceil(all.length / BATCH) }, (_, index) => all.slice(index * BATCH, (index + 1) * BATCH));
