/** The embedded DynamoDB, SQS and SNS, in a thread of their own: the clock of what is judged must not wait for them. */
import { parentPort } from 'node:worker_threads';
import { startDynamoDb, startSqsAndSns } from '../local/engines.ts';

const [dynamodb, sqs] = await Promise.all([startDynamoDb(0), startSqsAndSns(0, () => undefined)]);
parentPort?.postMessage({ dynamodb: dynamodb.url, sqs: sqs.url });
