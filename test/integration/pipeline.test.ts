import {
  aMoment,
  eventually,
  inbound,
  newMessageId,
  newMessageSid,
  newRecipient,
  RunningStopgate,
} from './running-stopgate.ts';

const OPT_OUT_REPLY =
  'You have successfully been unsubscribed. You will not receive any more messages from this number. Reply START to resubscribe.';
const OPT_IN_REPLY =
  'You have successfully been re-subscribed to messages from this number. Reply "HELP" or "INFO" for help. Reply STOP to unsubscribe. Msg&Data Rates May Apply.';
const HELP_REPLY = 'Reply STOP to unsubscribe. Msg&Data Rates May Apply.';

const ACME = '+12025550100';
const ACME_TOO = '+12025550101';
const ACME_AWS = '+12025550102';
const ACME_SNS = '+12025550103';
const GLOBEX = '+12025550150';

let stopgate: RunningStopgate;

beforeAll(async () => {
  stopgate = await RunningStopgate.start();
});

afterAll(async () => {
  await stopgate?.stop();
});

/** Sends one message and gives what came of it. */
async function send(from: string, to: string, account = 'acme', body = 'Sale ends tonight') {
  const messageId = newMessageId();
  await stopgate.enqueue({ messageId, from, to, body });
  return stopgate.settled(messageId, to, ['Sent', 'Failed'], account);
}

const replyTo = (recipient: string, count = 1) =>
  eventually(async () => {
    const accepted = await stopgate.acceptedFor(recipient);
    return accepted.length >= count ? accepted : undefined;
  }, `${count} messages at the carrier`);

describe('STOP goes in', () => {
  test('a signed STOP is answered 200 with empty TwiML, kept with its words, heeded, and confirmed once', async () => {
    const recipient = '+12025550170';

    const answer = await stopgate.text(recipient, ACME, 'STOP');

    expect(answer).toMatchObject({ status: 200, contentType: 'text/xml' });
    expect(answer.body).toBe('<?xml version="1.0" encoding="UTF-8"?><Response/>');
    const { senders, timeline } = await stopgate.recipient(recipient);
    expect(senders.find(({ sender }) => sender === ACME)).toMatchObject({
      consent: 'opted-out',
      scope: ACME,
      eventId: answer.eventId,
    });
    expect(senders.find(({ sender }) => sender === ACME_TOO)).toMatchObject({ consent: 'opted-in' });
    expect(timeline).toContainEqual(expect.objectContaining({ type: 'event', text: 'STOP', intent: 'opt-out' }));
    await replyTo(recipient);
    await aMoment();
    expect(await stopgate.acceptedFor(recipient)).toMatchObject([
      { carrier: 'twilio', from: ACME, to: recipient, body: OPT_OUT_REPLY },
    ]);
  });

  test('after it, nothing goes out from that sender, with the event as the reason; another sender still may', async () => {
    const recipient = newRecipient();
    const { eventId } = await stopgate.text(recipient, ACME, 'STOP');
    await replyTo(recipient);

    const refused = await send(ACME, recipient);
    const sent = await send(ACME_TOO, recipient);

    expect(refused).toMatchObject({ status: 'Failed', reason: 'OptedOut', refusedBy: { scope: ACME, eventId } });
    expect(sent).toMatchObject({ status: 'Sent' });
    expect((await stopgate.acceptedFor(recipient)).map(({ from }) => from)).toEqual([ACME, ACME_TOO]);
  });

  test('a message that was queued before the STOP is refused when its turn comes', async () => {
    const recipient = newRecipient();
    await stopgate.simulator('PUT', '/carriers/twilio', { error: '20429' });
    const messageId = newMessageId();
    await stopgate.enqueue({ messageId, from: ACME, to: recipient, body: 'Sale' });
    await stopgate.settled(messageId, recipient, ['Queued']);

    await stopgate.text(recipient, ACME, 'STOP');
    await stopgate.simulator('POST', '/reset', {});

    expect(await stopgate.settled(messageId, recipient)).toMatchObject({ status: 'Failed', reason: 'OptedOut' });
    expect((await stopgate.acceptedFor(recipient)).filter(({ body }) => body === 'Sale')).toEqual([]);
  });
});

