import { setTimeout as sleep } from 'node:timers/promises';
import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { PublishCommand } from '@aws-sdk/client-sns';
import { SendMessageBatchCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { accountOf, newTwilioId, notification, twilioWebhook, twoWayMessage } from './carriers.ts';
import { isAcknowledged, type TextLine } from './history.ts';
import type { QueuedMessage, Script, Step, Text } from './script.ts';
import type { World } from './world.ts';

/** Twilio waits this long for an answer. */
const WEBHOOK_TIMEOUT_MS = 15_000;
const RETRY_PAUSE_MS = 200;
/** Producers fill a batch of SQS, or wait this long for it. */
const BATCH = 10;
const BATCH_MS = 60;
/** How long an event may take to be in the table that a tie is made with. Milliseconds. */
const TIE_PATIENCE_MS = 4_000;
const TIE_LOOK_MS = 100;
/** Between the messages that follow a tie. Milliseconds. */
const AFTER_TIE_MS = 400;

/** Plays scripts: the recipients' carriers, and the producers. It writes down what they saw. */
export class Clients {
  readonly statuses: Record<string, number> = {};
  readonly #world: World;
  readonly #late: Text[] = [];
  #batch: QueuedMessage[] = [];

  constructor(world: World) {
    this.#world = world;
  }

  async play({ steps }: Script): Promise<void> {
    const start = Date.now();
    const doing: Promise<unknown>[] = [];
    for (const step of steps) {
      await sleep(Math.max(0, start + step.atMs - Date.now()));
      doing.push(this.#do(step));
    }
    await Promise.all(doing);
  }

  /** What carriers deliver once more, long after it was acknowledged. */
  async deliverLate(): Promise<number> {
    for (const text of this.#late) await this.#deliver(text);
    return this.#late.length;
  }

  async #do(step: Step): Promise<void> {
    if (step.do === 'queue') return this.#queue(step.message);
    if (step.do === 'text') return this.#say(step.text);
    const text = await this.#tied(step.with, step.text);
    if (!text) return;
    await this.#say(text);
    for (const message of step.messages) {
      await sleep(AFTER_TIE_MS);
      await this.#queue(message);
    }
  }

  async #say(text: Text): Promise<void> {
    for (let attempt = 0; attempt <= text.retries; attempt += 1) {
      if (await this.#deliver(text)) {
        if (text.againAtEnd) this.#late.push(text);
        return;
      }
      await sleep(RETRY_PAUSE_MS);
    }
  }

  /** @returns whether it was acknowledged */
  async #deliver(text: Text & { readonly sentAt?: string }): Promise<boolean> {
    const at = Date.now();
    const sentAt = text.sentAt ?? (text.lateByMs ? new Date(at - text.lateByMs).toISOString() : undefined);
    const answer = await (text.from.carrier === 'aws' ? this.#publish(text, sentAt) : this.#callWebhook(text));
    this.statuses[answer] = (this.statuses[answer] ?? 0) + 1;
    const line: TextLine = {
      kind: 'text',
      at,
      endedAt: Date.now(),
      account: text.from.account,
      sender: text.from.sender,
      eventId: eventIdOf(text),
      intent: text.intent,
      answer,
      ...(text.forged && { forged: true }),
      ...(sentAt !== undefined && { sentAt }),
    };
    this.#world.history.add(text.recipient, line);
    return isAcknowledged(line);
  }

  async #callWebhook({ recipient, from, body, id, forged }: Text): Promise<TextLine['answer']> {
    const text = { from: recipient, to: from.sender, body, messageId: newTwilioId(id) };
    const { url, ...call } = twilioWebhook(this.#world.publicUrl, text, forged);
    try {
      const signal = AbortSignal.timeout(WEBHOOK_TIMEOUT_MS);
      const response = await fetch(url, { method: 'POST', ...call, signal });
      await response.arrayBuffer();
      return response.status;
    } catch {
      return 'none';
    }
  }

  async #publish({ recipient, from, body, id }: Text, sentAt: string | undefined): Promise<'published'> {
    const { sns, sqs, provisioned } = this.#world;
    const TopicArn = provisioned.topics['two-way'];
    const message = twoWayMessage({ from: recipient, to: from.sender, body, messageId: id });
    if (sentAt === undefined) await sns.send(new PublishCommand({ TopicArn, Message: JSON.stringify(message) }));
    else {
      // SNS would stamp it with the present.
      const MessageBody = JSON.stringify(notification(TopicArn, message, sentAt));
      await sqs.send(new SendMessageCommand({ QueueUrl: provisioned.queues.inbound.url, MessageBody }));
    }
    return 'published';
  }

  /** The text, sent at the time that counts for another one, once that is in the table. */
  async #tied(other: Text, text: Text): Promise<(Text & { readonly sentAt: string }) | undefined> {
    const { dynamoDb, provisioned } = this.#world;
    const Key = {
      recipient: { S: `${other.from.account}#${other.recipient}` },
      entry: { S: `EVENT#${eventIdOf(other)}` },
    };
    for (const end = Date.now() + TIE_PATIENCE_MS; Date.now() < end; await sleep(TIE_LOOK_MS)) {
      const { Item } = await dynamoDb.send(
        new GetItemCommand({ TableName: provisioned.tableName, Key, ConsistentRead: true }),
      );
      if (Item?.countsFrom?.S) return { ...text, sentAt: Item.countsFrom.S };
    }
    return undefined;
  }

  async #queue(message: QueuedMessage): Promise<void> {
    this.#batch.push(message);
    if (this.#batch.length >= BATCH) return this.#flush();
    if (this.#batch.length > 1) return;
    await sleep(BATCH_MS);
    if (this.#batch.length > 0) await this.#flush();
  }

  async #flush(): Promise<void> {
    const { sqs, provisioned, history } = this.#world;
    const batch = this.#batch;
    this.#batch = [];
    const Entries = batch.map((message, index) => ({ Id: String(index), MessageBody: JSON.stringify(message) }));
    await sqs.send(new SendMessageBatchCommand({ QueueUrl: provisioned.queues.outbound.url, Entries }));
    const at = Date.now();
    for (const { to, messageId, from } of batch) {
      history.add(to, { kind: 'queued', at, account: accountOf(from), messageId, sender: from });
    }
  }
}

const eventIdOf = ({ from, id }: Text): string => `${from.carrier}#${from.carrier === 'aws' ? id : newTwilioId(id)}`;
