import { DeleteMessageBatchCommand, type Message, ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { ProvisionedQueue } from './provision.ts';

/** How long a poller waits at an empty queue; the longest that SQS allows. */
export const WAIT_SECONDS = 20;

export interface EventSourceOptions {
  /** Patient enough to wait that long. */
  readonly sqs: SQSClient;
  readonly queue: ProvisionedQueue;
  readonly batchSize: number;
  /** Batches worked on at once. */
  readonly concurrency: number;
  readonly invoke: (event: SQSEvent) => Promise<SQSBatchResponse>;
}

/** After an error of the queue itself. Milliseconds. */
const PAUSE_MS = 500;

/**
 * Calls a function with what is on a queue, as Lambda's event source mapping does: whatever the function does not
 * report as failed is deleted; the rest comes back.
 * @returns the function that stops it, once the batches in hand are done
 */
export function startEventSource(options: EventSourceOptions): () => Promise<void> {
  const stopping = new AbortController();
  const pollers = Array.from({ length: options.concurrency }, () => poll(options, stopping.signal));
  return async () => {
    stopping.abort();
    await Promise.all(pollers);
  };
}

async function poll(options: EventSourceOptions, stop: AbortSignal): Promise<void> {
  while (!stop.aborted) {
    try {
      const messages = await receive(options, stop);
      if (messages.length > 0) await work(messages, options);
    } catch (error) {
      if (stop.aborted) return;
      console.error(`The queue could not be read: ${(error as Error).name}`);
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }
}

async function receive({ sqs, queue, batchSize }: EventSourceOptions, abortSignal: AbortSignal): Promise<Message[]> {
  const command = new ReceiveMessageCommand({
    QueueUrl: queue.url,
    MaxNumberOfMessages: batchSize,
    WaitTimeSeconds: WAIT_SECONDS,
    MessageSystemAttributeNames: ['All'],
    MessageAttributeNames: ['All'],
  });
  return (await sqs.send(command, { abortSignal })).Messages ?? [];
}

async function work(messages: readonly Message[], { sqs, queue, invoke }: EventSourceOptions): Promise<void> {
  const { batchItemFailures } = await invoke({ Records: messages.map((message) => toRecord(message, queue.arn)) });
  const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
  const done = messages.filter(({ MessageId }) => !failed.has(MessageId ?? ''));
  if (done.length === 0) return;
  await sqs.send(
    new DeleteMessageBatchCommand({
      QueueUrl: queue.url,
      Entries: done.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle })),
    }),
  );
}

function toRecord(message: Message, eventSourceARN: string): SQSRecord {
  const attributes = Object.entries(message.MessageAttributes ?? {}).map(([name, value]) => [
    name,
    {
      dataType: value.DataType ?? 'String',
      ...(value.StringValue !== undefined && { stringValue: value.StringValue }),
      ...(value.BinaryValue && { binaryValue: Buffer.from(value.BinaryValue).toString('base64') }),
    },
  ]);
  return {
    messageId: message.MessageId ?? '',
    receiptHandle: message.ReceiptHandle ?? '',
    body: message.Body ?? '',
    attributes: (message.Attributes ?? {}) as unknown as SQSRecord['attributes'],
    messageAttributes: Object.fromEntries(attributes),
    md5OfBody: message.MD5OfBody ?? '',
    eventSource: 'aws:sqs',
    eventSourceARN,
    awsRegion: 'us-east-1',
  };
}
