import type { ChildProcess } from 'node:child_process';
import { Agent, createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Simulator, TWILIO_PATH, type WireAnswer } from './carriers.ts';
import type { Fault, Faults } from './faults.ts';
import { type Stalls, waitedForProcessor } from './held-up.ts';
import { accountAndRecipient, type History } from './history.ts';
import { shareOf } from './random.ts';
import type { StaleReads } from './stale-reads.ts';
import { readCall, type WireCall } from './wire-call.ts';

/** What all doors share. */
export interface Outside {
  readonly dynamodb: string;
  readonly sqs: string;
  readonly carriers: Simulator;
  readonly faults: Faults;
  readonly staleReads: StaleReads;
  readonly history: History;
  readonly stalls: Stalls;
  /** The longest that a message stays hidden that comes back later: hours are shortened. Seconds. */
  comeBackSeconds: number;
  /** Ids of the messages whose carrier has not answered yet. */
  readonly underWay: Set<string>;
  readonly seed: string;
}

interface Answer {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly body: Buffer;
}

/** A little longer than the functions wait: a second for AWS, ten for a carrier. */
const NO_ANSWER_MS: Readonly<Record<WireCall['to'], number>> = { table: 1_300, queue: 1_300, carrier: 10_300 };
/** Receipts cost as much as sends: not every message asks for one; but each does whose answer they may overtake. */
const SHARE_WITH_RECEIPT = 0.05;

const agent = new Agent({ keepAlive: true });

/**
 * The only way out of one function process: to the table, to the queues and to the carriers. It sees every call, makes some
 * fail, and ends the process where it is told to.
 */
export class Door {
  readonly #outside: Outside;
  readonly #process: () => ChildProcess | undefined;
  readonly #server: Server;
  /**
   * When the process here last asked for whose consent. Kept when it is killed: what it had still written arrives
   * afterwards, and the age of the read is judged all the same.
   */
  readonly #consentAsked = new Map<string, { readonly at: number; readonly waitedMs: number }>();

  constructor(outside: Outside, process: () => ChildProcess | undefined) {
    this.#outside = outside;
    this.#process = process;
    this.#server = createServer((incoming, response) => {
      this.#pass(incoming, response).catch(() => incoming.socket.destroy());
    });
  }

  async open(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #pass(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const at = Date.now();
    const body = await read(incoming);
    const call = readCall(incoming.url ?? '', incoming.headers, body);
    this.#note(call, at);
    const { faults, underWay } = this.#outside;
    const fault = faults.next(call);
    if (call.message) underWay.add(call.message.messageId);
    if (call.settles && underWay.has(call.settles)) faults.saw('carrier: receipt before its answer');
    const answer = await this.#withFault(fault, call, () => this.#forward(call, fault, incoming, body));
    if (call.message) underWay.delete(call.message.messageId);
    if (answer === 'nothing') {
      incoming.socket.destroy();
      return;
    }
    response.writeHead(answer.status, { ...answer.headers, 'content-length': answer.body.length });
    response.end(answer.body);
  }

  async #withFault(
    fault: Fault,
    call: WireCall,
    forward: () => Promise<Answer | 'nothing'>,
  ): Promise<Answer | 'nothing'> {
    switch (fault.kind) {
      case 'none':
        return forward();
      case 'slow':
        await sleep(fault.ms);
        return forward();
      case 'slow answer': {
        const answer = await forward();
        await sleep(fault.ms);
        return answer;
      }
      case 'throttled':
        return problem(400, 'ThrottlingException');
      case 'error':
        return problem(500, 'InternalServerError');
      case 'reset':
        return 'nothing';
      case 'reset after':
        await forward();
        return 'nothing';
      case 'gateway error after':
        await forward();
        return { status: 502, headers: { 'content-type': 'text/html' }, body: Buffer.from('<h1>Bad Gateway</h1>') };
      case 'no answer':
        await sleep(NO_ANSWER_MS[call.to]);
        return 'nothing';
      case 'partial':
        return partOf(await forward(), call);
      case 'kill':
        this.#process()?.kill('SIGKILL');
        return 'nothing';
      case 'kill after':
        await forward();
        this.#process()?.kill('SIGKILL');
        return 'nothing';
    }
  }

  async #forward(call: WireCall, fault: Fault, incoming: IncomingMessage, given: Buffer): Promise<Answer | 'nothing'> {
    if (call.to === 'carrier') return this.#toCarrier(incoming, given, fault.kind === 'slow answer');
    const { dynamodb, sqs, staleReads } = this.#outside;
    const body = call.step === 'come back' ? this.#shortened(given) : given;
    if (call.consentWrite) await this.#rememberConsent(call.consentWrite.partition, incoming, body);
    const answer = await pass(call.to === 'table' ? dynamodb : sqs, incoming, body);
    this.#noteAnswer(call, answer);
    if (!call.consentRead || call.consentRead.isStrong || answer.status !== 200) return answer;
    const stale = staleReads.answer(call.operation, call.consentRead.partitions, answer.body);
    return { ...answer, headers: { 'content-type': answer.headers['content-type'] }, body: stale };
  }

  async #toCarrier({ url = '', headers }: IncomingMessage, body: Buffer, isSlow: boolean): Promise<Answer | 'nothing'> {
    const { carriers } = this.#outside;
    if (headers['x-amz-target'])
      return answerOf(await carriers.acceptSendTextMessage(JSON.parse(body.toString('utf8'))));
    const form = new URLSearchParams(body.toString('utf8'));
    if (!url.startsWith(TWILIO_PATH)) return answerOf(await carriers.acceptSnsPublish(Object.fromEntries(form)));
    if (!isSlow && !this.wantsReceipt(form.get('Body') ?? '')) form.delete('StatusCallback');
    const response = await carriers.routes.request(`http://127.0.0.1${url.slice('/simulator'.length)}`, {
      method: 'POST',
      headers: {
        authorization: headers.authorization ?? '',
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: form.toString(),
    });
    const answer = Buffer.from(await response.arrayBuffer());
    return { status: response.status, headers: Object.fromEntries(response.headers), body: answer };
  }

  wantsReceipt(body: string): boolean {
    return shareOf(`${this.#outside.seed} receipt ${body}`) < SHARE_WITH_RECEIPT;
  }

  #shortened(body: Buffer): Buffer {
    const request = JSON.parse(body.toString('utf8'));
    request.VisibilityTimeout = Math.min(request.VisibilityTimeout, this.#outside.comeBackSeconds);
    return Buffer.from(JSON.stringify(request));
  }

  async #rememberConsent(partition: string, incoming: IncomingMessage, body: Buffer): Promise<void> {
    const { TableName, Key } = JSON.parse(body.toString('utf8'));
    const get = Buffer.from(JSON.stringify({ TableName, Key, ConsistentRead: true }));
    const answer = await pass(this.#outside.dynamodb, incoming, get, 'DynamoDB_20120810.GetItem');
    if (answer.status === 200) this.#outside.staleReads.remember(partition, JSON.parse(answer.body.toString()).Item);
  }

  #note(call: WireCall, at: number): void {
    const { history, stalls } = this.#outside;
    if (!call.consentRead && !call.message) return;
    const asked = { at, waitedMs: waitedForProcessor(this.#process()?.pid) };
    for (const partition of call.consentRead?.partitions ?? []) this.#consentAsked.set(partition, asked);
    if (!call.message) return;
    const { account, recipient, messageId } = call.message;
    const before = this.#consentAsked.get(`${account}#${recipient}`);
    history.add(recipient, {
      kind: 'left',
      at,
      messageId,
      heldUpMs: Math.round(stalls.around(at) + Math.max(0, asked.waitedMs - (before?.waitedMs ?? asked.waitedMs))),
      ...(before && { consentAskedAt: before.at }),
    });
  }

  #noteAnswer(call: WireCall, { status, body }: Answer): void {
    const { history } = this.#outside;
    const at = Date.now();
    // A failed condition means that the table has as much, or more, already.
    const isThere = status === 200 || (status === 400 && body.includes('ConditionalCheckFailed'));
    if (call.deferred && status === 200) {
      history.add(call.deferred.recipient, { kind: 'deferred', at, eventId: call.deferred.eventId });
    }
    const write = call.event ?? call.consentWrite;
    if (!write || !isThere) return;
    const { recipient } = accountAndRecipient(write.partition);
    const scope = call.consentWrite?.scope;
    history.add(recipient, {
      kind: 'stored',
      at,
      what: call.event ? 'event' : 'consent',
      eventId: write.eventId,
      ...(scope !== undefined && { scope }),
    });
  }
}

