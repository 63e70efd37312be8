import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { isRecipient, isSender } from '../../messages/address.ts';
import {
  answerJson,
  type OwedReceipt,
  type SimulatedCarrier,
  type SimulatedRequest,
  type SimulatedText,
  type SimulatedWorld,
  type Submission,
  type WebhookCall,
  type WireAnswer,
} from '../simulated-carrier.ts';

const API_KEY = 'local001';

/** The SMS API's statuses that matter to a sender. Source: https://developer.vonage.com/en/messaging/sms/guides/troubleshooting-sms */
const ERROR_TEXTS: Readonly<Record<string, string>> = {
  '1': 'Throughput Rate Exceeded - please wait [ 1000 ] and retry',
  '2': 'Missing to param',
  '3': 'Invalid to param',
  '4': 'Bad Credentials',
  '5': 'Internal Error',
  '6': 'Unroutable message - rejected',
  '7': 'Number barred',
  '8': 'Partner account barred',
  '9': 'Quota Exceeded - rejected',
  '10': 'Too many existing binds',
  '11': 'Account not enabled for HTTP',
  '12': 'Message Too Long',
  '14': 'Invalid Signature',
  '15': 'Illegal Sender Address - rejected',
  '22': 'Invalid network code',
  '23': 'Invalid callback url',
  '29': 'Non White-listed Destination - rejected',
  '32': 'Signature And API Secret Disallowed',
  '33': 'Number De-activated',
};

/** Vonage refuses with 200: a status of each part says what became of it. */
const answerError = (code: string): WireAnswer =>
  ERROR_TEXTS[code] === undefined
    ? answerJson(Number(code), {})
    : answerJson(200, { 'message-count': '1', messages: [{ status: code, 'error-text': ERROR_TEXTS[code] }] });

const newMessageId = (): string => randomBytes(8).toString('hex').toUpperCase();

/** Numbers have no plus at Vonage; short codes never had one. */
const bare = (address: string): string => address.replace('+', '');
const full = (address: string): string => (/^\d{9,15}$/.test(address) ? `+${address}` : address);

/** `YYYY-MM-DD HH:MM:SS`, UTC. */
const dateAndTime = (milliseconds: number): string =>
  new Date(milliseconds).toISOString().slice(0, 19).replace('T', ' ');

/** The simulated SMS API of Vonage; its account signs by HMAC-SHA256 and calls by POST with a form. */
export function simulated(world: SimulatedWorld): SimulatedCarrier {
  const apiSecret = world.key('API secret', 'STOPGATE_VONAGE_SMS_API_SECRET', 'local-vonage-sms-api-secret');
  const signatureSecret = world.key(
    'signature secret',
    'STOPGATE_VONAGE_SMS_SIGNATURE_SECRET',
    'local-vonage-sms-signature-secret',
  );
  const call = (url: string, parameters: Readonly<Record<string, string>>) =>
    signedCall(signatureSecret.value, url, {
      ...parameters,
      'api-key': API_KEY,
      'message-timestamp': dateAndTime(world.clock()),
      timestamp: String(Math.floor(world.clock() / 1_000)),
      nonce: randomUUID(),
    });

  return {
    secret: {
      apiKey: API_KEY,
      apiSecret: apiSecret.value,
      signatureSecrets: [signatureSecret.value],
      signatureMethod: 'sha256',
    },
    keys: [apiSecret, signatureSecret],
    optedOutError: null,
    tellsSentAt: false,
    isError: (code) => ERROR_TEXTS[code] !== undefined || /^[45]\d\d$/.test(code),
    errorHint: 'must be a status of Vonage’s SMS API such as 1 or 7, an HTTP status such as 500, or null',
    newMessageId,
    take: (request) => take(request, apiSecret.value, world),
    inbound: (text) => partsOf(text, world).map((parameters) => call(world.webhookUrl(), parameters)),
    receipts: (owed) => ['buffered', 'delivered'].map((status) => call(...receiptOf(owed, status, world))),
  };
}