describe('START and HELP', () => {
  test('START to one sender reopens all senders of its account, and none of another account', async () => {
    const recipient = newRecipient();
    for (const sender of [ACME, ACME_TOO, GLOBEX]) await stopgate.text(recipient, sender, 'STOP');

    await stopgate.text(recipient, ACME_TOO, 'START');

    expect((await stopgate.recipient(recipient)).senders.map(({ consent }) => consent)).not.toContain('opted-out');
    expect(await stopgate.consent(recipient, GLOBEX, 'globex')).toBe('opted-out');
    expect((await replyTo(recipient, 4)).map(({ body }) => body)).toContain(OPT_IN_REPLY);
    expect(await send(ACME, recipient)).toMatchObject({ status: 'Sent' });
    expect(await send(GLOBEX, recipient, 'globex')).toMatchObject({ status: 'Failed', reason: 'OptedOut' });
  });

  test('YES opts in somebody who is opted out, and nobody else', async () => {
    const [out, never] = [newRecipient(), newRecipient()];
    await stopgate.text(out, ACME, 'STOP');

    await stopgate.text(out, ACME, 'YES');
    await stopgate.text(never, ACME, 'YES');

    expect(await stopgate.consent(out, ACME)).toBe('opted-in');
    expect((await stopgate.recipient(never)).timeline).toMatchObject([{ text: 'YES', verdict: 'leave' }]);
  });

  test.each(['HELP', 'INFO', 'help?'])('%s is answered, also to the opted-out, and changes nothing', async (text) => {
    const recipient = newRecipient();
    await stopgate.text(recipient, ACME, 'STOP');
    await replyTo(recipient);

    await stopgate.text(recipient, ACME, text);

    expect((await replyTo(recipient, 2))[1]).toMatchObject({ from: ACME, body: HELP_REPLY });
    expect(await stopgate.consent(recipient, ACME)).toBe('opted-out');
  });
});

describe('Words', () => {
  test.each([' “Stop.” ', 'STOP!! 🛑', 'stop\n', 'ＳＴＯＰ', 'S\u200bTOP', 'Opt-Out', 'opt out', 'Stop all', 'revoke'])(
    '%j opts out',
    async (text) => {
      const recipient = newRecipient();

      await stopgate.text(recipient, ACME, text);

      const { senders, timeline } = await stopgate.recipient(recipient);
      expect(senders.find(({ sender }) => sender === ACME)).toMatchObject({ consent: 'opted-out' });
      // The words are kept as they came.
      expect(timeline.find(({ type }) => type === 'event')).toMatchObject({ text, verdict: 'act' });
    },
  );

  test.each(['STOP QUIT', 'STOP PLEASE'])('%j changes nothing and is put up for review', async (text) => {
    const recipient = newRecipient();

    await stopgate.text(recipient, ACME, text);

    expect(await stopgate.consent(recipient, ACME)).toBe('opted-in');
    expect((await stopgate.recipient(recipient)).timeline).toMatchObject([{ text, verdict: 'review' }]);
    expect(await stopgate.acceptedFor(recipient)).toEqual([]);
  });

  test.each(['see you this weekend', 'UNSTOP', 'Liked “Reply STOP to opt out”'])('%j never opts out', async (text) => {
    const recipient = newRecipient();

    await stopgate.text(recipient, ACME, text);

    expect(await stopgate.consent(recipient, ACME)).toBe('opted-in');
  });
});

