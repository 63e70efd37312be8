import { createHmac, randomInt, randomUUID } from 'node:crypto';
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

const AUTH_ID = `MA${'0'.repeat(18)}`;

/** Plivo's errors are an HTTP status and a text. Source: https://docs.plivo.com/docs/messaging/api/response */
const ERRORS: Readonly<Record<string, string>> = {
  '400': 'a parameter is missing or is invalid',
  '401': 'authentication failed',
  '404': 'resource cannot be found',
  '405': 'HTTP method not allowed',
  '429': 'rate_limit_exceeded',
};

const answerError = (status: string, error = ERRORS[status] ?? 'server error'): WireAnswer =>
  answerJson(Number(status), { api_id: randomUUID(), error });

/** Plivo writes numbers without their plus. */
const digits = (address: string): string => address.replace('+', '');
const e164 = (number: string): string => (/^[1-9]\d{8,14}$/.test(number) ? `+${number}` : number);

/** The simulated Plivo: its calls have the signatures that it gives to messages, which do not cover what they say. */
export function simulated(world: SimulatedWorld): SimulatedCarrier {
  const authToken = world.key('auth token', 'STOPGATE_PLIVO_AUTH_TOKEN', 'local-plivo-auth-token');

  /** Source: https://docs.plivo.com/docs/messaging/concepts/signature-validation */
  function call(url: string, parameters: Readonly<Record<string, string>>): WebhookCall {
    const { origin, pathname } = new URL(url);
    const nonce = Array.from({ length: 20 }, () => randomInt(10)).join('');
    const signature = createHmac('sha256', authToken.value).update(`${origin}${pathname}${nonce}`).digest('base64');
    const headers = {
      'content-type': 'application/x-www-form-urlencoded',
      'x-plivo-signature-v2': signature,
      'x-plivo-signature-ma-v2': signature,
      'x-plivo-signature-v2-nonce': nonce,
    };
    return { url, method: 'POST', headers, body: new URLSearchParams(parameters).toString() };
  }

  return {
    secret: { authId: AUTH_ID, authTokens: [authToken.value] },
    keys: [authToken],
    // It takes the message, and tells by a receipt that the recipient has opted out.
    optedOutError: null,
    tellsSentAt: false,
    isError: (code) => /^[45]\d\d$/.test(code),
    errorHint: 'must be an HTTP status such as 400 or 429, or null: answers of Plivo have no other codes',
    newMessageId: randomUUID,
    take: (request) => take(request, authToken.value, world),
    inbound: ({ from, to, body, carrierMessageId }) => [
      call(world.webhookUrl(), {
        From: digits(from),
        MessageIntent: '',
        MessageUUID: carrierMessageId,
        PowerpackUUID: '',
        Text: body,
        To: digits(to),
        TotalAmount: '0',
        TotalRate: '0',
        Type: 'sms',
        Units: String(world.segmentsOf(body).segments),
      }),
    ],
    receipts: (owed) =>
      ['sent', 'delivered'].map((status, index) => call(String(owed.receipt), report(owed, status, index + 1))),
    repliesIn: ({ body }) => [...body.matchAll(/<Message\b[^>]*>(.*?)<\/Message>/gs)].map(([, text = '']) => text),
  };
}

/** `POST /v1/Account/{auth_id}/Message/`. Source: https://docs.plivo.com/docs/messaging/api/message/send-a-message */
function take(request: SimulatedRequest, authToken: string, world: SimulatedWorld): Submission | WireAnswer {
  const { method, path, headers, body } = request;
  const [user, password] = basicCredentials(headers.authorization) ?? [];
  if (user !== AUTH_ID || password !== authToken) return answerError('401');
  if (path !== `/v1/Account/${AUTH_ID}/Message/`) return answerError('404');
  if (method !== 'POST') return answerError('405');
  let message: Record<string, unknown>;
  try {
    message = Object(JSON.parse(body));
  } catch {
    return answerError('400');
  }
  const { src, dst, text, url, type = 'sms', method: callbackMethod = 'POST' } = message;
  const from = e164(String(src ?? ''));
  // Several, divided by `<`, would be several messages here, which nobody sends.
  const to = e164(String(dst ?? ''));
  if (!isSender(from)) return answerError('400', 'src parameter is invalid');
  if (typeof text !== 'string' || text === '' || text.length > 1_600) return answerError('400', 'text is invalid');
  if (type !== 'sms' || callbackMethod !== 'POST') return answerError('400');
  if (url !== undefined && !world.mayCall(String(url))) return answerError('400', 'url parameter is invalid');
  const api_id = randomUUID();
  if (!isRecipient(to))
    return answerJson(202, { api_id, message: 'message(s) queued', message_uuid: [], invalid_number: [dst] });

  const carrierMessageId = randomUUID();
  return {
    from,
    to,
    body: text,
    carrierMessageId,
    receipt: url,
    answerError,
    answerAccepted: () => answerJson(202, { api_id, message: 'message(s) queued', message_uuid: [carrierMessageId] }),
  };
}

/** Source: https://plivo.com/docs/messaging/api/message/message-status-callbacks */
const report = ({ from, to, carrierMessageId }: OwedReceipt, Status: string, sequence: number) => ({
  ErrorCode: '000',
  From: digits(from),
  MCC: '310',
  MNC: '260',
  MessageUUID: carrierMessageId,
  ParentMessageUUID: carrierMessageId,
  PartInfo: '1 of 1',
  Sequence: String(sequence),
  Status,
  To: digits(to),
  Units: '1',
});
