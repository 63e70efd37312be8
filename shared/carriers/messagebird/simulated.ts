import { createHash, createHmac, randomBytes, randomUUID } from 'node:crypto';
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

/** MessageBird's error codes. Source: https://developers.messagebird.com/api/#api-errors */
const KNOWN: Readonly<Record<string, readonly [status: number, description: string]>> = {
  '2': [401, 'Request not allowed (incorrect access_key)'],
  '9': [422, 'no (correct) recipients found'],
  '20': [404, 'message not found'],
  '21': [400, 'bad request'],
  '25': [402, 'not enough balance'],
  '98': [404, 'API not found'],
  '99': [500, 'internal error'],
};
const CODE_OF_STATUS: Readonly<Record<string, string>> = { '401': '2', '402': '25', '404': '20', '422': '9' };

function answerError(code: string, parameter: string | null = null): WireAnswer {
  const isStatus = /^[45]\d\d$/.test(code);
  const own = isStatus ? (CODE_OF_STATUS[code] ?? (code < '500' ? '21' : '99')) : code;
  const [status, description] = KNOWN[own] ?? [400, 'unknown'];
  return answerJson(isStatus ? Number(code) : status, { errors: [{ code: Number(own), description, parameter }] });
}

const newId = (): string => randomBytes(16).toString('hex');
const msisdn = (address: string): string => address.replace('+', '');
const withPlus = (number: string): string => (/^[1-9]\d{8,14}$/.test(number) ? `+${number}` : number);
/** As in `2016-05-03T14:26:57+00:00`. */
const dateOf = (milliseconds: number): string => new Date(milliseconds).toISOString().replace(/\.\d+Z$/, '+00:00');

const hashOf = (data: string): string => createHash('sha256').update(data).digest('hex');
const encoded = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');

/** The simulated MessageBird. A number's texts are forwarded to our webhook as a form; reports come where a message says. */
export function simulated(world: SimulatedWorld): SimulatedCarrier {
  const accessKey = world.key('access key', 'STOPGATE_MESSAGEBIRD_ACCESS_KEY', 'local-messagebird-access-key');
  const key = world.key('signing key', 'STOPGATE_MESSAGEBIRD_SIGNING_KEY', 'local-messagebird-signing-key');

  /** Source: https://developers.messagebird.com/api/#verifying-http-requests */
  function tokenFor(url: string, body: string): string {
    const seconds = Math.floor(world.clock() / 1_000);
    const claims = {
      iss: 'MessageBird',
      nbf: seconds,
      exp: seconds + 60,
      jti: randomUUID(),
      url_hash: hashOf(url),
      ...(body && { payload_hash: hashOf(body) }),
    };
    const signed = `${encoded({ alg: 'HS256', typ: 'JWT' })}.${encoded(claims)}`;
    return `${signed}.${createHmac('sha256', key.value).update(signed).digest('base64url')}`;
  }

  return {
    secret: { accessKey: accessKey.value, signingKeys: [key.value] },
    keys: [accessKey, key],
    // Only a report says so.
    optedOutError: null,
    tellsSentAt: true,
    isError: (code) => Object.hasOwn(KNOWN, code) || /^[45]\d\d$/.test(code),
    errorHint: 'must be a code of MessageBird such as 9 or 25, an HTTP status such as 500, or null',
    newMessageId: newId,
    take: (request) => take(request, accessKey.value, world),
    inbound(text) {
      const url = world.webhookUrl();
      const body = inboundForm(text).toString();
      const headers = {
        'content-type': 'application/x-www-form-urlencoded',
        'messagebird-signature-jwt': tokenFor(url, body),
      };
      return [{ url, method: 'POST', headers, body }];
    },
    receipts: (owed) =>
      ['sent', 'delivered'].map((status): WebhookCall => {
        const { url, query } = report(owed, status, world);
        const called = `${url}${url.includes('?') ? '&' : '?'}${query}`;
        return { url: called, method: 'GET', headers: { 'messagebird-signature-jwt': tokenFor(called, '') } };
      }),
  };
}

