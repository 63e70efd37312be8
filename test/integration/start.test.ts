import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually, newMessageId, newMessageSid, newRecipient, RunningStopgate } from './running-stopgate.ts';

const SENDER = '+12025550100';

/** Runs `npm start`'s command until it ends by itself. */
async function failToStart(environment: NodeJS.ProcessEnv): Promise<{ code: number | null; output: string }> {
  const child = spawn('node', ['local/start.ts'], { env: { ...process.env, NODE_OPTIONS: '', ...environment } });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
    });
  }
  const code = await new Promise<number | null>((resolve) => child.once('exit', resolve));
  return { code, output };
}

describe('Settings', () => {
  test('wrong settings stop the start, all named at once, without a stack trace', async () => {
    const { code, output } = await failToStart({
      PORT: 'eighty',
      STOPGATE_SQS_PORT: '70000',
      STOPGATE_MAX_ATTEMPTS: '0',
    });

    expect(code).toBe(1);
    for (const name of ['PORT', 'STOPGATE_SQS_PORT', 'STOPGATE_MAX_ATTEMPTS'])
      expect(output).toContain(`${name} is wrong`);
    expect(output).not.toContain('    at ');
  });

  test('a taken port is named', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };

    const { code, output } = await failToStart({
      PORT: '0',
      STOPGATE_DYNAMODB_PORT: String(port),
      STOPGATE_SQS_PORT: '0',
    });

    server.close();
    expect(code).toBe(1);
    expect(output).toContain(`Port ${port} is taken`);
  });
});

describe('State', () => {
  test.each(['SIGINT', 'SIGKILL'] as const)('with a data folder, what was acknowledged survives %s', async (signal) => {
    const folder = await mkdtemp(join(tmpdir(), 'stopgate-'));
    const recipient = newRecipient();
    const message = { messageId: newMessageId(), from: SENDER, to: recipient, body: 'Sale' };
    const first = await RunningStopgate.start({ STOPGATE_DATA_DIR: folder });
    const stop = await first.text(recipient, SENDER, 'STOP', newMessageSid());
    await first.enqueue(message);
    await first.stop(signal);

    const second = await RunningStopgate.start({ STOPGATE_DATA_DIR: folder });

    expect(await second.consent(recipient, SENDER)).toBe('opted-out');
    expect((await second.recipient(recipient)).timeline).toContainEqual(
      expect.objectContaining({ type: 'event', eventId: stop.eventId }),
    );
    // Sent before the end or refused after it, but neither lost nor sent after the STOP.
    if (signal === 'SIGINT') {
      expect(await second.settled(message.messageId, recipient)).toMatchObject({
        status: 'Failed',
        reason: 'OptedOut',
      });
    }
    await second.stop();
    await rm(folder, { recursive: true, force: true });
  });

  test('two runs cannot have the same data folder, and a folder that cannot be written is named', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'stopgate-'));
    const ports = { PORT: '0', STOPGATE_DYNAMODB_PORT: '0', STOPGATE_SQS_PORT: '0' };
    const first = await RunningStopgate.start({ STOPGATE_DATA_DIR: folder });

    const second = await failToStart({ ...ports, STOPGATE_DATA_DIR: folder });
    const nowhere = await failToStart({ ...ports, STOPGATE_DATA_DIR: '/dev/null/stopgate' });

    expect(await first.stop()).toBe(0);
    await rm(folder, { recursive: true, force: true });
    expect([second.code, nowhere.code]).toEqual([1, 1]);
    expect(second.output).toMatch(/^Another run \(process \d+\) has the folder of STOPGATE_DATA_DIR/);
    expect(nowhere.output).toMatch(/^The folder of STOPGATE_DATA_DIR can't be written \(ENOTDIR\)/);
  });

  test('Ctrl-C ends the run cleanly', async () => {
    const stopgate = await RunningStopgate.start({});

    expect(await stopgate.stop('SIGINT')).toBe(0);
  });
});

describe('Logs', () => {
  test('no log holds a phone number or a text, whatever happens', async () => {
    // As an operator might set it to look into a fault; it must not print what people wrote.
    const stopgate = await RunningStopgate.start({ POWERTOOLS_LOGGER_LOG_EVENT: 'true' });
    const recipients = [newRecipient(), newRecipient(), newRecipient()];
    const [one, other, third] = recipients as [string, string, string];
    const secret = 'my doctor is Dr. Marigold';
    const texts = [secret, 'STOP QUIT', 'Sale ends at Wisteria Lane'];

    for (const text of ['STOP', 'START', 'HELP', 'STOP QUIT', secret]) await stopgate.text(one, SENDER, text);
    await stopgate.twilioWebhook({ MessageSid: 'SM1', From: one, To: SENDER, Body: secret }, { signature: 'no' });
    await stopgate.twilioWebhook({ MessageSid: 'SM1', From: one, To: `whatsapp:${SENDER}`, Body: secret });
    await stopgate.text(other, SENDER, 'STOP');
    await stopgate.simulator('PUT', '/carriers/twilio', { dropAnswer: true });
    const dropped = { messageId: newMessageId(), from: '+12025550101', to: newRecipient(), body: 'Sale' };
    await stopgate.enqueue(dropped);
    await stopgate.settled(dropped.messageId, dropped.to, ['Unknown']);
    await stopgate.simulator('PUT', '/carriers/twilio', { dropAnswer: false });
    for (const error of [null, '21610', '21211', '20003', '500']) {
      await stopgate.simulator('PUT', '/carriers/twilio', { error });
      for (const to of recipients) {
        await stopgate.enqueue({ messageId: newMessageId(), from: SENDER, to, body: 'Sale ends at Wisteria Lane' });
      }
    }
    await stopgate.enqueue(`{"to":"${third}","body":"${secret}"`);
    await stopgate.get(`/v1/recipients/${encodeURIComponent(one)}`);
    await eventually(
      async () => ((await stopgate.depthOf('stopgate-outbound-dead-letters')) > 0 ? true : undefined),
      'the poison',
    );
    await stopgate.stop();

    const log = stopgate.output.join('');
    expect(log).toContain('"message":"Heard"');
    const numbers = [...recipients, dropped.to, SENDER, '+12025550101'].map((number) => number.slice(1));
    for (const personal of [...numbers, ...texts, 'Marigold', 'Wisteria']) expect(log).not.toContain(personal);
  });
});
