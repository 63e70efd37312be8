import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import twilio from 'twilio';
import type { Ready } from '../../local/run.ts';

const AUTH_TOKEN = 'local-twilio-auth-token';

export interface Accepted {
  readonly carrier: string;
  readonly from: string;
  readonly to: string;
  readonly body: string;
  readonly carrierMessageId: string;
  readonly receivedAt: string;
}

export interface Message {
  readonly status: string;
  readonly reason?: string;
  readonly refusedBy?: { scope: string; since: string; eventId: string };
  readonly carrierMessageId?: string;
}

export interface Recipient {
  readonly senders: { sender: string; consent: string; since?: string; scope?: string; eventId?: string }[];
  readonly timeline: { type: string; text?: string; eventId?: string; verdict?: string; intent?: string }[];
}

/**
 * A local run, driven from outside as carriers and producers do: Twilio's own SDK signs, AWS's own SDK queues. Drives a
 * run that is there already when `STOPGATE_READY` holds its ready line (and `STOPGATE_API_TOKEN` its token); starts one
 * of its own otherwise.
 */
export class RunningStopgate {
  readonly ready: Ready;
  /** All that the run has printed. */
  readonly output: string[];
  readonly #token: string;
  readonly #process: ChildProcess | undefined;
  readonly #sqs: SQSClient;

  private constructor(ready: Ready, token: string, output: string[], process?: ChildProcess) {
    this.ready = ready;
    this.output = output;
    this.#token = token;
    this.#process = process;
    const credentials = { accessKeyId: 'any', secretAccessKey: 'any' };
    this.#sqs = new SQSClient({ region: 'us-east-1', endpoint: ready.sqs, credentials });
  }

