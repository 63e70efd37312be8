import { PinpointSMSVoiceV2Client, SendTextMessageCommand } from '@aws-sdk/client-pinpoint-sms-voice-v2';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type LoopbackCarrier, startLoopbackCarrier, until } from './loopback-carrier.ts';

let carrier: LoopbackCarrier;
beforeEach(async () => {
  carrier = await startLoopbackCarrier();
});
afterEach(() => carrier.close());

const settings = () => ({
  endpoint: carrier.aws,
  region: 'us-east-1',
  credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
  maxAttempts: 1,
});
const ID = /^[0-9a-f]{8}-[0-9a-f-]{27}$/;

describe('End User Messaging, by the AWS SDK', () => {
  const send = (change: object = {}) =>
    new PinpointSMSVoiceV2Client(settings()).send(
      new SendTextMessageCommand({
        DestinationPhoneNumber: '+12025550171',
        OriginationIdentity: '+12025550102',
        MessageBody: 'Your order is on its way',
        MessageType: 'TRANSACTIONAL',
        Context: { messageId: 'order-1' },
        ...change,
      }),
    );

  test('a message is taken and logged', async () => {
    const { MessageId } = await send();
    expect(MessageId).toMatch(ID);
    expect(await carrier.json('/messages')).toMatchObject([
      {
        carrier: 'aws',
        from: '+12025550102',
        to: '+12025550171',
        body: 'Your order is on its way',
        carrierMessageId: MessageId,
      },
    ]);
  });

  test('a dry run is not', async () => {
    expect((await send({ DryRun: true })).MessageId).toMatch(ID);
    expect(await carrier.json('/messages')).toEqual([]);
  });

  test.each([
    ['DESTINATION_PHONE_NUMBER_OPTED_OUT', { name: 'ConflictException', Reason: 'DESTINATION_PHONE_NUMBER_OPTED_OUT' }],
    [
      'MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT',
      { name: 'ServiceQuotaExceededException', Reason: 'MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT' },
    ],
    [
      'ThrottlingException',
      { name: 'ThrottlingException', $metadata: expect.objectContaining({ httpStatusCode: 400 }) },
    ],
    ['429', { name: 'ThrottlingException' }],
    [
      '500',
      {
        name: 'InternalServerException',
        $fault: 'server',
        $metadata: expect.objectContaining({ httpStatusCode: 500 }),
      },
    ],
    ['503', { name: 'ServiceUnavailableException', $metadata: expect.objectContaining({ httpStatusCode: 503 }) }],
    ['ResourceNotFoundException', { name: 'ResourceNotFoundException' }],
    ['ConflictException', { name: 'ConflictException', Reason: 'DESTINATION_PHONE_NUMBER_OPTED_OUT' }],
  ])('told to answer %s, it answers that', async (error, expected) => {
    await carrier.put('/carriers/aws', { error });
    await expect(send()).rejects.toMatchObject(expected);
    expect(await carrier.json('/messages')).toEqual([]);
  });

  test.each([
    { DestinationPhoneNumber: '12' },
    { OriginationIdentity: '' },
    { MessageBody: 'x'.repeat(1_601) },
    { MessageType: 'OTHER' },
  ])('a request with %j is no valid one', async (wrong) => {
    await expect(send(wrong)).rejects.toMatchObject({ name: 'ValidationException', Reason: 'INVALID_PARAMETER' });
  });

  test('dropping the answer, it has taken the message all the same', async () => {
    await carrier.put('/carriers/aws', { dropAnswer: true });
    await expect(send()).rejects.toThrow('socket hang up');
    expect(await carrier.json('/messages')).toHaveLength(1);
  });

  test('delivery events are held while off, and echo the context once on', async () => {
    const { MessageId } = await send();
    expect(carrier.smsEvents).toEqual([]);
    await carrier.put('/carriers/aws', { receipts: true });
    await until('the event came', () => carrier.smsEvents.length === 1);
    expect(carrier.smsEvents[0]).toMatchObject({
      eventType: 'TEXT_DELIVERED',
      isFinal: true,
      messageId: MessageId,
      originationPhoneNumber: '+12025550102',
      destinationPhoneNumber: '+12025550171',
      messageEncoding: 'GSM',
      messageType: 'TRANSACTIONAL',
      context: { messageId: 'order-1' },
    });
  });

  test('a text from a handset is published as the two-way payload', async () => {
    const { MessageId } = await send();
    const response = await carrier.post('/replies', {
      from: '+12025550171',
      to: '+12025550102',
      body: 'STOP',
      sentAt: '2026-01-02T03:04:05.000Z',
      delayMs: 20,
    });
    const answer = await response.json();
    expect(answer).toEqual({ carrier: 'aws', carrierMessageId: expect.stringMatching(ID), webhookStatus: null });
    expect(carrier.twoWay).toEqual([
      {
        payload: {
          originationNumber: '+12025550171',
          destinationNumber: '+12025550102',
          messageKeyword: 'KEYWORD_12025550102',
          messageBody: 'STOP',
          inboundMessageId: answer.carrierMessageId,
          previousPublishedMessageId: MessageId,
        },
        options: { sentAt: '2026-01-02T03:04:05.000Z', delayMs: 20 },
      },
    ]);
  });
});