describe('Repeated, forged and broken', () => {
  test('the same webhook, three times at once and again, is one event with one confirmation', async () => {
    const recipient = newRecipient();
    const sid = newMessageSid();

    const answers = await Promise.all([1, 2, 3].map(() => stopgate.text(recipient, ACME, 'STOP', sid)));
    const before = await stopgate.recipient(recipient);
    answers.push(await stopgate.text(recipient, ACME, 'STOP', sid));
    await replyTo(recipient);
    await aMoment();

    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    const after = await stopgate.recipient(recipient);
    expect(after.senders).toEqual(before.senders);
    expect(after.timeline.filter(({ type }) => type === 'event')).toHaveLength(1);
    expect(await stopgate.acceptedFor(recipient)).toHaveLength(1);
  });

  test('an unsigned, a forged and a tampered webhook are refused, and nothing is stored', async () => {
    const recipient = newRecipient();
    const parameters = inbound(recipient, ACME, 'STOP', newMessageSid());
    const tampered = new URLSearchParams({ ...parameters, To: ACME_TOO }).toString();

    const unsigned = await stopgate.twilioWebhook(parameters, { signature: '' });
    const forged = await stopgate.twilioWebhook(parameters, { signature: 'Zm9yZ2VkIHNpZ25hdHVyZQ==' });
    const changed = await stopgate.twilioWebhook(parameters, { body: tampered });

    expect([unsigned.status, forged.status, changed.status]).toEqual([403, 403, 403]);
    expect(await stopgate.recipient(recipient)).toMatchObject({ timeline: [] });
  });

  test('odd webhooks get the answer that says what is odd', async () => {
    const parameters = inbound(newRecipient(), ACME, 'STOP', newMessageSid());
    const { From, ...withoutFrom } = parameters;
    const unknown = await fetch(`${stopgate.ready.http}/webhooks/nobody`, { method: 'POST', body: 'x' });
    const tooLarge = await stopgate.twilioWebhook({ ...parameters, Body: 'x'.repeat(70_000) });

    expect((await stopgate.twilioWebhook(withoutFrom)).status).toBe(400);
    expect(unknown.status).toBe(404);
    expect(tooLarge.status).toBe(413);
    expect(From).toBeDefined();
  });

  test('ten messages with one poison among them: nine are sent, the poison lies with the dead letters, untouched', async () => {
    const recipients = Array.from({ length: 9 }, newRecipient);
    const messages: { messageId: string; from: string; to: string; body: string }[] = recipients.map((to) => ({
      messageId: newMessageId(),
      from: ACME,
      to,
      body: 'Sale',
    }));
    const poison = `{"messageId": "p-${newMessageId()}", "from": 17, "to"`;

    await stopgate.enqueueBatch([...messages.slice(0, 4), poison, ...messages.slice(4)]);

    for (const { messageId, to } of messages) {
      expect(await stopgate.settled(messageId, to)).toMatchObject({ status: 'Sent' });
    }
    const buried = await eventually(async () => {
      const dead = await stopgate.receiveFrom('stopgate-outbound-dead-letters');
      return dead.find(({ Body }) => Body === poison);
    }, 'the poison among the dead letters');
    expect(buried.MessageAttributes?.['stopgate-why']?.StringValue).toBe('not JSON');
  });

  test('the same message id to the same recipient is sent once', async () => {
    const recipient = newRecipient();
    const message = { messageId: newMessageId(), from: ACME, to: recipient, body: 'Once' };

    await stopgate.enqueueBatch([message, message, message]);
    await stopgate.enqueue(message);
    await stopgate.settled(message.messageId, recipient);
    await aMoment();

    expect(await stopgate.acceptedFor(recipient)).toHaveLength(1);
  });

  test.each([
    ['a number that is none', { from: ACME, to: '5550123' }, 'InvalidDestination', 'acme'],
    ['a message whose time has passed', { from: ACME, expiresAt: '2020-01-01T00:00:00.000Z' }, 'Expired', 'acme'],
    ['the sender of another account', { from: GLOBEX, account: 'acme' }, 'SenderNotAllowed', 'globex'],
    ['a sender that nobody can be', { from: '+1' }, 'SenderNotAllowed', 'acme'],
  ])('%s is recorded as failed', async (_, fields, reason, account) => {
    const message = { messageId: newMessageId(), to: newRecipient(), body: 'Sale', ...fields };

    await stopgate.enqueue(message);

    expect(await stopgate.settled(message.messageId, message.to, ['Failed'], account)).toMatchObject({ reason });
    expect(await stopgate.acceptedFor(message.to)).toEqual([]);
  });
});

