import { startDynamoDb, startSqsAndSns } from '../../local/engines.ts';
import { provision } from '../../local/provision.ts';
import { createDynamoDb, createSns, createSqs } from '../../shared/runtime/clients.ts';
import { awsAt } from '../outbound-function.ts';
import { type Engines, givenToPart, serveAsPart } from './parts.ts';

// As `npm start` does: the embedded table keeps many small buffers, each of which would hold on to Node's shared pool.
Buffer.poolSize = 0;

/** Where the table is kept. Queues hold 2,000 messages at most, and on disk each would wait for the disk at every step. */
const { dataDir } = givenToPart<{ dataDir: string }>();
const [dynamoDb, others] = await Promise.all([startDynamoDb(0, dataDir), startSqsAndSns(0, () => undefined)]);
const aws = awsAt(dynamoDb.url, others.url);
const { queues, tableName } = await provision(createDynamoDb(aws), createSqs(aws), createSns(aws));
serveAsPart({
  dynamodb: dynamoDb.url,
  sqs: others.url,
  tableName,
  outbound: queues.outbound,
  inbound: queues.inbound,
  repliesUrl: queues.replies.url,
} satisfies Engines);