/** `POST /messages`. Source: https://developers.messagebird.com/api/sms-messaging/#send-outbound-sms */
function take(request: SimulatedRequest, accessKey: string, world: SimulatedWorld): Submission | WireAnswer {
  if (request.headers.authorization !== `AccessKey ${accessKey}`) return answerError('2');
  if (request.method !== 'POST' || request.path !== '/messages') return answerError('98');
  let message: Record<string, unknown>;
  try {
    message = Object(JSON.parse(request.body));
  } catch {
    return answerError('21');
  }
  const { originator, recipients, body, reference, reportUrl, datacoding = 'plain' } = message;
  const [recipient, ...others] = [recipients].flat();
  const to = `+${recipient}`;
  // A message to several would be several messages here, which nobody sends.
  if (!isRecipient(to) || others.length > 0) return answerError('9', 'recipient');
  const from = withPlus(String(originator));
  if (!isSender(from)) return answerError('9', 'originator');
  // Plain text of more than nine parts is refused; what the alphabet lacks would be lost.
  if (typeof body !== 'string' || body === '' || body.length > 1_377) return answerError('9', 'body');
  if (!['plain', 'unicode', 'auto'].includes(String(datacoding))) return answerError('9', 'datacoding');
  const url = reportUrl === undefined ? world.webhookUrl() : String(reportUrl);
  if (!world.mayCall(url)) return answerError('9', 'reportUrl');

  const id = newId();
  const at = dateOf(world.clock());
  return {
    from,
    to,
    body,
    carrierMessageId: id,
    receipt: reference === undefined ? undefined : { url, reference },
    answerError,
    answerAccepted: () =>
      answerJson(201, {
        id,
        href: `https://rest.messagebird.com/messages/${id}`,
        direction: 'mt',
        type: 'sms',
        originator: msisdn(from),
        body,
        reference,
        validity: null,
        gateway: 240,
        typeDetails: {},
        datacoding,
        mclass: 1,
        scheduledDatetime: null,
        createdDatetime: at,
        recipients: {
          totalCount: 1,
          totalSentCount: 1,
          totalDeliveredCount: 0,
          totalDeliveryFailedCount: 0,
          items: [{ recipient: Number(recipient), status: 'sent', statusDatetime: at }],
        },
      }),
  };
}

/**
 * A form whose `id` and `body` come twice, the message's own last; and for a short code the other names.
 * Source: https://github.com/nyaruka/courier/blob/main/handlers/messagebird/handler_test.go
 */
function inboundForm({ from, to, body, carrierMessageId, sentAt }: SimulatedText): URLSearchParams {
  const isShortCode = /^\d{3,8}$/.test(to);
  const at = dateOf(sentAt);
  return new URLSearchParams([
    ...(isShortCode
      ? [
          ['shortcode', to],
          ['message', body],
          ['mid', carrierMessageId],
          ['receive_datetime', at.replace(/\+.*|\D/g, '')],
        ]
      : [
          ['receiver', msisdn(to)],
          ['sender', msisdn(from)],
          ['body', body],
          ['id', 'b6aae1b5dfb2427a8f7ea6a717ba31a9'],
          ['id', carrierMessageId],
          ['recipient', msisdn(to)],
          ['body', body],
          ['createdDatetime', at],
        ]),
    ['originator', msisdn(from)],
    ['reference', '1'],
    ['mms', 'false'],
  ] as [string, string][]);
}

/** Source: https://developers.messagebird.com/api/sms-messaging/#handle-a-status-report */
function report({ to, carrierMessageId, receipt }: OwedReceipt, status: string, world: SimulatedWorld) {
  const { url, reference } = receipt as { url: string; reference: string };
  const query = new URLSearchParams({
    datacoding: 'plain',
    id: carrierMessageId,
    mccmnc: '310010',
    messageLength: '4',
    messagePartCount: '1',
    ported: '0',
    'price[amount]': '0.000',
    'price[currency]': 'USD',
    recipient: msisdn(to),
    reference,
    status,
    statusDatetime: dateOf(world.clock()),
    statusReason: status === 'delivered' ? 'successfully delivered' : 'pending DLR',
  });
  return { url, query };
}
