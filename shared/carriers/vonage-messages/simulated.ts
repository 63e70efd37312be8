import { createHash, createHmac, randomUUID } from 'node:crypto';
import { isRecipient, isSender } from '../../messages/address.ts';
import {
  answerJson,
  basicCredentials,
  type OwedReceipt,
  type SimulatedCarrier,
  type SimulatedRequest,
  type SimulatedWorld,
  type Submission,
  type WebhookCall,
  type WireAnswer,
} from '../simulated-carrier.ts';

const API_KEY = 'local001';
const APPLICATION_ID = '00000000-0000-4000-8000-000000000000';

/** Codes of the Messages API, each with its status. Source: https://developer.vonage.com/en/api-errors/messages */
const ERRORS: Readonly<Record<string, readonly [status: number, detail: string]>> = {
  '1000': [429, 'Throttled - You have exceeded the submission capacity allowed on this account.'],
  '1010': [422, 'Missing params - Your request is incomplete.'],
  '1020': [422, 'Invalid params - The value of one or more parameters is invalid.'],
  '1030': [500, 'Internal error'],
  '1050': [422, 'Number barred'],
  '1060': [403, 'Partner account barred'],
  '1070': [402, 'Partner quota exceeded'],
  '1120': [422, 'Illegal Sender Address - rejected'],
  '1170': [422, 'Invalid or Missing Msisdn Param'],
  '1190': [422, 'Absent Subscriber Permanent'],
  '1240': [422, 'Illegal Number - The recipient has sent STOP.'],
  '1331': [503, 'Provider error'],
};

/** RFC 7807, with the code as the title. */
function answerError(code: string): WireAnswer {
  const [status, detail] = ERRORS[code] ?? [Number(code), `Error ${code}`];
  const title = ERRORS[code] ? Number(code) : detail;
  const type = `https://developer.vonage.com/api-errors/messages#${code}`;
  return answerJson(status, { type, title, detail, instance: randomUUID() });
}

/** Numbers have no plus at Vonage; short codes never had one. */
const bare = (address: string): string => address.replace('+', '');
const full = (address: string): string => (/^\d{9,15}$/.test(address) ? `+${address}` : address);

/** The simulated Messages API of Vonage. */
export function simulated(world: SimulatedWorld): SimulatedCarrier {
  const apiSecret = world.key('API secret', 'STOPGATE_VONAGE_MESSAGES_API_SECRET', 'local-vonage-messages-api-secret');
  const signatureSecret = world.key(
    'signature secret',
    'STOPGATE_VONAGE_MESSAGES_SIGNATURE_SECRET',
    'local-vonage-messages-signature-secret',
  );
  const call = (url: string, body: object) => signedCall(signatureSecret.value, url, body, world.clock());

  return {
    secret: { apiKey: API_KEY, apiSecret: apiSecret.value, signatureSecrets: [signatureSecret.value] },
    keys: [apiSecret, signatureSecret],
    optedOutError: '1240',
    tellsSentAt: true,
    isError: (code) => ERRORS[code] !== undefined || /^[45]\d\d$/.test(code),
    errorHint: 'must be a code of Vonage’s Messages API such as 1240 or 1000, an HTTP status such as 500, or null',
    newMessageId: randomUUID,
    take: (request) => take(request, apiSecret.value, world),
    inbound: ({ from, to, body, carrierMessageId, sentAt }) => [
      call(world.webhookUrl(), {
        channel: 'sms',
        message_uuid: carrierMessageId,
        to: bare(to),
        from: bare(from),
        timestamp: new Date(sentAt).toISOString(),
        message_type: 'text',
        text: body,
        sms: { num_messages: String(world.segmentsOf(body).segments) },
        usage: { currency: 'EUR', price: '0.0057' },
      }),
    ],
    receipts: (owed) =>
      ['submitted', 'delivered'].map((status) => {
        const [url, body] = statusOf(owed, status, world.clock());
        return call(url, body);
      }),
  };
}

/** `POST /v1/messages`. Source: https://developer.vonage.com/en/api/messages */
function take(
  { method, path, headers, body }: SimulatedRequest,
  apiSecret: string,
  world: SimulatedWorld,
): Submission | WireAnswer {
  const credentials = basicCredentials(headers.authorization);
  if (credentials?.[0] !== API_KEY || credentials[1] !== apiSecret) return answerError('401');
  if (method !== 'POST' || path !== '/v1/messages') return answerError('404');
  const given = readObject(body);
  const { from = '', to = '', text = '', client_ref, webhook_url } = given;
  if (given.channel !== 'sms' || given.message_type !== 'text' || !text) return answerError('1010');
  if (!isRecipient(`+${to}`)) return answerError('1170');
  if (from.startsWith('+') || !isSender(full(from))) return answerError('1120');
  if ((client_ref ?? '').length > 100 || (webhook_url && !world.mayCall(webhook_url))) return answerError('1020');

  const carrierMessageId = randomUUID();
  return {
    from: full(from),
    to: `+${to}`,
    body: text,
    carrierMessageId,
    receipt: webhook_url ? { url: webhook_url, ref: client_ref } : undefined,
    answerError,
    answerAccepted: () => answerJson(202, { message_uuid: carrierMessageId }),
  };
}

/** The fields of a JSON object that are texts. */
function readObject(body: string): Record<string, string | undefined> {
  try {
    return Object.fromEntries(
      Object.entries(JSON.parse(body)).filter(([, value]) => typeof value === 'string'),
    ) as Record<string, string>;
  } catch {
    return {};
  }
}

function statusOf(
  { from, to, carrierMessageId, receipt }: OwedReceipt,
  status: string,
  now: number,
): [url: string, body: object] {
  const { url, ref } = receipt as { url: string; ref?: string };
  const body = {
    message_uuid: carrierMessageId,
    to: bare(to),
    from: bare(from),
    timestamp: new Date(now).toISOString(),
    status,
    channel: 'sms',
    usage: { currency: 'EUR', price: '0.0333' },
    ...(ref !== undefined && { client_ref: ref }),
  };
  return [url, body];
}

/**
 * A call with its token: a JWT by HS256 that names the hash of the body.
 * Source: https://developer.vonage.com/en/getting-started/concepts/webhooks#signed-webhooks
 */
function signedCall(secret: string, url: string, content: object, now: number): WebhookCall {
  const body = JSON.stringify(content);
  const parts = [
    { typ: 'JWT', alg: 'HS256' },
    {
      iat: Math.floor(now / 1_000),
      jti: randomUUID(),
      iss: 'Vonage',
      payload_hash: createHash('sha256').update(body).digest('hex'),
      api_key: API_KEY,
      application_id: APPLICATION_ID,
    },
  ].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'));
  const signature = createHmac('sha256', secret).update(parts.join('.')).digest('base64url');
  return {
    url,
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${parts.join('.')}.${signature}` },
    body,
  };
}
