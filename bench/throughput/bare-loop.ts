import { BatchGetItemCommand, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { PublishCommand } from '@aws-sdk/client-sns';
import type { SQSRecord } from 'aws-lambda';
import { createDynamoDb, createSns } from '../../shared/runtime/clients.ts';
import { awsAt } from '../outbound-function.ts';
import type { QueuedMessage } from '../queued-messages.ts';
import { runContender, TABLE_NAME } from './contender.ts';
import { sendByTwilio } from './twilio.ts';

/**
 * The same calls as the outbound function makes for a batch that is sent, by the same clients, and nothing else: no
 * validation, no sender, no consent looked at, no retry, no log.
 */
await runContender((url, carrier) => {
  const aws = awsAt(url);
  const dynamoDb = createDynamoDb(aws);
  const sns = createSns(aws);

  const claim = ({ messageId, to, from, campaignId }: QueuedMessage) =>
    dynamoDb.send(
      new PutItemCommand({
        TableName: TABLE_NAME,
        Item: {
          recipient: { S: `acme#${to}` },
          entry: { S: `MESSAGE#${messageId}` },
          from: { S: from },
          category: { S: 'promotional' },
          campaignId: { S: campaignId ?? '' },
          carrier: { S: carrier },
          createdAt: { S: '2026-01-01T00:00:00.000Z' },
          updatedAt: { S: '2026-01-01T00:00:00.000Z' },
          status: { S: 'Sending' },
          attempt: { N: '1' },
          claimId: { S: '6b1d2a8e-1d1c-4c7e-9c55-0f9f6a1c2b3d' },
          claimUntil: { N: '1767225690000' },
        },
        ConditionExpression: 'attribute_not_exists(entry)',
      }),
    );

  const readConsent = (messages: readonly QueuedMessage[]) =>
    dynamoDb.send(
      new BatchGetItemCommand({
        RequestItems: {
          [TABLE_NAME]: {
            Keys: messages.map(({ to }) => ({ recipient: { S: `acme#${to}` }, entry: { S: 'CONSENT' } })),
            ConsistentRead: true,
          },
        },
      }),
    );

  const publish = async ({ to, from, body }: QueuedMessage): Promise<string | undefined> => {
    const answer = await sns.send(
      new PublishCommand({
        PhoneNumber: to,
        Message: body,
        MessageAttributes: {
          'AWS.SNS.SMS.SMSType': { DataType: 'String', StringValue: 'Promotional' },
          'AWS.MM.SMS.OriginationNumber': { DataType: 'String', StringValue: from },
        },
      }),
    );
    return answer.MessageId;
  };
  const send = carrier === 'sns' ? publish : (message: QueuedMessage) => sendByTwilio(url, message);

  const record = ({ to, messageId }: QueuedMessage, carrierMessageId: string) =>
    dynamoDb.send(
      new UpdateItemCommand({
        TableName: TABLE_NAME,
        Key: { recipient: { S: `acme#${to}` }, entry: { S: `MESSAGE#${messageId}` } },
        UpdateExpression: 'SET #a0 = :a0, #a1 = :a1, #a2 = :a2',
        ConditionExpression: '#status IN (:b0, :b1, :b2) AND claimId = :claim',
        ExpressionAttributeNames: {
          '#status': 'status',
          '#a0': 'carrierMessageId',
          '#a1': 'status',
          '#a2': 'updatedAt',
        },
        ExpressionAttributeValues: {
          ':a0': { S: carrierMessageId },
          ':a1': { S: 'Sent' },
          ':a2': { S: '2026-01-01T00:00:00.000Z' },
          ':b0': { S: 'Sending' },
          ':b1': { S: 'Unknown' },
          ':b2': { S: 'Queued' },
          ':claim': { S: '6b1d2a8e-1d1c-4c7e-9c55-0f9f6a1c2b3d' },
        },
      }),
    );

  const count = (campaignId: string, sent: number) =>
    dynamoDb.send(
      new UpdateItemCommand({
        TableName: TABLE_NAME,
        Key: { recipient: { S: `campaign#acme#${campaignId}#0` }, entry: { S: 'COUNTS' } },
        UpdateExpression: 'ADD #s0 :n0',
        ExpressionAttributeNames: { '#s0': 'Sent' },
        ExpressionAttributeValues: { ':n0': { N: String(sent) } },
      }),
    );

  return async ({ Records }) => {
    const messages = Records.map(({ body }: SQSRecord): QueuedMessage => JSON.parse(body));
    await Promise.all(messages.map(claim));
    await readConsent(messages);
    await Promise.all(messages.map(async (message) => record(message, (await send(message)) ?? '')));
    await count(messages[0]?.campaignId ?? '', messages.length);
  };
});
