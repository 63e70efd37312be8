import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { runContender, TABLE_NAME } from './contender.ts';
import { sendByTwilio } from './twilio.ts';

/**
 * The handler that samples show: clients as they come, one message after another, look up the opt-out, publish, write
 * down, and a line of log for each.
 */
await runContender((url, carrier) => {
  const credentials = { accessKeyId: 'bench', secretAccessKey: 'bench' };
  const aws = { region: 'us-east-1', credentials, endpoint: url };
  const dynamoDb = new DynamoDBClient(aws);
  const sns = new SNSClient(aws);

  return async (event) => {
    for (const record of event.Records) {
      const { messageId, from, to, body } = JSON.parse(record.body);
      const optOut = await dynamoDb.send(
        new GetItemCommand({ TableName: TABLE_NAME, Key: marshall({ phoneNumber: to }) }),
      );
      if (optOut.Item && unmarshall(optOut.Item).optedOut) {
        console.log(`Skipping ${to}: opted out`);
        continue;
      }
      const carrierMessageId =
        carrier === 'sns'
          ? (await sns.send(new PublishCommand({ PhoneNumber: to, Message: body }))).MessageId
          : await sendByTwilio(url, { from, to, body });
      await dynamoDb.send(
        new PutItemCommand({
          TableName: TABLE_NAME,
          Item: marshall({
            messageId,
            phoneNumber: to,
            carrierMessageId,
            status: 'SENT',
            sentAt: new Date().toISOString(),
          }),
        }),
      );
      console.log(`Message ${messageId} sent`);
    }
  };
});