describe('SNS, by the AWS SDK', () => {
  const publish = (change: object = {}) =>
    new SNSClient(settings()).send(
      new PublishCommand({
        PhoneNumber: '+12025550172',
        Message: 'A & B',
        MessageAttributes: {
          'AWS.SNS.SMS.SMSType': { DataType: 'String', StringValue: 'Promotional' },
          'AWS.MM.SMS.OriginationNumber': { DataType: 'String', StringValue: '+12025550103' },
        },
        ...change,
      }),
    );

  test('a message is taken and logged', async () => {
    const { MessageId } = await publish();
    expect(MessageId).toMatch(ID);
    expect(await carrier.json('/messages')).toMatchObject([
      { carrier: 'sns', from: '+12025550103', to: '+12025550172', body: 'A & B', carrierMessageId: MessageId },
    ]);
  });

  test('the sender is the number, with or without its plus, or else the sender ID', async () => {
    const attribute = (name: string, value: string) => ({
      MessageAttributes: { [name]: { DataType: 'String', StringValue: value } },
    });
    await publish(attribute('AWS.MM.SMS.OriginationNumber', '12025550103'));
    await publish(attribute('AWS.MM.SMS.OriginationNumber', '12345'));
    await publish(attribute('AWS.SNS.SMS.SenderID', 'ACME'));
    expect((await carrier.json('/messages')).map((message: { from: string }) => message.from)).toEqual([
      '+12025550103',
      '12345',
      'ACME',
    ]);
  });

  test.each([
    ['Throttled', { name: 'ThrottledException', $metadata: expect.objectContaining({ httpStatusCode: 429 }) }],
    ['InternalErrorException', { name: 'InternalErrorException', $fault: 'server' }],
    ['InvalidParameter', { name: 'InvalidParameterException' }],
    ['AuthorizationError', { name: 'AuthorizationErrorException' }],
    ['503', { $metadata: expect.objectContaining({ httpStatusCode: 503 }) }],
  ])('told to answer %s, it answers that', async (error, expected) => {
    expect((await carrier.put('/carriers/sns', { error })).status).toBe(200);
    await expect(publish()).rejects.toMatchObject(expected);
  });

  test.each([{ PhoneNumber: '0' }, { Message: '' }, { Message: 'é'.repeat(801) }])(
    'a request with %j is no valid one',
    async (wrong) => {
      await expect(publish(wrong)).rejects.toMatchObject({ name: 'InvalidParameterException' });
    },
  );

  test('it neither hears nor reports', async () => {
    const reply = await carrier.post('/replies', { from: '+12025550172', to: '+12025550103', body: 'STOP' });
    expect(reply.status).toBe(422);
    expect(await reply.json()).toMatchObject({ title: 'sns cannot hear' });
    const receipts = await carrier.put('/carriers/sns', { receipts: true });
    expect(receipts.status).toBe(400);
  });
});
