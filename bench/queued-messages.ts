import type { SQSEvent, SQSRecord } from 'aws-lambda';

export const BATCH = 10;

/** A message as a producer queues it. */
export interface QueuedMessage {
  readonly messageId: string;
  readonly from: string;
  readonly to: string;
  readonly body: string;
  readonly campaignId?: string;
}

const BODY = 'Northside Cafe: two for one on all cakes this Saturday from 9 to 5. Reply STOP to end.';

/** A message of its own for each number, from 0 on. */
export const queuedMessage = (number: number, campaignId?: string): QueuedMessage => ({
  messageId: `bench-${number}`,
  from: '+12025550100',
  to: `+1555${String(number).padStart(7, '0')}`,
  body: BODY,
  ...(campaignId && { campaignId }),
});

/** Messages as Lambda hands them over when they come off the queue for the first time. */
export const eventOf = (messages: readonly QueuedMessage[]): SQSEvent => ({
  Records: messages.map((message) => recordOf(message)),
});

/** @param receives how often it came off the queue, this time included */
export const recordOf = (message: QueuedMessage, receives = 1): SQSRecord => ({
  messageId: `sqs-${message.messageId}`,
  receiptHandle: `handle-${message.messageId}`,
  body: JSON.stringify(message),
  attributes: {
    ApproximateReceiveCount: String(receives),
    SentTimestamp: '1767225600000',
    SenderId: 'bench',
    ApproximateFirstReceiveTimestamp: '1767225600000',
  },
  messageAttributes: {},
  md5OfBody: '',
  eventSource: 'aws:sqs',
  eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:outbound',
  awsRegion: 'us-east-1',
});
