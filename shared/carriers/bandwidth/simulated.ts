import { randomBytes, randomUUID } from 'node:crypto';
import { isRecipient, isSender } from '../../messages/address.ts';
import {
  answerJson,
  basicCredentials,
  type OwedReceipt,
  type SimulatedCarrier,
  type SimulatedRequest,
  type SimulatedText,
  type SimulatedWorld,
  type Submission,
  type WebhookCall,
  type WireAnswer,
} from '../simulated-carrier.ts';

const ACCOUNT_ID = '9900000';
const APPLICATION_ID = '93de2206-0000-4000-8000-000000000000';
const API_USER = 'stopgate-api';
const WEBHOOK_USER = 'stopgate';

/** Errors of a send, with HTTP status and text. Source: https://dev.bandwidth.com/docs/messaging/errors */
const KNOWN: Readonly<Record<string, readonly [status: number, description: string]>> = {
  'request-validation': [400, 'Your request could not be accepted'],
  unauthorized: [401, 'Authentication Failed'],
  forbidden: [403, 'Access Denied'],
  'unsupported-content-type': [415, 'Content type not supported'],
  'max-message-queue-size-exceeded': [429, 'The SMS queue for your account is full'],
};

function answerError(code: string): WireAnswer {
  const [status, description] = KNOWN[code] ?? [Number(code), `HTTP ${code}`];
  const type = KNOWN[code] ? code : Object.keys(KNOWN).find((name) => KNOWN[name]?.[0] === status);
  return answerJson(status, { type: type ?? 'internal-server-error', description });
}

const invalid = (fieldName: string): WireAnswer =>
  answerJson(400, {
    type: 'request-validation',
    description: 'Your request could not be accepted.',
    fieldErrors: [{ fieldName, description: `'${fieldName}' is not valid` }],
  });

/** Its ids are a time in milliseconds and some letters. */
const newId = (world: SimulatedWorld): string => `${world.clock()}1${randomBytes(8).toString('hex')}`;

/** What a receipt needs. */
interface Sent {
  readonly tag?: string | undefined;
  readonly time: string;
}

/** The simulated Bandwidth, whose application calls our webhook for texts and receipts alike. */
export function simulated(world: SimulatedWorld): SimulatedCarrier {
  const apiPassword = world.key('API password', 'STOPGATE_BANDWIDTH_API_PASSWORD', 'local-bandwidth-api-password');
  const password = world.key(
    'password of the webhook',
    'STOPGATE_BANDWIDTH_WEBHOOK_PASSWORD',
    'local-bandwidth-webhook-password',
  );

  /** Sources: https://dev.bandwidth.com/docs/messaging/webhooks and RFC 7617. */
  const call = (event: object): WebhookCall => ({
    url: world.webhookUrl(),
    method: 'POST',
    headers: {
      authorization: `Basic ${btoa(`${WEBHOOK_USER}:${password.value}`)}`,
      'content-type': 'application/json; charset=utf-8',
      'user-agent': 'BandwidthAPI/v2',
    },
    body: JSON.stringify([event]),
  });

  return {
    secret: {
      accountId: ACCOUNT_ID,
      applicationId: APPLICATION_ID,
      apiUser: API_USER,
      apiPassword: apiPassword.value,
      basicAuth: [{ user: WEBHOOK_USER, password: password.value }],
    },
    keys: [apiPassword, password],
    // It takes the message, and tells by a receipt that the recipient has opted out.
    optedOutError: null,
    tellsSentAt: true,
    isError: (code) => Object.hasOwn(KNOWN, code) || /^[45]\d\d$/.test(code),
    errorHint:
      'must be a type of Bandwidth such as max-message-queue-size-exceeded, an HTTP status such as 500, or null',
    newMessageId: () => newId(world),
    take: (request) => take(request, apiPassword.value, world),
    inbound: (text) => [call(received(text, world))],
    // Between handing an SMS on and its receipt it says nothing.
    receipts: (owed) => [call(delivered(owed, world))],
  };
}

/** `POST /api/v2/users/{accountId}/messages`. Source: https://dev.bandwidth.com/docs/messaging/createMessage */
function take(request: SimulatedRequest, apiPassword: string, world: SimulatedWorld): Submission | WireAnswer {
  const [user, password] = basicCredentials(request.headers.authorization) ?? [];
  if (user !== API_USER || password !== apiPassword) return answerError('unauthorized');
  if (request.method !== 'POST' || request.path !== `/api/v2/users/${ACCOUNT_ID}/messages`) return answerError('404');
  if (!request.headers['content-type']?.startsWith('application/json')) return answerError('unsupported-content-type');
  let message: Record<string, unknown>;
  try {
    message = Object(JSON.parse(request.body));
  } catch {
    return answerError('request-validation');
  }
  const { applicationId, from, to, text, tag } = message;
  if (applicationId !== APPLICATION_ID) return invalid('applicationId');
  if (typeof from !== 'string' || !isSender(from)) return invalid('from');
  // A message to several is a group's, which nobody sends.
  const recipient = Array.isArray(to) && to.length === 1 ? String(to[0]) : '';
  if (!isRecipient(recipient)) return invalid('to');
  if (typeof text !== 'string' || text === '' || text.length > 2_048) return invalid('text');
  if (tag !== undefined && (typeof tag !== 'string' || tag.length > 1_024)) return invalid('tag');

  const id = newId(world);
  const time = new Date(world.clock()).toISOString();
  return {
    from,
    to: recipient,
    body: text,
    carrierMessageId: id,
    receipt: { tag, time } satisfies Sent,
    answerError,
    answerAccepted: () =>
      answerJson(202, {
        id,
        owner: from,
        applicationId,
        time,
        segmentCount: world.segmentsOf(text).segments,
        direction: 'out',
        to: [recipient],
        from,
        text,
        tag,
      }),
  };
}

function received({ from, to, body, carrierMessageId, sentAt }: SimulatedText, world: SimulatedWorld) {
  const time = new Date(sentAt).toISOString();
  const segmentCount = world.segmentsOf(body).segments;
  return {
    type: 'message-received',
    time,
    description: 'Incoming message received',
    to,
    message: {
      id: carrierMessageId,
      owner: to,
      applicationId: APPLICATION_ID,
      time,
      segmentCount,
      direction: 'in',
      to: [to],
      from,
      text: body,
    },
  };
}

function delivered({ from, to, carrierMessageId, receipt }: OwedReceipt, world: SimulatedWorld) {
  const { tag, time } = receipt as Sent;
  return {
    type: 'message-delivered',
    time: new Date(world.clock()).toISOString(),
    description: 'ok',
    to,
    message: {
      id: carrierMessageId,
      owner: from,
      applicationId: APPLICATION_ID,
      time,
      segmentCount: 1,
      direction: 'out',
      to: [to],
      from,
      text: '',
      tag,
      eventId: randomUUID(),
    },
  };
}