describe('Order', () => {
  test('a START that was sent before a STOP and arrives after it does not reopen', async () => {
    const recipient = newRecipient();
    const before = new Date(Date.now() - 60_000).toISOString();
    await stopgate.simulator('POST', '/replies', { from: recipient, to: ACME_AWS, body: 'STOP' });
    await eventually(
      async () => ((await stopgate.consent(recipient, ACME_AWS)) === 'opted-out' ? true : undefined),
      'the STOP',
    );

    await stopgate.simulator('POST', '/replies', { from: recipient, to: ACME_AWS, body: 'START', sentAt: before });

    await eventually(async () => {
      const { timeline } = await stopgate.recipient(recipient);
      return timeline.find(({ text }) => text === 'START');
    }, 'the START');
    await aMoment();
    expect(await stopgate.consent(recipient, ACME_AWS)).toBe('opted-out');
  });

  test('a START that was sent after it does', async () => {
    const recipient = newRecipient();
    await stopgate.simulator('POST', '/replies', { from: recipient, to: ACME_AWS, body: 'STOP' });
    await eventually(
      async () => ((await stopgate.consent(recipient, ACME_AWS)) === 'opted-out' ? true : undefined),
      'the STOP',
    );

    await stopgate.simulator('POST', '/replies', { from: recipient, to: ACME_AWS, body: 'START' });

    await eventually(
      async () => ((await stopgate.consent(recipient, ACME_AWS)) === 'opted-in' ? true : undefined),
      'the START',
    );
  });
});

describe('Carriers', () => {
  afterEach(() => stopgate.simulator('POST', '/reset', {}));

  test.each([
    ['twilio', ACME, '21610'],
    ['aws', ACME_AWS, 'DESTINATION_PHONE_NUMBER_OPTED_OUT'],
  ])('when %s answers "opted out", our ledger follows', async (carrier, sender, error) => {
    const recipient = newRecipient();
    await stopgate.simulator('PUT', `/carriers/${carrier}`, { error });

    const refused = await send(sender, recipient);

    expect(refused).toMatchObject({ status: 'Failed', reason: 'OptedOut', refusedBy: { scope: sender } });
    await stopgate.simulator('POST', '/reset', {});
    expect(await stopgate.consent(recipient, sender)).toBe('opted-out');
    expect(await send(sender, recipient)).toMatchObject({ status: 'Failed', refusedBy: refused.refusedBy });
    expect(await stopgate.acceptedFor(recipient)).toEqual([]);
  });

  test.each([
    ['twilio', ACME],
    ['aws', ACME_AWS],
  ])(
    'when %s accepts and drops its answer, the message is Unknown, not sent again, and settled by the receipt',
    async (carrier, sender) => {
      const message = { messageId: newMessageId(), from: sender, to: newRecipient(), body: 'Once' };
      await stopgate.simulator('PUT', `/carriers/${carrier}`, { dropAnswer: true });

      await stopgate.enqueue(message);

      await stopgate.settled(message.messageId, message.to, ['Unknown']);
      await stopgate.simulator('PUT', `/carriers/${carrier}`, { dropAnswer: false });
      await stopgate.enqueue(message);
      await aMoment();
      expect(await stopgate.acceptedFor(message.to)).toHaveLength(1);
      await stopgate.simulator('PUT', `/carriers/${carrier}`, { receipts: true });
      await stopgate.settled(message.messageId, message.to, ['Delivered']);
      expect(await stopgate.acceptedFor(message.to)).toHaveLength(1);
    },
  );

  test.each([ACME, ACME_AWS, ACME_SNS])('each carrier takes messages (%s)', async (sender) => {
    const recipient = newRecipient();

    await send(sender, recipient, 'acme', 'Grüße 👋');

    expect(await stopgate.acceptedFor(recipient)).toMatchObject([{ from: sender, body: 'Grüße 👋' }]);
  });
});

describe('The API', () => {
  test('it answers only those who have the token', async () => {
    expect((await stopgate.get('/v1/recipients/+12025550170', 'wrong')).status).toBe(403);
    expect((await fetch(`${stopgate.ready.http}/v1/messages/m1?to=%2B12025550170`)).status).toBe(403);
  });

  test('an unknown message is a 404, an unknown recipient is opted in everywhere', async () => {
    const { senders, timeline } = await stopgate.recipient(newRecipient());

    expect((await stopgate.get('/v1/messages/none?to=%2B12025550170')).status).toBe(404);
    expect(new Set(senders.map(({ consent }) => consent))).toEqual(new Set(['opted-in']));
    expect(timeline).toEqual([]);
  });

  test.each([
    ['/v1/recipients/12025550170', 'The number is not E.164, like +15555550123'],
    ['/v1/recipients/+12025550170?account=a%23b', 'account is no account name'],
    ['/v1/messages/m1', 'to, the recipient, is missing'],
  ])('%s is a problem with a reason', async (path, title) => {
    const response = await stopgate.get(path);

    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(await response.json()).toEqual({ title, status: 400 });
  });
});
