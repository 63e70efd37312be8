import { AWS, type CarrierLimit, NEAR_SECONDS, ON_QUEUE_SECONDS, SENDING_SECONDS_A_DAY } from './limits.ts';
import { PRICES } from './prices.ts';

const BATCH = 10;
const GIGABYTE = 1_000_000_000;
const DAY_SECONDS = 86_400;

/** What one message takes of AWS on its way, from its producer to its end. */
export interface Journey {
  /** To DynamoDB and SQS, the queue's own included. */
  readonly calls: number;
  readonly readUnits: number;
  readonly writeUnits: number;
  readonly sqsRequests: number;
  /** In tenths, since a function works on ten messages at once. */
  readonly functionRuns: number;
  readonly storedBytes: number;
  readonly loggedBytes: number;
}

/** USD, by part. */
export interface Bill {
  readonly dynamoDb: number;
  readonly sqs: number;
  readonly lambda: number;
  readonly logs: number;
  readonly total: number;
  /** For each month that the messages stay in the table; not in the total. */
  readonly storageAMonth: number;
}

/**
 * @param batchSeconds how long a function works on ten messages
 * @param gigabytes of memory that the function has
 */
export function billOf(journey: Journey, messages: number, batchSeconds: number, gigabytes: number): Bill {
  const { readUnits, writeUnits, sqsRequests, functionRuns, loggedBytes, storedBytes } = journey;
  const dynamoDb = messages * (readUnits * PRICES.readUnit + writeUnits * PRICES.writeUnit);
  const sqs = messages * sqsRequests * PRICES.sqsRequest;
  const run = PRICES.lambdaRequest + batchSeconds * gigabytes * PRICES.lambdaGigabyteSecond;
  const lambda = messages * functionRuns * run;
  const logs = ((messages * loggedBytes) / GIGABYTE) * PRICES.loggedGigabyte;
  const storageAMonth = ((messages * storedBytes) / GIGABYTE) * PRICES.storedGigabyteMonth;
  return { dynamoDb, sqs, lambda, logs, total: dynamoDb + sqs + lambda + logs, storageAMonth };
}

/** Journeys of the messages of a sender with a rate, by where they wait. */
export interface RatedJourneys {
  readonly near: Journey;
  readonly onQueue: Journey;
  readonly inWaitingRoom: Journey;
}

/**
 * The mean journey of a message whose campaign is queued all at once: the first turns are near, those of the next minutes are
 * waited for on the queue, all others in the waiting room. The most it can be, because turns come nearer while the queue is worked off.
 */
export function queuedAtOnce({ near, onQueue, inWaitingRoom }: RatedJourneys, messages: number, rate: number): Journey {
  const nearby = Math.min(messages, NEAR_SECONDS * rate);
  const soon = Math.min(messages, ON_QUEUE_SECONDS * rate) - nearby;
  const late = messages - nearby - soon;
  const mean = (of: keyof Journey) => (near[of] * nearby + onQueue[of] * soon + inWaitingRoom[of] * late) / messages;
  return {
    calls: mean('calls'),
    readUnits: mean('readUnits'),
    writeUnits: mean('writeUnits'),
    sqsRequests: mean('sqsRequests'),
    functionRuns: mean('functionRuns'),
    storedBytes: mean('storedBytes'),
    loggedBytes: mean('loggedBytes'),
  };
}

/** How long something takes, and what does not let it be faster. */
export interface Held {
  readonly seconds: number;
  readonly by: string;
}

/** With as many functions at once as the event source lets run. */
export const withFunctions = (messages: number, functions: number, batchSeconds: number): Held => ({
  seconds: (messages * batchSeconds) / (functions * BATCH),
  by: `${functions} functions`,
});

/**
 * With the event source's own maximum taken away, and all of AWS's default quotas left as they are: the event source starts more and
 * more functions until the first of the other limits is reached.
 */
export function withDefaultQuotas(messages: number, writeUnits: number, batchSeconds: number): Held {
  const aSecondOfOne = BATCH / batchSeconds;
  const caps = [
    { by: 'table writes', perSecond: AWS.tableWritesASecond / writeUnits },
    { by: 'concurrency', perSecond: AWS.functionsAtOnce * aSecondOfOne },
    { by: 'event source', perSecond: AWS.eventSourceMost * aSecondOfOne },
  ];
  const cap = caps.reduce((lowest, other) => (other.perSecond < lowest.perSecond ? other : lowest));
  const atFirst = AWS.eventSourceAtFirst * aSecondOfOne;
  const more = (AWS.eventSourceMoreAMinute / 60) * aSecondOfOne;
  const rampSeconds = Math.max(0, (cap.perSecond - atFirst) / more);
  const inRamp = (atFirst + (more * rampSeconds) / 2) * rampSeconds;
  if (messages > inRamp) return { seconds: rampSeconds + (messages - inRamp) / cap.perSecond, by: cap.by };
  return { seconds: (Math.sqrt(atFirst ** 2 + 2 * more * messages) - atFirst) / more, by: 'scaling up' };
}

/** From the first to the last message, nights included, by a carrier that takes so many a second and a day. */
export function byCarrier(messages: number, { name, messagesASecond, messagesADay }: CarrierLimit): Held {
  const aDay = Math.min(messagesADay ?? Number.POSITIVE_INFINITY, messagesASecond * SENDING_SECONDS_A_DAY);
  const daysBefore = Math.ceil(messages / aDay) - 1;
  return { seconds: daysBefore * DAY_SECONDS + (messages - daysBefore * aDay) / messagesASecond, by: name };
}

export const slowestOf = (all: readonly [Held, ...Held[]]): Held =>
  all.reduce((slowest, other) => (other.seconds > slowest.seconds ? other : slowest));

/** Above this many messages a second of all senders with a rate, those that wait on the queue would be more than SQS hides. */
export const mostRatedASecond = (): number => AWS.sqsInFlight / ON_QUEUE_SECONDS;

/** Above this many messages a second of one sender, the item that holds its turns would be written too often: once for ten. */
export const mostASecondOfOneSender = (): number => AWS.partitionWritesASecond * BATCH;
