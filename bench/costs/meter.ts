import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { LEDGER_TABLE } from '../../shared/runtime/topology.ts';
import { awsAt } from '../outbound-function.ts';
import { type Attributes, readUnits, writeUnits } from './units.ts';

/** What went over the wire since the last reset. */
export interface Reading {
  /** How often each operation was called. */
  readonly calls: Readonly<Record<string, number>>;
  readonly readUnits: number;
  readonly writeUnits: number;
}

export interface Meter {
  /** DynamoDB, metered. */
  readonly dynamoDbUrl: string;
  /** SQS and SNS, metered. */
  readonly othersUrl: string;
  read(): Reading;
  reset(): void;
  close(): void;
}

/** The part of a request's and an answer's body that bills depend on. */
interface Body {
  readonly TableName: string;
  readonly Key?: Attributes;
  readonly Item?: Attributes;
  readonly RequestItems?: Readonly<Record<string, { readonly Keys: readonly Attributes[] }>>;
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
  });
  const othersDoor = await open(engines.others, async (request, body, forward) => {
    const operation = request.headers['x-amz-target'] ?? new URLSearchParams(body).get('Action') ?? 'unknown';
    calls[String(operation)] = (calls[String(operation)] ?? 0) + 1;
    await forward();
  });

  return {
    dynamoDbUrl: dynamoDbDoor.url,
    othersUrl: othersDoor.url,
    read: () => ({ calls: { ...calls }, readUnits: reads, writeUnits: writes }),
    reset() {
      calls = {};
      reads = 0;
      writes = 0;
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

/** @param pass gets each request, and a function that hands it on and gives the body of the answer */
async function open(
  to: string,
  pass: (request: IncomingMessage, body: string, forward: () => Promise<string>) => Promise<void>,
): Promise<{ url: string; close(): void }> {
  const server = createServer(async (request, response) => {
    try {
      const body = await text(request);
      let answer: { status: number; type: string; body: string } | undefined;
      await pass(request, body, async () => {
        answer = await handOn(to, request, body);
        return answer.body;
      });
      response.writeHead(answer?.status ?? 500, { 'content-type': answer?.type ?? 'text/plain' }).end(answer?.body);
    } catch (error) {
      response.writeHead(500).end(String(error));
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}

async function handOn(to: string, request: IncomingMessage, body: string) {
  const { 'x-amz-target': target, 'content-type': type, authorization, 'x-amz-date': date } = request.headers;
  const headers = { 'x-amz-target': target, 'content-type': type, authorization, 'x-amz-date': date };
  const given = Object.entries(headers).filter((header): header is [string, string] => typeof header[1] === 'string');
  const answer = await fetch(`${to}${request.url}`, { method: 'POST', headers: given, body });
  return { status: answer.status, type: answer.headers.get('content-type') ?? '', body: await answer.text() };
}
