import {
  ChangeMessageVisibilityCommand,
  type MessageAttributeValue,
  SendMessageBatchCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { SQSRecord } from 'aws-lambda';

/** SQS hides a message for twelve hours at most. */
const MAX_HIDDEN_SECONDS = 12 * 60 * 60;

/** The attribute of a dead letter that says why it is one. */
export const DEAD_LETTER_REASON = 'stopgate-why';

/** One queue, by its URL. */
export class Queue {
  readonly #client: SQSClient;
  readonly #url: string;

  constructor(client: SQSClient, url: string) {
    this.#client = client;
    this.#url = url;
  }

  /**
   * Puts one message on the queue, as JSON.
   * @param delaySeconds how long nobody gets it; 900 at most
   */
  async send(message: unknown, delaySeconds?: number): Promise<void> {
    const MessageBody = toAscii(JSON.stringify(message));
    await this.#client.send(new SendMessageCommand({ QueueUrl: this.#url, MessageBody, DelaySeconds: delaySeconds }));
  }

  /** Puts ten messages at most on the queue, just as they are. All of them, or it throws. */
  async sendBodies(bodies: readonly string[]): Promise<void> {
    const Entries = bodies.map((MessageBody, index) => ({ Id: String(index), MessageBody }));
    const { Failed = [] } = await this.#client.send(new SendMessageBatchCommand({ QueueUrl: this.#url, Entries }));
    if (Failed.length > 0) throw new Error(`The queue refused ${Failed.length} messages (${Failed[0]?.Code})`);
  }

  /** Lets a received message come back after a while instead of after the queue's own time. */
  async comeBackAfter(record: SQSRecord, delayMs: number): Promise<void> {
    const seconds = Math.min(Math.ceil(delayMs / 1_000), MAX_HIDDEN_SECONDS);
    await this.#client.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: this.#url,
        ReceiptHandle: record.receiptHandle,
        VisibilityTimeout: seconds,
      }),
    );
  }

  /** Puts a received message here untouched, with a word on why. SQS allows ten attributes. */
  async bury(record: SQSRecord, why: string): Promise<void> {
    const attributes: Record<string, MessageAttributeValue> = {
      [DEAD_LETTER_REASON]: { DataType: 'String', StringValue: why },
    };
    // What was redriven and is buried again has a reason from last time.
    const given = Object.entries(record.messageAttributes).filter(([name]) => name !== DEAD_LETTER_REASON);
    for (const [name, { dataType, stringValue, binaryValue }] of given.slice(0, 9)) {
      attributes[name] =
        binaryValue === undefined
          ? { DataType: dataType, StringValue: stringValue }
          : { DataType: dataType, BinaryValue: Buffer.from(binaryValue, 'base64') };
    }
    await this.#client.send(
      new SendMessageCommand({ QueueUrl: this.#url, MessageBody: record.body, MessageAttributes: attributes }),
    );
  }
}

/**
 * SQS refuses some characters, and a STOP may hold any: beyond ASCII, everything is written as an escape, which JSON
 * reads back as it was.
 */
const toAscii = (json: string): string =>
  json.replaceAll(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
