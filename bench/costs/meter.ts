import { createServer, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { LEDGER_TABLE } from '../../shared/runtime/topology.ts';
import { listenOnLoopback } from '../loopback.ts';
import { awsAt } from '../outbound-function.ts';
import { type Attributes, queryUnits, readUnits, storedBytes, writeUnits } from './units.ts';

/** What went over the wire since the last reset. */
export interface Reading {
  /** How often each operation was called. */
  readonly calls: Readonly<Record<string, number>>;
  readonly readUnits: number;
  readonly writeUnits: number;
  /** By how much the table has grown. Bytes, as they are billed. */
  readonly storedBytes: number;
}

export interface Meter {
  /** DynamoDB, metered. */
  readonly dynamoDbUrl: string;
  /** SQS and SNS, metered. */
  readonly othersUrl: string;
  read(): Reading;
  /** The bodies that were put on a queue since the last reset. */
  readonly queuedBodies: readonly string[];
  /** The longest for which a message was hidden since the last reset. Seconds. */
  readonly hiddenSeconds: number;
  reset(): void;
  close(): void;
}

/** The part of a request's and an answer's body that bills depend on. */
interface Body {
  readonly TableName: string;
  readonly Key?: Attributes;
  readonly Item?: Attributes;
  readonly RequestItems?: Readonly<Record<string, { readonly Keys: readonly Attributes[] }>>;
  readonly Items?: readonly Attributes[];
  readonly Responses?: Readonly<Record<string, readonly Attributes[]>>;
}

/**
 * Stands between a function and the embedded engines, hands everything on, and counts what AWS would bill. The wire is
 * where it is counted: whatever the function does, and however, goes through here.
 */
export async function startMeter(engines: { readonly dynamoDb: string; readonly others: string }): Promise<Meter> {
  const { region, credentials } = awsAt(engines.dynamoDb);
  const table = new DynamoDBClient({
    endpoint: engines.dynamoDb,
    ...(region && { region }),
    ...(credentials && { credentials }),
  });
  let calls: Record<string, number> = {};
  let reads = 0;
  let writes = 0;
  let stored = 0;
  let queuedBodies: string[] = [];
  let hiddenSeconds = 0;

  const find = async (TableName: string, key: Attributes): Promise<Attributes | undefined> =>
    (await table.send(new GetItemCommand({ TableName, Key: key, ConsistentRead: true }))).Item;

  async function dynamoDb(operation: string, body: Body, forward: () => Promise<string>): Promise<void> {
    switch (operation) {
      case 'GetItem': {
        const { Item } = JSON.parse(await forward());
        reads += readUnits(Item);
        return;
      }
      case 'BatchGetItem': {
        const { Responses }: Body = JSON.parse(await forward());
        for (const [name, { Keys }] of Object.entries(body.RequestItems ?? {})) {
          const found = Responses?.[name] ?? [];
          for (const item of found) reads += readUnits(item);
          reads += (Keys.length - found.length) * readUnits(undefined);
        }
        return;
      }
      case 'PutItem':
      case 'UpdateItem': {
        const key = body.Key ?? keyOf(body.Item ?? {});
        const before = await find(body.TableName, key);
        await forward();
        const after = await find(body.TableName, key);
        writes += writeUnits(before, after);
        stored += storedBytes(after) - storedBytes(before);
        return;
      }
      case 'Query': {
        const { Items = [] }: Body = JSON.parse(await forward());
        reads += queryUnits(Items);
        return;
      }
      default:
        throw new Error(`No rule for what ${operation} costs`);
    }
  }

  const dynamoDbDoor = await open(engines.dynamoDb, async (request, body, forward) => {
    const operation = String(request.headers['x-amz-target']).split('.')[1] ?? '';
    calls[operation] = (calls[operation] ?? 0) + 1;
    await dynamoDb(operation, JSON.parse(body), forward);
    return undefined;
  });
  const othersDoor = await open(engines.others, async (request, body, forward) => {
    const operation = request.headers['x-amz-target'] ?? new URLSearchParams(body).get('Action') ?? 'unknown';
    calls[String(operation)] = (calls[String(operation)] ?? 0) + 1;
    if (operation === 'AmazonSQS.ChangeMessageVisibility') {
      hiddenSeconds = Math.max(hiddenSeconds, JSON.parse(body).VisibilityTimeout);
      // The messages came from no queue, so the engine has none to hide.
      return '{}';
    }
    if (operation === 'AmazonSQS.SendMessageBatch') {
      const { Entries }: { Entries: readonly { MessageBody: string }[] } = JSON.parse(body);
      queuedBodies.push(...Entries.map(({ MessageBody }) => MessageBody));
    }
    await forward();
    return undefined;
  });

  return {
    dynamoDbUrl: dynamoDbDoor.url,
    othersUrl: othersDoor.url,
    read: () => ({ calls: { ...calls }, readUnits: reads, writeUnits: writes, storedBytes: stored }),
    get queuedBodies() {
      return queuedBodies;
    },
    get hiddenSeconds() {
      return hiddenSeconds;
    },
    reset() {
      calls = {};
      reads = 0;
      writes = 0;
      stored = 0;
      queuedBodies = [];
      hiddenSeconds = 0;
    },
    close() {
      table.destroy();
      dynamoDbDoor.close();
      othersDoor.close();
    },
  };
}

const keyOf = (item: Attributes): Attributes => {
  const { partitionKey, sortKey } = LEDGER_TABLE;
  return Object.fromEntries(Object.entries(item).filter(([name]) => name === partitionKey || name === sortKey));
};

/** @param pass gets each request, and a function that hands it on and gives the body of the answer; or it answers itself */
async function open(
  to: string,
  pass: (request: IncomingMessage, body: string, forward: () => Promise<string>) => Promise<string | undefined>,
): Promise<{ url: string; close(): void }> {
  const server = createServer(async (request, response) => {
    try {
      const body = await text(request);
      let answer: { status: number; type: string; body: string } | undefined;
      const own = await pass(request, body, async () => {
        answer = await handOn(to, request, body);
        return answer.body;
      });
      if (own !== undefined) answer = { status: 200, type: 'application/x-amz-json-1.0', body: own };
      response.writeHead(answer?.status ?? 500, { 'content-type': answer?.type ?? 'text/plain' }).end(answer?.body);
    } catch (error) {
      response.writeHead(500).end(String(error));
    }
  });
  return listenOnLoopback(server);
}

async function handOn(to: string, request: IncomingMessage, body: string) {
  const { 'x-amz-target': target, 'content-type': type, authorization, 'x-amz-date': date } = request.headers;
  const headers = { 'x-amz-target': target, 'content-type': type, authorization, 'x-amz-date': date };
  const given = Object.entries(headers).filter((header): header is [string, string] => typeof header[1] === 'string');
  const answer = await fetch(`${to}${request.url}`, { method: 'POST', headers: given, body });
  return { status: answer.status, type: answer.headers.get('content-type') ?? '', body: await answer.text() };
}
