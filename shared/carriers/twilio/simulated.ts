import { createHmac, randomBytes, randomUUID } from 'node:crypto';
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
import { isTwilioError, twilioError } from './simulated-errors.ts';

const ACCOUNT_SID = `AC${'0'.repeat(32)}`;

const json = (status: number, body: object): WireAnswer =>
  answerJson(status, body, {
    'content-type': 'application/json;charset=utf-8',
    'twilio-concurrent-requests': '1',
  });

function answerError(code: string, message?: string): WireAnswer {
  const error = twilioError(code, message);
  return json(error.status, error.body);
}

/** Twilio writes dates as RFC 2822. */
const rfc2822 = (milliseconds: number): string => new Date(milliseconds).toUTCString().replace('GMT', '+0000');

const newMessageSid = (): string => `SM${randomBytes(16).toString('hex')}`;

/** The simulated Twilio. */
export function simulated(world: SimulatedWorld): SimulatedCarrier {
  const authToken = world.key('auth token', 'STOPGATE_TWILIO_AUTH_TOKEN', 'local-twilio-auth-token');
  const call = (url: string, parameters: Readonly<Record<string, string>>) =>
    signedCall(authToken.value, url, parameters);

  return {
    secret: { accountSid: ACCOUNT_SID, authTokens: [authToken.value] },
    keys: [authToken],
    optedOutError: '21610',
    tellsSentAt: false,
    isError: isTwilioError,
    errorHint: 'must be a code of Twilio such as 21610 or 20429, an HTTP status such as 500, or null',
    newMessageId: newMessageSid,
    take: (request) => take(request, authToken.value, world),
    inbound: (text) => [call(world.webhookUrl(), inboundParameters(text, world))],
    receipts: (owed) =>
      ['sent', 'delivered'].map((status) => call(String(owed.receipt), statusParameters(owed, status))),
    repliesIn: ({ contentType, body }) => (/^(?:text|application)\/xml/.test(contentType) ? messagesInTwiml(body) : []),
  };
}

/**
 * `POST /2010-04-01/Accounts/{sid}/Messages.json`.
 * Source: https://www.twilio.com/docs/messaging/api/message-resource#create-a-message-resource
 */
function take(request: SimulatedRequest, authToken: string, world: SimulatedWorld): Submission | WireAnswer {
  const { method, path, headers, body } = request;
  const credentials = basicCredentials(headers.authorization);
  if (credentials?.[0] !== ACCOUNT_SID || credentials[1] !== authToken) return answerError('20003');
  if (method !== 'POST' || path !== `/2010-04-01/Accounts/${ACCOUNT_SID}/Messages.json`) {
    return answerError('20404', `The requested resource ${path} was not found`);
  }
  const form = new URLSearchParams(body);
  const to = form.get('To') ?? '';
  const service = form.get('MessagingServiceSid') ?? '';
  const from = form.get('From') || service;
  const text = form.get('Body') ?? '';
  const callbackUrl = form.get('StatusCallback') ?? '';
  if (!to) return answerError('21604');
  if (!from) return answerError('21603');
  if (!text) return answerError('21602');
  if (!isRecipient(to)) return answerError('21211', `Invalid 'To' Phone Number: ${to}`);
  if (from !== service && !isSender(from)) return answerError('21212');
  if ([...text].length > 1_600) return answerError('21617');
  if (callbackUrl && !world.mayCall(callbackUrl)) return answerError('21609');

  const sid = newMessageSid();
  const now = rfc2822(world.clock());
  return {
    from,
    to,
    body: text,
    carrierMessageId: sid,
    receipt: callbackUrl || undefined,
    answerError: (code) => answerError(code),
    answerAccepted: () =>
      json(201, {
        account_sid: ACCOUNT_SID,
        api_version: '2010-04-01',
        body: text,
        date_created: now,
        date_sent: null,
        date_updated: now,
        direction: 'outbound-api',
        error_code: null,
        error_message: null,
        from: from === service ? null : from,
        messaging_service_sid: service || null,
        num_media: '0',
        num_segments: String(world.segmentsOf(text).segments),
        price: null,
        price_unit: 'USD',
        sid,
        status: from === service ? 'accepted' : 'queued',
        subresource_uris: { media: `/2010-04-01/Accounts/${ACCOUNT_SID}/Messages/${sid}/Media.json` },
        to,
        uri: `/2010-04-01/Accounts/${ACCOUNT_SID}/Messages/${sid}.json`,
      }),
  };
}

/**
 * A call signed as Twilio does: HMAC-SHA1, by the account's auth token, over the whole URL followed by each parameter's
 * name and value, in the order of their names.
 * Source: https://www.twilio.com/docs/usage/security#validating-requests
 */
function signedCall(authToken: string, address: string, parameters: Readonly<Record<string, string>>): WebhookCall {
  // The fragment holds connection overrides for Twilio itself; it is neither sent nor signed.
  const [url = address] = address.split('#');
  const signed = Object.keys(parameters)
    .sort()
    .reduce((text, name) => text + name + parameters[name], url);
  return {
    url,
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded; charset=UTF-8',
      'x-twilio-signature': createHmac('sha1', authToken).update(signed, 'utf8').digest('base64'),
      'i-twilio-idempotency-token': randomUUID(),
      'user-agent': 'TwilioProxy/1.1',
      accept: '*/*',
    },
    body: new URLSearchParams(parameters).toString(),
  };
}

/** Source: https://www.twilio.com/docs/messaging/guides/webhook-request */
const inboundParameters = ({ from, to, body, carrierMessageId }: SimulatedText, world: SimulatedWorld) => ({
  ToCountry: 'US',
  ToState: '',
  SmsMessageSid: carrierMessageId,
  NumMedia: '0',
  ToCity: '',
  FromZip: '',
  SmsSid: carrierMessageId,
  FromState: '',
  SmsStatus: 'received',
  FromCity: '',
  Body: body,
  FromCountry: 'US',
  To: to,
  ToZip: '',
  NumSegments: String(world.segmentsOf(body).segments),
  MessageSid: carrierMessageId,
  AccountSid: ACCOUNT_SID,
  From: from,
  ApiVersion: '2010-04-01',
});

/** Source: https://www.twilio.com/docs/messaging/guides/outbound-message-status-in-status-callbacks */
const statusParameters = ({ from, to, carrierMessageId }: OwedReceipt, status: string) => ({
  SmsSid: carrierMessageId,
  SmsStatus: status,
  MessageStatus: status,
  To: to,
  MessageSid: carrierMessageId,
  AccountSid: ACCOUNT_SID,
  From: from,
  ApiVersion: '2010-04-01',
});

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** The verbs of TwiML that answer a text; everything else in it does not concern a handset. */
function messagesInTwiml(body: string): string[] {
  return [...body.matchAll(/<Message(?:\s[^>]*)?>(.*?)<\/Message>/gs)].map(([, content = '']) =>
    content
      .replace(/<\/?Body>/g, '')
      .replace(/&(?:#(\d+)|#x([\da-f]+)|(\w+));/gi, (entity, decimal?: string, hex?: string, name?: string) =>
        decimal || hex
          ? String.fromCodePoint(Number.parseInt(decimal ?? hex ?? '', decimal ? 10 : 16))
          : (ENTITIES[name ?? ''] ?? entity),
      ),
  );
}
