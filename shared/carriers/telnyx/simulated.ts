import { createHash, createPrivateKey, createPublicKey, randomUUID, sign } from 'node:crypto';
import { isRecipient, isSender } from '../../messages/address.ts';
import {
  answerJson,
  type OwedReceipt,
  type SimulatedCarrier,
  type SimulatedOptOut,
  type SimulatedRequest,
  type SimulatedText,
  type SimulatedWorld,
  type Submission,
  type WebhookCall,
  type WireAnswer,
} from '../simulated-carrier.ts';

/**
 * Telnyx's errors that matter to a sender, with HTTP status and title.
 * Sources: https://developers.telnyx.com/docs/messaging/messages/error-codes and
 * https://developers.telnyx.com/development/api-fundamentals/api-errors
 */
const KNOWN: Readonly<Record<string, readonly [status: number, title: string]>> = {
  '10004': [422, 'Missing required parameter'],
  '10003': [422, 'Invalid URL'],
  '10005': [404, 'Resource not found'],
  '10007': [500, 'Unexpected error'],
  '10008': [504, 'Request timeout'],
  '10009': [401, 'Authentication failed'],
  '10011': [429, 'Too many requests'],
  '10015': [400, 'Bad Request'],
  '40001': [400, 'Not routable'],
  '40300': [403, 'Blocked due to STOP message'],
  '40302': [400, 'Message too large'],
  '40305': [400, "Invalid 'from' address"],
  '40310': [400, "Invalid 'to' address"],
  '40318': [429, 'Queue full'],
  '40322': [400, 'Blocked content'],
  '40333': [403, 'Spend limit reached'],
};
const CODE_OF_STATUS: Readonly<Record<string, string>> = { '401': '10009', '404': '10005', '429': '10011' };

function answerError(code: string): WireAnswer {
  const isStatus = code.length === 3;
  const full = isStatus ? (CODE_OF_STATUS[code] ?? (code < '500' ? '10015' : '10007')) : code;
  const [status, title] = KNOWN[full] ?? [400, `Error ${full}`];
  const error = {
    code: full,
    title,
    detail: title,
    meta: { url: `https://developers.telnyx.com/docs/errors/${full}` },
  };
  return answerJson(isStatus ? Number(code) : status, { errors: [error] });
}

/** The usual private key, in PKCS #8 and base64: the same on every machine (RFC 8410, section 7). */
const usualKey = (): string => {
  const seed = createHash('sha256').update('local-telnyx-private-key').digest();
  return Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]).toString('base64');
};

/** The simulated Telnyx. Its messaging profile answers no keywords, so that the one who answers can be seen at work. */
export function simulated(world: SimulatedWorld): SimulatedCarrier {
  const apiKey = world.key('API key', 'STOPGATE_TELNYX_API_KEY', 'local-telnyx-api-key');
  const key = world.key('private key (Ed25519, PKCS #8)', 'STOPGATE_TELNYX_PRIVATE_KEY', usualKey());
  const privateKey = createPrivateKey({ key: Buffer.from(key.value, 'base64'), format: 'der', type: 'pkcs8' });
  const { x = '' } = createPublicKey(privateKey).export({ format: 'jwk' });

  /** Source: https://developers.telnyx.com/docs/messaging/messages/receiving-webhooks */
  function call(url: string, event_type: string, payload: object): WebhookCall {
    const at = new Date(world.clock()).toISOString();
    const body = JSON.stringify({
      data: { record_type: 'event', id: randomUUID(), event_type, occurred_at: at, payload },
      meta: { attempt: 1, delivered_to: url },
    });
    const timestamp = String(Math.floor(world.clock() / 1_000));
    const signature = sign(null, Buffer.from(`${timestamp}|${body}`), privateKey).toString('base64');
    const headers = {
      'content-type': 'application/json',
      'telnyx-signature-ed25519': signature,
      'telnyx-timestamp': timestamp,
      'user-agent': 'telnyx-webhooks',
    };
    return { url, method: 'POST', headers, body };
  }

  const optOuts = { list: 'messaging-optouts', numbers: [] as readonly SimulatedOptOut[] };
  return {
    optOuts,
    secret: { apiKey: apiKey.value, publicKeys: [Buffer.from(x, 'base64url').toString('base64')] },
    keys: [apiKey, key],
    optedOutError: '40300',
    tellsSentAt: true,
    isError: (code) => /^(?:[1-9]\d{4}|[45]\d\d)$/.test(code),
    errorHint: 'must be a code of Telnyx such as 40300 or 10011, an HTTP status such as 500, or null',
    newMessageId: randomUUID,
    take: (request) => take(request, apiKey.value, world, optOuts.numbers),
    inbound: (text) => [call(world.webhookUrl(), 'message.received', inboundPayload(text, world))],
    receipts: (owed) => [
      call(String(owed.receipt), 'message.sent', outboundPayload(owed, 'sent')),
      call(String(owed.receipt), 'message.finalized', outboundPayload(owed, 'delivered')),
    ],
  };
}