/** `POST /sms/json`. Source: https://developer.vonage.com/en/api/sms#send-an-sms */
function take(
  { method, path, body }: SimulatedRequest,
  apiSecret: string,
  world: SimulatedWorld,
): Submission | WireAnswer {
  if (method !== 'POST' || path !== '/sms/json') return answerJson(404, {});
  const form = Object.fromEntries(new URLSearchParams(body));
  const { api_key, api_secret, from = '', to = '', text = '', type = 'text', callback = '', 'client-ref': ref } = form;
  if (api_key !== API_KEY || api_secret !== apiSecret) return answerError('4');
  if (!from || !to || !text) return answerError('2');
  if (!isRecipient(`+${to}`) || (ref ?? '').length > 40 || !/^(text|unicode)$/.test(type)) return answerError('3');
  if (from.startsWith('+') || !isSender(full(from))) return answerError('15');
  if (callback && !world.mayCall(callback)) return answerError('23');

  const ids = Array.from({ length: world.segmentsOf(text).segments }, newMessageId);
  return {
    from: full(from),
    to: `+${to}`,
    // As `text`, what the alphabet of GSM lacks is lost.
    body: type === 'unicode' ? text : text.replace(/[^\0-ÿΓΔΘΛΞΠΣΦΨΩ€]/gu, '?'),
    carrierMessageId: ids[0] ?? '',
    receipt: callback ? { callback, ref } : undefined,
    answerError,
    answerAccepted: () =>
      answerJson(200, {
        'message-count': String(ids.length),
        messages: ids.map((id) => ({
          to,
          'message-id': id,
          status: '0',
          'remaining-balance': '3.14159265',
          'message-price': '0.03330000',
          network: '12345',
          ...(ref !== undefined && { 'client-ref': ref }),
        })),
      }),
  };
}

/** A long text comes in parts, each a call. Source: https://developer.vonage.com/en/messaging/sms/guides/inbound-sms */
function partsOf({ from, to, body, carrierMessageId }: SimulatedText, world: SimulatedWorld): Record<string, string>[] {
  const { segments } = world.segmentsOf(body);
  const letters = [...body];
  const length = Math.ceil(letters.length / segments);
  return Array.from({ length: segments }, (_, index) => {
    const text = letters.slice(index * length, (index + 1) * length).join('');
    return {
      msisdn: bare(from),
      to: bare(to),
      messageId: index === 0 ? carrierMessageId : `${carrierMessageId}${index + 1}`,
      text,
      type: /^[\0-ÿ]*$/.test(text) ? 'text' : 'unicode',
      keyword: (text.trim().split(/\s+/)[0] ?? '').toUpperCase(),
      ...(segments > 1 && {
        concat: 'true',
        'concat-ref': String(Buffer.from(carrierMessageId).reduce((sum, byte) => (sum * 31 + byte) % 256, 0)),
        'concat-total': String(segments),
        'concat-part': String(index + 1),
      }),
    };
  });
}

/** Source: https://developer.vonage.com/en/messaging/sms/guides/delivery-receipts */
function receiptOf(
  { from, to, carrierMessageId, receipt }: OwedReceipt,
  status: string,
  world: SimulatedWorld,
): [url: string, parameters: Record<string, string>] {
  const { callback, ref } = receipt as { callback: string; ref?: string };
  const parameters = {
    msisdn: bare(to),
    to: bare(from),
    messageId: carrierMessageId,
    status,
    'err-code': '0',
    price: '0.03330000',
    'network-code': '12345',
    scts: dateAndTime(world.clock()).replace(/\D/g, '').slice(2, 12),
    ...(ref !== undefined && { 'client-ref': ref }),
  };
  return [callback, parameters];
}

/**
 * A call with its signature: HMAC-SHA256 in hex over the parameters in the order of their names.
 * Source: https://developer.vonage.com/en/getting-started/concepts/signing-messages
 */
function signedCall(secret: string, url: string, parameters: Readonly<Record<string, string>>): WebhookCall {
  const signed = Object.entries(parameters)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .reduce((text, [name, value]) => `${text}&${name}=${value.replaceAll('&', '_').replaceAll('=', '_')}`, '');
  const sig = createHmac('sha256', secret).update(signed).digest('hex').toUpperCase();
  return {
    url,
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ ...parameters, sig }).toString(),
  };
}
