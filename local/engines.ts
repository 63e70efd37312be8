import { mkdirSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import dynalite from 'dynalite';
import { buildApp } from 'fauxqs';
import type { WireAnswer } from '../shared/carriers/simulated-carrier.ts';

/** An embedded AWS service, listening on loopback. */
export interface Engine {
  readonly url: string;
  close(): Promise<void>;
}

const LOOPBACK = '127.0.0.1';

/** DynamoDB: dynalite. */
export async function startDynamoDb(port: number, dataDir?: string): Promise<Engine> {
  const server = dynalite({
    createTableMs: 0,
    deleteTableMs: 0,
    updateTableMs: 0,
    ...(dataDir && { path: folder(dataDir, 'dynamodb') }),
  });
  await listen(server, port);
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url: urlOf(server), close };
}

/** What takes the SMS calls of SNS and AWS End User Messaging, which the embedded engine has none of. */
export interface SmsCalls {
  acceptListCall(operation: string, parameters: unknown): WireAnswer | undefined;
  acceptSnsPublish(parameters: Record<string, string>): Promise<WireAnswer>;
  acceptSendTextMessage(body: unknown): Promise<WireAnswer>;
}

/** SQS and SNS: fauxqs, with the SMS calls handed to the simulated carrier. */
export async function startSqsAndSns(port: number, sms: () => SmsCalls | undefined, dataDir?: string): Promise<Engine> {
  const { stores, persistence } = await createStores(dataDir && folder(dataDir, 'sqs'));
  await allowEveryCharacterOfSqs();
  const app = buildApp({ logger: false, stores });
  app.addHook('preClose', () => persistence?.close());
  app.addHook('preHandler', async (request, reply) => {
    const carrier = sms();
    const answer = carrier && (await smsAnswer(request.headers, request.body, carrier));
    if (!answer) return;
    reply.hijack();
    if (answer === 'drop') {
      request.raw.socket.destroy();
      return;
    }
    reply.raw.writeHead(answer.status, answer.headers).end(answer.body);
  });
  // The engine's own start would listen on every interface.
  await app.listen({ port, host: LOOPBACK });
  return { url: urlOf(app.server), close: () => app.close() };
}

const END_USER_MESSAGING = 'PinpointSMSVoiceV2.';

export async function smsAnswer(
  headers: Record<string, unknown>,
  body: unknown,
  sms: SmsCalls,
): Promise<WireAnswer | undefined> {
  const target = String(headers['x-amz-target'] ?? '');
  if (target === `${END_USER_MESSAGING}SendTextMessage`) return sms.acceptSendTextMessage(body);
  if (target.startsWith(END_USER_MESSAGING)) return sms.acceptListCall(target.slice(END_USER_MESSAGING.length), body);
  const parameters = (body ?? {}) as Record<string, string>;
  if (parameters.Action === 'Publish' && parameters.PhoneNumber) return sms.acceptSnsPublish(parameters);
  return sms.acceptListCall(parameters.Action ?? '', parameters);
}

/** The parts of the engine that its package does not export; its version is pinned for that reason. */
const engineModule = (file: string) => import(new URL(file, import.meta.resolve('fauxqs')).href);

/** The engine refuses emoji and all else beyond U+FFFF, which SQS takes. */
async function allowEveryCharacterOfSqs(): Promise<void> {
  const { INVALID_MESSAGE_BODY_CHAR } = await engineModule('./sqs/sqsTypes.js');
  const invalid = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;
  INVALID_MESSAGE_BODY_CHAR.test = (text: string) => invalid.test(text);
}

type Stores = NonNullable<NonNullable<Parameters<typeof buildApp>[0]>['stores']>;

/**
 * The engine's stores, kept in SQLite where a folder is given. The engine persists only by the start function that
 * listens on every interface, so its parts are put together here.
 */
async function createStores(path?: string): Promise<{ stores: Stores; persistence?: { close(): void } }> {
  const [{ SqsStore }, { SnsStore }, { S3Store }, { PersistenceManager }] = await Promise.all(
    ['./sqs/sqsStore.js', './sns/snsStore.js', './s3/s3Store.js', './persistence.js'].map(engineModule),
  );
  const stores = { sqsStore: new SqsStore(), snsStore: new SnsStore(), s3Store: new S3Store() };
  // Queue URLs then have the address that was asked, and no made-up host name.
  stores.sqsStore.host = undefined;
  if (!path) return { stores };
  const persistence = new PersistenceManager(path);
  // Loaded before the stores write through, so that loading does not write.
  persistence.load(stores.sqsStore, stores.snsStore, stores.s3Store);
  stores.sqsStore.persistence = persistence;
  stores.snsStore.persistence = persistence;
  for (const queue of stores.sqsStore.allQueues()) queue.persistence = persistence;
  return { stores, persistence };
}

function folder(dataDir: string, name: string): string {
  const path = join(dataDir, name);
  mkdirSync(path, { recursive: true });
  return path;
}

const listen = (server: Server, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, LOOPBACK, () => resolve());
  });

const urlOf = (server: Server): string => `http://${LOOPBACK}:${(server.address() as AddressInfo).port}`;