  static async start(environment: NodeJS.ProcessEnv = {}): Promise<RunningStopgate> {
    const { STOPGATE_READY: there, STOPGATE_API_TOKEN: given } = process.env;
    if (there && Object.keys(environment).length === 0) return new RunningStopgate(JSON.parse(there), given ?? '', []);
    const token = randomUUID();
    const output: string[] = [];
    const child = spawn('node', ['local/start.ts'], {
      env: {
        ...process.env,
        NODE_OPTIONS: '',
        PORT: '0',
        STOPGATE_DYNAMODB_PORT: '0',
        STOPGATE_SQS_PORT: '0',
        STOPGATE_API_TOKEN: token,
        // All that the functions ever log, so that a test can read it.
        POWERTOOLS_LOG_LEVEL: 'DEBUG',
        POWERTOOLS_METRICS_DISABLED: 'false',
        POWERTOOLS_METRICS_NAMESPACE: 'Stopgate',
        STOPGATE_RETRY_BASE_MS: '1000',
        ...environment,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const ready = await new Promise<Ready>((resolve, reject) => {
      child.once('exit', (code) => reject(new Error(`npm start ended with ${code}:\n${output.join('')}`)));
      for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding('utf8').on('data', (chunk: string) => {
          output.push(chunk);
          const line = output
            .join('')
            .split('\n')
            .find((text) => text.startsWith('{"ready":true') && text.endsWith('}'));
          if (line) resolve(JSON.parse(line));
        });
      }
    });
    return new RunningStopgate(ready, token, output, child);
  }

  /** Ends the run as Ctrl-C does, and gives its exit code. */
  async stop(signal: NodeJS.Signals = 'SIGINT'): Promise<number | null> {
    this.#sqs.destroy();
    const child = this.#process;
    if (!child || child.exitCode !== null) return child?.exitCode ?? null;
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
    child.kill(signal);
    return ended;
  }

  /** A webhook call as Twilio makes it, signed by Twilio's own SDK. */
  async twilioWebhook(
    parameters: Record<string, string>,
    change: Partial<{ signature: string; body: string; query: string }> = {},
  ) {
    const url = `${this.ready.http}/webhooks/twilio${change.query ?? ''}`;
    const signature = change.signature ?? twilio.getExpectedTwilioSignature(AUTH_TOKEN, url, parameters);
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        ...(signature && { 'x-twilio-signature': signature }),
      },
      body: change.body ?? new URLSearchParams(parameters).toString(),
    });
    return { status: response.status, contentType: response.headers.get('content-type'), body: await response.text() };
  }

  /** A text from a handset, by Twilio. */
  async text(from: string, to: string, body: string, messageSid = newMessageSid()) {
    const answer = await this.twilioWebhook(inbound(from, to, body, messageSid));
    return { ...answer, eventId: `twilio#${messageSid}` };
  }

  async enqueue(message: unknown): Promise<void> {
    const MessageBody = typeof message === 'string' ? message : JSON.stringify(message);
    await this.#sqs.send(new SendMessageCommand({ QueueUrl: this.ready.outboundQueueUrl, MessageBody }));
  }

  /** Straight onto any queue, as if it had got there by itself. */
  async enqueueOn(name: string, message: object): Promise<void> {
    const QueueUrl = await this.queueUrl(name);
    await this.#sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(message) }));
  }

  async enqueueBatch(messages: readonly unknown[]): Promise<void> {
    const Entries = messages.map((message, index) => ({
      Id: String(index),
      MessageBody: typeof message === 'string' ? message : JSON.stringify(message),
    }));
    await this.#sqs.send(new SendMessageBatchCommand({ QueueUrl: this.ready.outboundQueueUrl, Entries }));
  }

  async queueUrl(name: string): Promise<string> {
    return (await this.#sqs.send(new GetQueueUrlCommand({ QueueName: name }))).QueueUrl ?? '';
  }

  /** How many messages a queue holds, hidden ones included. */
  async depthOf(name: string): Promise<number> {
    const { Attributes } = await this.#sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: await this.queueUrl(name), AttributeNames: ['All'] }),
    );
    return Number(Attributes?.ApproximateNumberOfMessages) + Number(Attributes?.ApproximateNumberOfMessagesNotVisible);
  }

  async receiveFrom(name: string) {
    const QueueUrl = await this.queueUrl(name);
    const command = new ReceiveMessageCommand({
      QueueUrl,
      MaxNumberOfMessages: 10,
      VisibilityTimeout: 1,
      MessageAttributeNames: ['All'],
    });
    return (await this.#sqs.send(command)).Messages ?? [];
  }

  async get(path: string, token = this.#token): Promise<Response> {
    return fetch(`${this.ready.http}${path}`, { headers: { authorization: `Bearer ${token}` } });
  }

  async message(messageId: string, to: string, account = 'acme'): Promise<Message | undefined> {
    const response = await this.get(`/v1/messages/${messageId}?to=${encodeURIComponent(to)}&account=${account}`);
    return response.status === 404 ? undefined : ((await response.json()) as Message);
  }

  /** The message once it has one of these statuses. */
  async settled(messageId: string, to: string, statuses = ['Sent', 'Failed'], account = 'acme'): Promise<Message> {
    return eventually(
      async () => {
        const message = await this.message(messageId, to, account);
        return message && statuses.includes(message.status) ? message : undefined;
      },
      `${messageId} to be ${statuses.join(' or ')}`,
    );
  }

  async recipient(number: string, account = 'acme'): Promise<Recipient> {
    return (
      await this.get(`/v1/recipients/${encodeURIComponent(number)}?account=${account}`)
    ).json() as Promise<Recipient>;
  }

  async consent(number: string, sender: string, account = 'acme'): Promise<string | undefined> {
    const { senders } = await this.recipient(number, account);
    return senders.find((one) => one.sender === sender)?.consent;
  }

  /** What the simulated carrier has accepted for a recipient, in order. */
  async acceptedFor(to: string): Promise<Accepted[]> {
    const all = (await (await fetch(`${this.ready.http}/simulator/messages`)).json()) as Accepted[];
    return all.filter((message) => message.to === to);
  }

  async simulator(method: 'POST' | 'PUT', path: string, body: object): Promise<unknown> {
    const response = await fetch(`${this.ready.http}/simulator${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response.json();
  }
}

export const inbound = (From: string, To: string, Body: string, MessageSid: string): Record<string, string> => ({
  MessageSid,
  AccountSid: 'AC00000000000000000000000000000000',
  From,
  To,
  Body,
  NumMedia: '0',
  NumSegments: '1',
  SmsStatus: 'received',
  ApiVersion: '2010-04-01',
});

export const newMessageSid = (): string => `SM${randomUUID().replaceAll('-', '')}`;

/** A recipient that no other test knows. */
export const newRecipient = (): string => `+1555${randomInt(1_000_000, 9_999_999)}`;

export const newMessageId = (): string => `m-${randomUUID()}`;

/** Waits until there is an answer. */
export async function eventually<T>(ask: () => Promise<T | undefined>, what: string, withinMs = 40_000): Promise<T> {
  const end = Date.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > end) throw new Error(`Waited ${withinMs} ms in vain for ${what}`);
    await sleep(25);
  }
}

/** Long enough for what must not happen to have happened. */
export const aMoment = (): Promise<void> => sleep(400);
