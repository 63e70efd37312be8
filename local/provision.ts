import { CreateTableCommand, type DynamoDBClient, ResourceInUseException } from '@aws-sdk/client-dynamodb';
import { CreateTopicCommand, type SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, GetQueueAttributesCommand, GetQueueUrlCommand, type SQSClient } from '@aws-sdk/client-sqs';
import {
  DEAD_LETTER_RETENTION_DAYS,
  LEDGER_TABLE,
  QUEUES,
  type QueueName,
  TOPICS,
  type TopicName,
} from '../shared/runtime/topology.ts';

/** A queue as it stands on the embedded engine. */
export interface ProvisionedQueue {
  readonly url: string;
  readonly arn: string;
  readonly deadLettersUrl: string;
}

export interface Provisioned {
  readonly tableName: string;
  readonly queues: Readonly<Record<QueueName, ProvisionedQueue>>;
  readonly topics: Readonly<Record<TopicName, string>>;
}

export const LEDGER_TABLE_NAME = 'stopgate-ledger';

/** Builds on the embedded engines what `infra/` builds in AWS, from the same definition. What is there already stays. */
export async function provision(dynamoDb: DynamoDBClient, sqs: SQSClient, sns: SNSClient): Promise<Provisioned> {
  const tableName = await createLedgerTable(dynamoDb);
  const queues = await mapValues(QUEUES, (name) => createQueue(sqs, name));
  const topics = await mapValues(TOPICS, (name) => createTopic(sns, name, queues[TOPICS[name].deliversTo].arn));
  return { tableName, queues, topics };
}

/** @returns the table's name */
export async function createLedgerTable(dynamoDb: DynamoDBClient): Promise<string> {
  const { partitionKey, sortKey, failuresIndex, openReviewsIndex } = LEDGER_TABLE;
  const keySchema = (hash: string, range: string) => [
    { AttributeName: hash, KeyType: 'HASH' as const },
    { AttributeName: range, KeyType: 'RANGE' as const },
  ];
  const indexes = [failuresIndex, openReviewsIndex];
  const names = new Set([partitionKey, sortKey, ...indexes.flatMap((index) => [index.partitionKey, index.sortKey])]);
  try {
    await dynamoDb.send(
      new CreateTableCommand({
        TableName: LEDGER_TABLE_NAME,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [...names].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
        KeySchema: keySchema(partitionKey, sortKey),
        GlobalSecondaryIndexes: [
          {
            IndexName: failuresIndex.name,
            KeySchema: keySchema(failuresIndex.partitionKey, failuresIndex.sortKey),
            Projection: { ProjectionType: 'KEYS_ONLY' },
          },
          {
            IndexName: openReviewsIndex.name,
            KeySchema: keySchema(openReviewsIndex.partitionKey, openReviewsIndex.sortKey),
            Projection: { ProjectionType: 'ALL' },
          },
        ],
      }),
    );
  } catch (error) {
    if (!(error instanceof ResourceInUseException)) throw error;
  }
  return LEDGER_TABLE_NAME;
}

/** What a queue of the local run is called, or the one beside it with its dead letters. */
export const queueNameOf = (name: QueueName, which?: 'dead letters'): string =>
  `stopgate-${name}${which ? '-dead-letters' : ''}`;

async function createQueue(sqs: SQSClient, name: QueueName): Promise<ProvisionedQueue> {
  const { visibilityTimeout, maxReceiveCount } = QUEUES[name];
  const deadLetters = await ensureQueue(sqs, queueNameOf(name, 'dead letters'), {
    MessageRetentionPeriod: String(DEAD_LETTER_RETENTION_DAYS * 86_400),
  });
  const { url, arn } = await ensureQueue(sqs, queueNameOf(name), {
    VisibilityTimeout: String(visibilityTimeout),
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn: deadLetters.arn, maxReceiveCount }),
  });
  return { url, arn, deadLettersUrl: deadLetters.url };
}

async function ensureQueue(
  sqs: SQSClient,
  QueueName: string,
  Attributes: Record<string, string>,
): Promise<{ url: string; arn: string }> {
  const there = await sqs.send(new GetQueueUrlCommand({ QueueName })).catch(() => undefined);
  const url = (there ?? (await sqs.send(new CreateQueueCommand({ QueueName, Attributes })))).QueueUrl ?? '';
  const read = await sqs.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['QueueArn'] }));
  return { url, arn: read.Attributes?.QueueArn ?? '' };
}

async function createTopic(sns: SNSClient, name: TopicName, queueArn: string): Promise<string> {
  const { TopicArn = '' } = await sns.send(new CreateTopicCommand({ Name: `stopgate-${name}` }));
  await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: queueArn }));
  return TopicArn;
}

async function mapValues<K extends string, T>(
  of: Readonly<Record<K, unknown>>,
  make: (name: K) => Promise<T>,
): Promise<Record<K, T>> {
  const entries = await Promise.all((Object.keys(of) as K[]).map(async (name) => [name, await make(name)] as const));
  return Object.fromEntries(entries) as Record<K, T>;
}
