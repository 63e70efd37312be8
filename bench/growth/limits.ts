import { MOST_LATE_MS } from '../../shared/ledger/waiting-room.ts';

/** What holds a campaign up: AWS's default quotas and the carriers' rules of autumn 2026. The source of each is named with it. */
export const AWS = {
  /** Batches at once when a queue begins to fill. "Scaling behaviour for SQS event sources", docs.aws.amazon.com/lambda. */
  eventSourceAtFirst: 5,
  /** Batches at once that come to them each minute. The same page. */
  eventSourceMoreAMinute: 300,
  /** Batches at once of one event source. The same page (1,000 in older copies, and for one with a maximum of its own). */
  eventSourceMost: 1_250,
  /** Invocations at once of all functions. Service quota "Concurrent executions" of Lambda. */
  functionsAtOnce: 1_000,
  /** Write units a second of a table on demand. Service quota "Table-level write throughput limit" of DynamoDB. */
  tableWritesASecond: 40_000,
  /**
   * Write units a second of one partition. "Best practices for partition keys", docs.aws.amazon.com/amazondynamodb. A sender's turns
   * are one item, and so are the counts of a shard of a campaign; each batch writes one of each.
   */
  partitionWritesASecond: 1_000,
  /** Messages of a standard queue that are received and not deleted, those that wait included. "Amazon SQS quotas", docs.aws.amazon.com. */
  sqsInFlight: 120_000,
} as const;

/** Seconds of a day in which promotional texts may be sent: quiet hours from 21 to 8 leave thirteen hours. */
export const SENDING_SECONDS_A_DAY = 13 * 3_600;

export interface CarrierLimit {
  readonly name: string;
  readonly messagesASecond: number;
  /** Where there is one beside the rate. */
  readonly messagesADay?: number;
}

/**
 * One part in so many of US recipients is taken to be T-Mobile's, whose daily caps count its own recipients only. Assumed: nothing
 * public says it of a list.
 */
const T_MOBILE_ONE_IN = 3;

/**
 * Message parts a second of one number. "SMS message parts per second limits", docs.aws.amazon.com/sms-voice, and the AWS
 * messaging blog on quotas of 10DLC, which names T-Mobile's daily caps of 2,000 to 200,000.
 */
export const CARRIERS: readonly CarrierLimit[] = [
  { name: '10DLC, lowest tier', messagesASecond: 1, messagesADay: 2_000 * T_MOBILE_ONE_IN },
  { name: 'toll-free', messagesASecond: 3 },
  { name: '10DLC, top tier', messagesASecond: 75, messagesADay: 200_000 * T_MOBILE_ONE_IN },
  { name: 'short code', messagesASecond: 100 },
];

/** A turn so near is waited for in the function (`functions/outbound/wait-for-turn.ts`). Seconds. */
export const NEAR_SECONDS = 0.2;
/** A turn so near is waited for on the queue (`functions/outbound/hold-back.ts`), a later one in the waiting room. Seconds. */
export const ON_QUEUE_SECONDS = (MOST_LATE_MS + 60_000) / 1_000;
