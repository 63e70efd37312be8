import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type ServerType, serve } from '@hono/node-server';
import { Hono } from 'hono';
import { smsAnswer } from '../../../local/engines.ts';
import { createLiveFeed, type LiveEvent, type LiveFeed } from '../../../local/live-feed.ts';
import { loadRestCast } from '../../../local/simulator/carriers.ts';
import { createSimulator, type Simulator } from '../../../local/simulator/index.ts';
import type { WireAnswer } from '../../../shared/carriers/simulated-carrier.ts';

export const TWILIO = { accountSid: `AC${'0'.repeat(32)}`, authToken: 'a token of the tests' };

export interface Call {
  readonly url: string;
  readonly headers: Headers;
  readonly parameters: Record<string, string>;
}

/** The simulator on a loopback server of its own, beside a webhook and an AWS endpoint that only listen. */
export interface LoopbackCarrier {
  readonly http: string;
  readonly aws: string;
  readonly simulator: Simulator;
  readonly live: LiveFeed;
  readonly events: LiveEvent[];
  /** What our webhooks were called with. */
  readonly calls: Call[];
  readonly twoWay: { payload: Record<string, unknown>; options: object | undefined }[];
  readonly smsEvents: Record<string, unknown>[];
  readonly queued: Record<string, unknown>[];
  /** What the webhook answers from now on. */
  webhookAnswer: () => Response;
  /** Where the carriers believe our webhooks to be; the server itself unless set. */
  publicUrl: string;
  put(path: string, body: unknown): Promise<Response>;
  post(path: string, body: unknown): Promise<Response>;
  // biome-ignore lint/suspicious/noExplicitAny: what a test expects of it says its type
  json(path: string): Promise<any>;
  close(): Promise<void>;
}

const CARRIERS: Record<string, string> = { '+12025550100': 'twilio', '+12025550102': 'aws', '+12025550103': 'sns' };

const listen = (server: Server): Promise<string> =>
  new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
  });

const read = async (request: IncomingMessage): Promise<string> => {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString('utf8');
};

export async function startLoopbackCarrier(): Promise<LoopbackCarrier> {
  const live = createLiveFeed();
  const events: LiveEvent[] = [];
  live.subscribe(({ id: _, ...event }) => events.push(event as LiveEvent));
  let http = '';
  const carrier = {
    live,
    events,
    calls: [] as Call[],
    twoWay: [] as LoopbackCarrier['twoWay'],
    smsEvents: [] as Record<string, unknown>[],
    queued: [] as Record<string, unknown>[],
    publicUrl: '',
    webhookAnswer: () =>
      new Response('<?xml version="1.0" encoding="UTF-8"?><Response/>', { headers: { 'content-type': 'text/xml' } }),
  };
  const simulator = createSimulator({
    rest: await loadRestCast({
      publicUrl: () => carrier.publicUrl || http,
      environment: { STOPGATE_TWILIO_AUTH_TOKEN: TWILIO.authToken },
    }),
    carrierOf: async (sender) => CARRIERS[sender],
    publishTwoWay: async (payload, options) => {
      carrier.twoWay.push({ payload: payload as Record<string, unknown>, options });
    },
    publishSmsEvent: async (payload) => {
      carrier.smsEvents.push(payload as Record<string, unknown>);
    },
    live,
    enqueue: async (messages) => {
      carrier.queued.push(...(messages as Record<string, unknown>[]));
    },
  });

  const app = new Hono();
  app.route('/simulator', simulator.routes);
  app.post('/webhooks/*', async (context) => {
    carrier.calls.push({
      url: context.req.url,
      headers: context.req.raw.headers,
      parameters: Object.fromEntries(new URLSearchParams(await context.req.text())),
    });
    return carrier.webhookAnswer();
  });
  const server: ServerType = await new Promise((resolve) => {
    const started = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }, (address) => {
      http = `http://127.0.0.1:${address.port}`;
      resolve(started);
    });
  });

  // As the embedded AWS endpoint does: tells the two operations apart and writes the answer byte by byte.
  const awsServer = createServer(async (request, response) => {
    const text = await read(request);
    const body = request.headers['x-amz-target'] ? JSON.parse(text) : Object.fromEntries(new URLSearchParams(text));
    const answer: WireAnswer | undefined = await smsAnswer(request.headers, body, simulator);
    if (!answer || answer === 'drop') request.socket.destroy();
    else response.writeHead(answer.status, answer.headers).end(answer.body);
  });
  const aws = await listen(awsServer);

  const send = (method: string) => (path: string, body: unknown) =>
    fetch(`${http}/simulator${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });

  return Object.assign(carrier, {
    http,
    aws,
    simulator,
    put: send('PUT'),
    post: send('POST'),
    json: async (path: string) => (await fetch(`${http}/simulator${path}`)).json(),
    async close() {
      simulator.close();
      (server as Server).closeAllConnections();
      awsServer.closeAllConnections();
      await Promise.all([
        new Promise((resolve) => server.close(resolve)),
        new Promise((resolve) => awsServer.close(resolve)),
      ]);
    },
  });
}

/** Waits until something is so, and says what was not when it never comes. */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  milliseconds = 5_000,
): Promise<void> {
  const end = Date.now() + milliseconds;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`It never came about that ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
