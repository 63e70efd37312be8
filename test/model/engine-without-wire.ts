import type { IncomingMessage, ServerResponse } from 'node:http';
import { ConditionalCheckFailedException, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';

/** What the engine looks for in a request before it does what the request asks. It checks no signature. */
const HEADERS = {
  'content-type': 'application/x-amz-json-1.0',
  authorization: 'AWS4-HMAC-SHA256 Credential=any, SignedHeaders=any, Signature=any',
  'x-amz-date': 'any',
};

/** A command of the SDK; its class has the operation's name. */
interface Command {
  readonly input: object;
}

/**
 * The embedded engine itself, called in this process: what the ledger asks for goes into the engine's own request
 * handler, past the SDK's signing and the sockets, which take six times as long as the engine does. There is no second
 * implementation of the table that could drift from it.
 */
export function engineWithoutWire(): DynamoDBClient {
  const server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  const call = (operation: string, input: object) =>
    new Promise<{ status: number; body: string }>((resolve) => {
      const listeners: Record<string, (data?: Buffer) => void> = {};
      const request = {
        method: 'POST',
        url: '/',
        headers: { ...HEADERS, 'x-amz-target': `DynamoDB_20120810.${operation}` },
        on: (event: string, listener: () => void) => {
          listeners[event] = listener;
        },
        removeAllListeners: () => {},
      };
      const response = {
        statusCode: 200,
        setHeader: () => {},
        end: (body: string) => resolve({ status: response.statusCode, body }),
      };
      server.emit('request', request as unknown as IncomingMessage, response as unknown as ServerResponse);
      listeners.data?.(Buffer.from(JSON.stringify(input)));
      listeners.end?.();
    });
  const send = async (command: Command): Promise<unknown> => {
    const { status, body } = await call(operationOf(command), command.input);
    const answer = JSON.parse(body);
    if (status === 200) return answer;
    if (String(answer.__type).endsWith('#ConditionalCheckFailedException')) {
      throw new ConditionalCheckFailedException({ message: answer.message, $metadata: {} });
    }
    throw new Error(body);
  };
  return { send } as unknown as DynamoDBClient;
}

/** `GetItem` of a GetItemCommand. */
export const operationOf = (command: object): string => command.constructor.name.replace(/Command$/, '');
