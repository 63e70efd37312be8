import type { IncomingHttpHeaders } from 'node:http';
import { accountOf, SENDERS } from './carriers.ts';
import { messageIdIn } from './script.ts';

/** A step of the functions' sequences, as it looks on the wire. Functions are killed before and after each of them. */
export const STEPS = [
  'claim',
  'take over',
  'read consent',
  'send',
  'record',
  'come back',
  'keep event',
  'merge consent',
  'queue reply',
  'claim reply',
  'record reply',
  'settle',
] as const;

export type Step = (typeof STEPS)[number] | 'find' | 'defer' | 'bury' | 'other';

/** A call that a function makes. */
export interface WireCall {
  readonly to: 'table' | 'queue' | 'carrier';
  readonly step: Step;
  /** The same for the same call, whenever and by whomever it is made: what meets a fault depends on it. */
  readonly identity: string;
  /** Of the table. */
  readonly operation?: string;
  readonly consentRead?: { readonly partitions: readonly string[]; readonly isStrong: boolean };
  readonly consentWrite?: { readonly partition: string; readonly eventId: string; readonly scope?: string };
  readonly event?: { readonly partition: string; readonly eventId: string };
  /** The id of the message that a receipt settles. */
  readonly settles?: string;
  /** Of the queue. */
  readonly deferred?: { readonly recipient: string; readonly eventId: string };
  /** Of a carrier. */
  readonly message?: { readonly account: string; readonly recipient: string; readonly messageId: string };
}

interface Attribute {
  readonly S?: string;
  readonly M?: Readonly<Record<string, Attribute>>;
}
type Item = Readonly<Record<string, Attribute>>;

interface TableRequest {
  readonly Key?: Item;
  readonly Item?: Item;
  readonly ConsistentRead?: boolean;
  readonly RequestItems?: Readonly<
    Record<string, { readonly Keys: readonly Item[]; readonly ConsistentRead?: boolean }>
  >;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues?: Item;
}

/** What a function asks for, and of whom. */
export function readCall(path: string, headers: IncomingHttpHeaders, body: Buffer): WireCall {
  const target = String(headers['x-amz-target'] ?? '');
  if (target.startsWith('DynamoDB_')) return tableCall(target.slice(target.indexOf('.') + 1), parse(body));
  if (target.startsWith('AmazonSQS.')) return queueCall(target.slice('AmazonSQS.'.length), parse(body));
  if (target.startsWith('PinpointSMSVoiceV2.')) {
    const { DestinationPhoneNumber, MessageBody, OriginationIdentity } = parse<Record<string, string>>(body);
    return carrierCall(DestinationPhoneNumber, MessageBody, OriginationIdentity);
  }
  const form = new URLSearchParams(body.toString('utf8'));
  const from = [...form.values()].find((value) => SENDERS.some(({ sender }) => sender === value));
  return path.endsWith('/Messages.json')
    ? carrierCall(form.get('To'), form.get('Body'), from)
    : carrierCall(form.get('PhoneNumber'), form.get('Message'), from);
}

const parse = <T>(body: Buffer): T => JSON.parse(body.toString('utf8')) as T;

function tableCall(operation: string, request: TableRequest): WireCall {
  const batch = Object.values(request.RequestItems ?? {})[0];
  if (batch) {
    const partitions = batch.Keys.map(({ recipient }) => recipient?.S ?? '');
    const consentRead = { partitions, isStrong: batch.ConsistentRead === true };
    return { to: 'table', operation, step: 'read consent', identity: `read ${partitions.join()}`, consentRead };
  }
  const key = request.Key ?? request.Item ?? {};
  const [partition = '', entry = ''] = [key.recipient?.S, key.entry?.S];
  const [kind = ''] = entry.split('#', 1);
  const call = { to: 'table', operation, identity: `${operation} ${partition} ${entry}` } as const;
  const reads = operation === 'GetItem';
  if (kind === 'CONSENT' && reads) {
    const consentRead = { partitions: [partition], isStrong: request.ConsistentRead === true };
    return { ...call, step: 'read consent', consentRead };
  }
  const values = request.ExpressionAttributeValues ?? {};
  if (kind === 'CONSENT') {
    const changed = request.ExpressionAttributeNames?.['#change'] ?? '';
    const scope = changed.startsWith('optOut#') ? { scope: changed.slice('optOut#'.length) } : {};
    return {
      ...call,
      step: 'merge consent',
      consentWrite: { partition, eventId: values[':eventId']?.S ?? '', ...scope },
    };
  }
  if (kind === 'EVENT' && operation === 'PutItem') {
    return { ...call, step: 'keep event', event: { partition, eventId: entry.slice('EVENT#'.length) } };
  }
  if (reads) return { ...call, step: kind === 'MESSAGE' || kind === 'REPLY' ? 'find' : 'other' };
  if (kind === 'MESSAGE' || kind === 'REPLY') {
    const step = messageStep(kind, operation, values);
    return { ...call, step, ...(step === 'settle' && { settles: entry.slice(kind.length + 1) }) };
  }
  return { ...call, step: 'other' };
}

function messageStep(kind: string, operation: string, values: Item): Step {
  if (operation === 'PutItem') return kind === 'REPLY' ? 'claim reply' : 'claim';
  if (values[':sending']) return 'take over';
  // Only who holds the claim names it; a receipt settles without.
  if (!values[':claim']) return 'settle';
  return kind === 'REPLY' ? 'record reply' : 'record';
}

function queueCall(operation: string, request: { QueueUrl?: string; MessageBody?: string }): WireCall {
  const { QueueUrl = '', MessageBody = '' } = request;
  const identity = `${operation} ${QueueUrl.slice(QueueUrl.lastIndexOf('/') + 1)} ${MessageBody.slice(0, 120)}`;
  const call = { to: 'queue', identity } as const;
  if (operation === 'ChangeMessageVisibility') return { ...call, step: 'come back' };
  if (QueueUrl.endsWith('-dead-letters')) return { ...call, step: 'bury' };
  if (QueueUrl.endsWith('-replies')) return { ...call, step: 'queue reply' };
  if (!QueueUrl.endsWith('-inbound')) return { ...call, step: 'other' };
  const { event } = JSON.parse(MessageBody) as {
    event?: { kind: string; recipient: string; carrier: string; carrierMessageId: string };
  };
  if (event?.kind !== 'message') return { ...call, step: 'defer' };
  const deferred = { recipient: event.recipient, eventId: `${event.carrier}#${event.carrierMessageId}` };
  return { ...call, step: 'defer', deferred };
}

type Given = string | null | undefined;

function carrierCall(to: Given, body: Given, from: Given): WireCall {
  const recipient = to ?? '';
  const messageId = messageIdIn(body ?? '');
  return {
    to: 'carrier',
    step: 'send',
    identity: `send ${recipient} ${messageId ?? body}`,
    ...(messageId !== undefined && { message: { account: accountOf(from ?? ''), recipient, messageId } }),
  };
}
