import { paginateScan } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { type AcceptedMessage, acceptedBy, accountOf, REPLIES, scopesOf } from './carriers.ts';
import {
  type AcceptedLine,
  accountAndRecipient,
  type ConsentLine,
  type EventLine,
  type Intent,
  type Line,
  type MessageLine,
  only,
} from './history.ts';
import { messageIdIn } from './script.ts';
import type { World } from './world.ts';

/** Adds to the histories what the table and the carriers' log say when all is over. */
export async function readFinalState(world: World): Promise<void> {
  const { history, dynamoDb, provisioned, outside } = world;
  for (const message of await acceptedBy(outside.carriers)) {
    const line = acceptedLine(message);
    const left = only(history.of(message.to), 'left').filter(
      ({ messageId }) => 'messageId' in line.what && messageId === line.what.messageId,
    );
    history.add(message.to, { ...line, heldUpMs: Math.max(0, ...left.map(({ heldUpMs }) => heldUpMs)) });
  }
  for await (const { Items = [] } of paginateScan({ client: dynamoDb }, { TableName: provisioned.tableName })) {
    for (const attributes of Items) {
      const item = unmarshall(attributes);
      const { account, recipient } = accountAndRecipient(String(item.recipient));
      const line = lineOf(account, String(item.entry), item);
      if (line) history.add(recipient, line);
    }
  }
}

function acceptedLine({
  carrier,
  from,
  body,
  carrierMessageId,
  receivedAt,
}: AcceptedMessage): Omit<AcceptedLine, 'heldUpMs'> {
  const messageId = messageIdIn(body);
  const [reply] = Object.entries(REPLIES).find(([, text]) => text === body) ?? [];
  if (messageId === undefined && reply === undefined) throw new Error(`A carrier accepted a text of nobody: ${body}`);
  return {
    kind: 'accepted',
    at: Date.parse(receivedAt),
    account: accountOf(from),
    sender: from,
    scopes: scopesOf(from),
    carrier,
    carrierMessageId,
    what: messageId === undefined ? { reply: reply as Intent } : { messageId },
  };
}

function lineOf(account: string, entry: string, item: Record<string, unknown>): Line | undefined {
  const [kind = ''] = entry.split('#', 1);
  const id = entry.slice(kind.length + 1);
  switch (kind) {
    case 'EVENT': {
      const event = item as unknown as EventLine;
      return { ...event, kind: 'event', account, eventId: id, scopes: scopesOf(event.sender) };
    }
    case 'CONSENT':
      return consentLine(account, item);
    case 'MESSAGE':
    case 'REPLY': {
      const { from, status, reason, refusedBy, carrierMessageId, updatedAt } = item as unknown as MessageLine & {
        from: string;
      };
      return {
        kind: 'message',
        account,
        messageId: id,
        isReply: kind === 'REPLY',
        sender: from,
        scopes: scopesOf(from),
        status,
        updatedAt,
        ...(reason !== undefined && { reason }),
        ...(refusedBy !== undefined && { refusedBy }),
        ...(carrierMessageId !== undefined && { carrierMessageId }),
      };
    }
    default:
      return undefined;
  }
}

function consentLine(account: string, item: Record<string, unknown>): ConsentLine {
  const optOuts = Object.entries(item).filter(([name]) => name.startsWith('optOut#'));
  return {
    kind: 'consent',
    account,
    optOuts: Object.fromEntries(
      optOuts.map(([name, value]) => [name.slice('optOut#'.length), value]),
    ) as ConsentLine['optOuts'],
    ...(item.optIn !== undefined && { optIn: item.optIn as NonNullable<ConsentLine['optIn']> }),
  };
}