const parse = (body: string): Record<string, unknown> | undefined => {
  try {
    return Object(JSON.parse(body));
  } catch {
    return undefined;
  }
};
const textIn = (value: unknown): string => (typeof value === 'string' ? value : '');

/** `GET /v2/messaging_optouts`. Source: https://developers.telnyx.com/api-reference/opt-out-management/list-opt-outs */
function listOptOuts(query: URLSearchParams, optOuts: readonly SimulatedOptOut[]): WireAnswer {
  const [number, size] = [Number(query.get('page[number]') ?? 1), Number(query.get('page[size]') ?? 20)];
  if (!(number >= 1 && size >= 1 && size <= 250)) return answerError('10015');
  const page = optOuts.slice((number - 1) * size, number * size);
  return answerJson(200, {
    data: page.map((row) => ({
      from: row.sender ?? '',
      to: row.number,
      messaging_profile_id: '00000000-0000-4000-8000-000000000000',
      keyword: row.keyword ?? 'STOP',
      created_at: row.at,
    })),
    meta: {
      page_number: number,
      page_size: size,
      total_pages: Math.ceil(optOuts.length / size),
      total_results: optOuts.length,
    },
  });
}

/** `POST /v2/messages`. Source: https://developers.telnyx.com/api-reference/messages/send-a-message */
function take(
  request: SimulatedRequest,
  apiKey: string,
  world: SimulatedWorld,
  optOuts: readonly SimulatedOptOut[],
): Submission | WireAnswer {
  if (request.headers.authorization !== `Bearer ${apiKey}`) return answerError('10009');
  if (request.method === 'GET' && request.path === '/v2/messaging_optouts') return listOptOuts(request.query, optOuts);
  if (request.method !== 'POST' || request.path !== '/v2/messages') return answerError('10005');
  const message = parse(request.body);
  if (!message) return answerError('10015');
  const [from, to, text, webhookUrl] = [message.from, message.to, message.text, message.webhook_url].map(textIn) as [
    string,
    string,
    string,
    string,
  ];
  if (!to || !text) return answerError('10004');
  if (!isRecipient(to)) return answerError('40310');
  if (!isSender(from)) return answerError('40305');
  if (world.segmentsOf(text).segments > 10) return answerError('40302');
  if (webhookUrl && !world.mayCall(webhookUrl)) return answerError('10003');

  const id = randomUUID();
  const at = new Date(world.clock()).toISOString();
  return {
    from,
    to,
    body: text,
    carrierMessageId: id,
    receipt: webhookUrl || world.webhookUrl(),
    answerError,
    answerAccepted: () =>
      answerJson(200, {
        data: {
          ...outboundPayload({ from, to, carrierMessageId: id, receipt: webhookUrl || null }, 'queued'),
          text,
          parts: world.segmentsOf(text).segments,
          received_at: at,
          sent_at: null,
          completed_at: null,
          valid_until: at,
        },
      }),
  };
}

const outboundPayload = ({ from, to, carrierMessageId, receipt }: OwedReceipt, status: string) => ({
  record_type: 'message',
  direction: 'outbound',
  id: carrierMessageId,
  type: 'SMS',
  messaging_profile_id: randomUUID(),
  from: { phone_number: from, carrier: 'Telnyx', line_type: 'Wireless' },
  to: [{ phone_number: to, status, carrier: 'ACME MOBILE', line_type: 'Wireless' }],
  cc: [],
  media: [],
  webhook_url: receipt,
  webhook_failover_url: '',
  encoding: 'GSM-7',
  tags: [],
  errors: [],
});

const inboundPayload = ({ from, to, body, carrierMessageId, sentAt }: SimulatedText, world: SimulatedWorld) => ({
  record_type: 'message',
  direction: 'inbound',
  id: carrierMessageId,
  type: 'SMS',
  messaging_profile_id: randomUUID(),
  organization_id: randomUUID(),
  from: { phone_number: from, carrier: 'ACME MOBILE', line_type: 'Wireless' },
  to: [{ phone_number: to, status: 'webhook_delivered', carrier: 'Telnyx', line_type: 'Wireless' }],
  cc: [],
  text: body,
  media: [],
  encoding: 'GSM-7',
  parts: world.segmentsOf(body).segments,
  autoresponse_type: null,
  tags: [],
  cost: null,
  received_at: new Date(sentAt).toISOString(),
  sent_at: null,
  completed_at: null,
  valid_until: null,
  webhook_url: null,
  webhook_failover_url: null,
  errors: [],
});