function read(message: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    message.on('data', (chunk: Buffer) => chunks.push(chunk));
    message.once('end', () => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)));
    message.once('error', reject);
  });
}

function pass(to: string, incoming: IncomingMessage, body: Buffer, target?: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { host: _host, connection: _connection, ...headers } = incoming.headers;
    const onward = request(to, {
      method: incoming.method,
      path: incoming.url,
      agent,
      headers: { ...headers, 'content-length': body.length, ...(target && { 'x-amz-target': target }) },
    });
    onward.once('error', reject);
    onward.once('response', (answer) => {
      const { connection: _closing, 'keep-alive': _for, 'transfer-encoding': _chunked, ...kept } = answer.headers;
      read(answer).then((text) => resolve({ status: answer.statusCode ?? 500, headers: kept, body: text }), reject);
    });
    onward.end(body);
  });
}

/** As DynamoDB may answer a read of many: half of it, and the keys of the rest. */
function partOf(answer: Answer | 'nothing', { operation, consentRead }: WireCall): Answer | 'nothing' {
  if (answer === 'nothing' || answer.status !== 200 || operation !== 'BatchGetItem') return answer;
  const left = new Set(consentRead?.partitions.filter((_, index) => index % 2 === 0));
  const body = JSON.parse(answer.body.toString('utf8'));
  const [table = ''] = Object.keys(body.Responses);
  body.Responses[table] = body.Responses[table].filter(
    (item: { recipient: { S: string } }) => !left.has(item.recipient.S),
  );
  const Keys = [...left].map((recipient) => ({ recipient: { S: recipient }, entry: { S: 'CONSENT' } }));
  body.UnprocessedKeys = { [table]: { Keys, ConsistentRead: true } };
  // Without the checksum, which is of the whole answer.
  const headers = { 'content-type': answer.headers['content-type'] };
  return { status: 200, headers, body: Buffer.from(JSON.stringify(body)) };
}

const problem = (status: number, type: string): Answer => ({
  status,
  headers: { 'content-type': 'application/x-amz-json-1.0' },
  body: Buffer.from(JSON.stringify({ __type: type, message: 'A fault of verify' })),
});

const answerOf = (answer: WireAnswer): Answer | 'nothing' =>
  answer === 'drop' ? 'nothing' : { ...answer, body: Buffer.from(answer.body) };
