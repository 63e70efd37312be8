/**
 * What Stopgate is made of, said once: the table, the queues, the topics, the functions, the routes and who calls whom.
 * `infra/` builds it in an AWS account and `local/` builds it on loopback from these same values, so that the two
 * cannot drift apart.
 */

/** The ledger: one table, all that is known of a recipient in one partition. */
export const LEDGER_TABLE = {
  partitionKey: 'recipient',
  sortKey: 'entry',
  /** Epoch seconds; only messages carry it, and only when the stage sets a retention. */
  timeToLive: 'removeAfter',
  /** Sparse: only the failed messages of a campaign are in it. */
  failuresIndex: { name: 'failures-by-campaign', partitionKey: 'failureShard', sortKey: 'failure' },
  /** Sparse: only the reviews on which somebody has to decide are in it, whole, by account and deadline. */
  openReviewsIndex: { name: 'open-reviews', partitionKey: 'recipient', sortKey: 'openUntil' },
} as const;

export interface QueueSettings {
  /** Seconds for which a received message stays hidden; longer than the function's timeout and than a claim. */
  readonly visibilityTimeout: number;
  /** Receives before SQS itself moves the message to the dead-letter queue: the last resort, above every retry of ours. */
  readonly maxReceiveCount: number;
  /** What it means for people when a message lies in the dead-letter queue, and what to do. */
  readonly deadLetterMeaning: string;
}

export type QueueName = 'outbound' | 'replies' | 'inbound';

/** Every queue has a dead-letter queue beside it, named `{name}-dead-letters`, which keeps for 14 days. */
export const QUEUES: Readonly<Record<QueueName, QueueSettings>> = {
  outbound: {
    visibilityTimeout: 180,
    maxReceiveCount: 30,
    deadLetterMeaning:
      'Messages that producers queued were not sent, because they could not be parsed or failed again and again. Nobody was texted. Read one, mend the producer or the fault, then redrive the queue: nothing is sent twice.',
  },
  replies: {
    visibilityTimeout: 180,
    maxReceiveCount: 10,
    deadLetterMeaning:
      'People who texted STOP, START or HELP got no answer. Their consent is stored and heeded. A reply is only sent within five minutes, so there is nothing to redrive: mend the cause.',
  },
  inbound: {
    visibilityTimeout: 180,
    maxReceiveCount: 200,
    deadLetterMeaning:
      'What recipients texted, a STOP perhaps, could not be stored although it was received. Until it is, messages may go to people who have left. Mend the cause and redrive the queue at once.',
  },
};

/** The longest that SQS has. */
export const DEAD_LETTER_RETENTION_DAYS = 14;
/** A dead letter that SQS itself moved ages from when it was first sent, so that half of the time is left for the dead-letter queue. */
export const QUEUE_RETENTION_DAYS = DEAD_LETTER_RETENTION_DAYS / 2;

export type TopicName = 'two-way' | 'sms-events';

/** AWS End User Messaging publishes here; each topic delivers to a queue, which calls a function. */
export const TOPICS: Readonly<Record<TopicName, { readonly deliversTo: QueueName; readonly carries: string }>> = {
  'two-way': { deliversTo: 'inbound', carries: 'what recipients text to our AWS numbers' },
  'sms-events': { deliversTo: 'inbound', carries: "AWS End User Messaging's delivery events" },
};

export type FunctionName = 'inbound' | 'outbound' | 'replies' | 'waiting' | 'api' | 'reviews' | 'opt-out-lists';

export interface FunctionSettings {
  readonly description: string;
  /** Seconds. */
  readonly timeout: number;
  /** Megabytes. */
  readonly memory: number;
}

export const FUNCTIONS: Readonly<Record<FunctionName, FunctionSettings>> = {
  inbound: {
    description: 'Hears STOP, START and HELP, and receipts, and writes them to the ledger',
    timeout: 15,
    memory: 512,
  },
  outbound: {
    description: 'Asks the ledger before each message, sends it, and records what came of it',
    timeout: 60,
    memory: 512,
  },
  replies: { description: 'Answers a STOP, START or HELP, once', timeout: 60, memory: 512 },
  // Lambda gives a whole processor with 1,769 MB: a million messages whose quiet hours end together keep it busy for minutes.
  waiting: { description: 'Lets messages go whose waiting time is over', timeout: 300, memory: 1_769 },
  api: { description: 'Answers what is known of a recipient or a message', timeout: 15, memory: 512 },
  reviews: {
    description: 'Looks after the deadlines of messages that a person has to decide on',
    timeout: 300,
    memory: 512,
  },
  'opt-out-lists': {
    description: 'Hears who is on the carriers’ own opt-out lists, and lets one of AWS’s follow the ledger',
    timeout: 900,
    memory: 512,
  },
};

export interface EventSource {
  readonly queue: QueueName;
  readonly function: FunctionName;
  readonly batchSize: number;
  /** The most batches of this queue that are worked on at once (AWS allows 2 to 1,000). */
  readonly maxConcurrency: number;
}

export const EVENT_SOURCES: readonly EventSource[] = [
  { queue: 'outbound', function: 'outbound', batchSize: 10, maxConcurrency: 10 },
  { queue: 'replies', function: 'replies', batchSize: 10, maxConcurrency: 5 },
  { queue: 'inbound', function: 'inbound', batchSize: 10, maxConcurrency: 10 },
];

export interface Schedule {
  /** One that asks nothing of the event that it is called with. */
  readonly function: Extract<FunctionName, 'reviews' | 'waiting' | 'opt-out-lists'>;
  readonly everyMinutes: number;
}

/** Functions that are called by the clock. Each call does what is due, so that one that is missed or doubled changes nothing. */
export const SCHEDULES: readonly Schedule[] = [
  { function: 'reviews', everyMinutes: 60 },
  { function: 'waiting', everyMinutes: 1 },
  { function: 'opt-out-lists', everyMinutes: 360 },
];

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT';
  /** API Gateway's notation: `{name}` stands for one path segment. */
  readonly path: string;
  readonly function: FunctionName;
  /** `signature`: the function checks the carrier's signature. `caller`: the gateway checks who calls (IAM in AWS, a token locally). */
  readonly authorizedBy: 'signature' | 'caller';
}

export const ROUTES: readonly Route[] = [
  { method: 'POST', path: '/webhooks/{carrier}', function: 'inbound', authorizedBy: 'signature' },
  { method: 'GET', path: '/webhooks/{carrier}', function: 'inbound', authorizedBy: 'signature' },
  { method: 'GET', path: '/v1/recipients/{number}', function: 'api', authorizedBy: 'caller' },
  { method: 'GET', path: '/v1/messages/{messageId}', function: 'api', authorizedBy: 'caller' },
];
