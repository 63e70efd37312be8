import {
  DeleteOptedOutNumberCommand,
  DescribeOptedOutNumbersCommand,
  DescribeOptOutListsCommand,
  PinpointSMSVoiceV2Client,
  PutOptedOutNumberCommand,
} from '@aws-sdk/client-pinpoint-sms-voice-v2';
import { ListPhoneNumbersOptedOutCommand, OptInPhoneNumberCommand, SNSClient } from '@aws-sdk/client-sns';
import { Telnyx } from 'telnyx';
import { type LoopbackCarrier, startLoopbackCarrier } from './loopback-carrier.ts';

const AT = '2026-11-20T12:00:00.000Z';
const numbers = (count: number) => Array.from({ length: count }, (_, index) => `+1202555${String(1_000 + index)}`);

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
const sms = () => new PinpointSMSVoiceV2Client(settings());
const sns = () => new SNSClient(settings());
const fill = (body: object) => carrier.put('/opt-out-lists', body);

describe('the lists of End User Messaging, by the AWS SDK', () => {
  test('are named, beginning with the one that every account has', async () => {
    await fill({ carrier: 'aws', list: 'news', numbers: [] });
    const { OptOutLists = [] } = await sms().send(new DescribeOptOutListsCommand({}));
    expect(OptOutLists.map(({ OptOutListName }) => OptOutListName)).toEqual(['Default', 'news']);
  });

  test('are read page by page, each number with its time and who asked for it', async () => {
    const filling = numbers(230).map((number, index) => ({ number, at: AT, byRecipient: index > 0 }));
    await fill({ carrier: 'aws', numbers: filling });

    const rows = [];
    let NextToken: string | undefined;
    do {
      const page = await sms().send(new DescribeOptedOutNumbersCommand({ OptOutListName: 'Default', NextToken }));
      rows.push(...(page.OptedOutNumbers ?? []));
      NextToken = page.NextToken;
    } while (NextToken);

    expect(rows.map(({ OptedOutNumber }) => OptedOutNumber)).toEqual(numbers(230));
    expect(rows[0]).toMatchObject({ OptedOutTimestamp: new Date(AT), EndUserOptedOut: false });
    expect(rows[1]).toMatchObject({ EndUserOptedOut: true });
  });

  test('take a number once, and let it go once in 30 days', async () => {
    const about = { OptOutListName: 'Default', OptedOutNumber: '+12025550170' };
    const put = await sms().send(new PutOptedOutNumberCommand(about));
    const again = await sms().send(new PutOptedOutNumberCommand(about));
    expect(put).toMatchObject({ OptedOutNumber: '+12025550170', EndUserOptedOut: false });
    expect(again.OptedOutTimestamp).toEqual(put.OptedOutTimestamp);

    await sms().send(new DeleteOptedOutNumberCommand(about));
    await expect(sms().send(new DeleteOptedOutNumberCommand(about))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      ResourceType: 'opted-out-number',
    });
    await sms().send(new PutOptedOutNumberCommand(about));
    await expect(sms().send(new DeleteOptedOutNumberCommand(about))).rejects.toMatchObject({
      name: 'ValidationException',
      Reason: 'PHONE_NUMBER_CANNOT_BE_OPTED_IN',
    });
  });

  test('that are none are refused, as is what is no number', async () => {
    for (const Command of [PutOptedOutNumberCommand, DeleteOptedOutNumberCommand]) {
      const about = { OptOutListName: 'none', OptedOutNumber: '+12025550170' };
      await expect(sms().send(new Command(about))).rejects.toMatchObject({ ResourceType: 'opt-out-list' });
      await expect(sms().send(new Command({ ...about, OptedOutNumber: '1' }))).rejects.toMatchObject({
        name: 'ValidationException',
      });
    }
    await expect(sms().send(new DescribeOptedOutNumbersCommand({ OptOutListName: 'none' }))).rejects.toMatchObject({
      ResourceType: 'opt-out-list',
    });
  });

  test('fail while the carrier does', async () => {
    await carrier.put('/carriers/aws', { error: 'ThrottlingException' });
    await expect(sms().send(new DescribeOptOutListsCommand({}))).rejects.toMatchObject({ name: 'ThrottlingException' });
  });
});

describe('the list of SNS, by the AWS SDK', () => {
  test('is read page by page, and lets a number go once in 30 days', async () => {
    await fill({ carrier: 'sns', numbers: numbers(130).map((number) => ({ number })) });
    const first = await sns().send(new ListPhoneNumbersOptedOutCommand({}));
    const second = await sns().send(new ListPhoneNumbersOptedOutCommand({ nextToken: first.nextToken }));
    expect([...(first.phoneNumbers ?? []), ...(second.phoneNumbers ?? [])]).toEqual(numbers(130));
    expect(second.nextToken).toBeUndefined();

    await sns().send(new OptInPhoneNumberCommand({ phoneNumber: numbers(1)[0] }));
    await fill({ carrier: 'sns', numbers: [{ number: numbers(1)[0] }] });
    await expect(sns().send(new OptInPhoneNumberCommand({ phoneNumber: numbers(1)[0] }))).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
  });
});

describe('the list of Telnyx, by its SDK', () => {
  test('is read page by page', async () => {
    const filling = numbers(45).map((number) => ({ number, at: AT, sender: '+12025550110', keyword: 'STOP' }));
    await fill({ carrier: 'telnyx', numbers: filling });
    const client = new Telnyx({ apiKey: 'local-telnyx-api-key', baseURL: `${carrier.http}/simulator/telnyx/v2` });

    const rows = [];
    for await (const row of client.messagingOptouts.list({ 'page[size]': 20 })) rows.push(row);

    expect(rows.map(({ to }) => to)).toEqual(numbers(45));
    expect(rows[0]).toMatchObject({ from: '+12025550110', keyword: 'STOP', created_at: AT });
  });
});

describe('filling a list', () => {
  test.each([
    [{ carrier: 'twilio', numbers: [] }, 404],
    [{ carrier: 'aws', numbers: [{ number: '0170' }] }, 400],
    [{ carrier: 'aws', list: 'a list', numbers: [] }, 400],
    [{ carrier: 'aws', numbers: [{ number: '+12025550170', at: 'yesterday' }] }, 400],
    [{ carrier: 'aws' }, 400],
  ])('%j is refused with %i', async (body, status) => {
    expect((await fill(body)).status).toBe(status);
  });

  test('replaces what was on it, and shows it', async () => {
    await fill({ carrier: 'sns', numbers: [{ number: '+12025550170' }] });
    await fill({ carrier: 'sns', numbers: [{ number: '+12025550171', at: AT }] });
    expect(await carrier.json('/opt-out-lists')).toEqual([
      { carrier: 'aws', list: 'Default', numbers: [] },
      { carrier: 'sns', list: 'opted-out', numbers: [{ number: '+12025550171', at: AT, byRecipient: true }] },
      { carrier: 'telnyx', list: 'messaging-optouts', numbers: [] },
    ]);
  });
});
