import { randomUUID } from 'node:crypto';
import { segmentsOf } from './segments.ts';
import type { TwilioCredentials } from './twilio-messages.ts';
import { signTwilioRequest } from './twilio-signature.ts';

export interface WebhookAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

export interface TwilioWebhooks {
  /** Tells us what a handset texted. */
  inbound(text: { from: string; to: string; body: string; carrierMessageId: string }): Promise<WebhookAnswer>;
  /** Tells us what became of a message, at the address given when it was sent. */
  status(
    message: { from: string; to: string; carrierMessageId: string; callbackUrl: string },
    status: string,
  ): Promise<WebhookAnswer>;
}

/** Twilio waits this long for an answer. */
const TIMEOUT_MS = 15_000;
/** By default it calls once more, and only when no connection came about. */
const ATTEMPTS = 2;

const neverConnected = (error: unknown): boolean => {
  const code = (error as { cause?: { code?: string } }).cause?.code;
  return code === 'ECONNREFUSED' || code === 'ECONNRESET' || code === 'UND_ERR_CONNECT_TIMEOUT';
};

/** The verbs of TwiML that answer a text; everything else in it does not concern a handset. */
export function messagesInTwiml(answer: WebhookAnswer): string[] {
  if (!/^(?:text|application)\/xml/.test(answer.contentType)) return [];
  const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
  return [...answer.body.matchAll(/<Message(?:\s[^>]*)?>(.*?)<\/Message>/gs)].map(([, content = '']) =>
    content
      .replace(/<\/?Body>/g, '')
      .replace(/&(?:#(\d+)|#x([\da-f]+)|(\w+));/gi, (entity, decimal?: string, hex?: string, name?: string) =>
        decimal || hex
          ? String.fromCodePoint(Number.parseInt(decimal ?? hex ?? '', decimal ? 10 : 16))
          : (entities[name ?? ''] ?? entity),
      ),
  );
}

/**
 * Twilio's calls to us, signed and form-encoded as Twilio does.
 * Sources: https://www.twilio.com/docs/messaging/guides/webhook-request and
 * https://www.twilio.com/docs/messaging/guides/outbound-message-status-in-status-callbacks
 */
export function createTwilioWebhooks(parts: {
  readonly credentials: TwilioCredentials;
  readonly publicUrl: () => string;
  /** Ends all calls under way. */
  readonly signal: AbortSignal;
}): TwilioWebhooks {
  const { credentials, publicUrl, signal } = parts;

  async function call(address: string, parameters: Readonly<Record<string, string>>): Promise<WebhookAnswer> {
    // The fragment holds connection overrides for Twilio itself; it is neither sent nor signed.
    const [url = address] = address.split('#');
    const headers = {
      'content-type': 'application/x-www-form-urlencoded; charset=UTF-8',
      'x-twilio-signature': signTwilioRequest(credentials.authToken, url, parameters),
      'i-twilio-idempotency-token': randomUUID(),
      'user-agent': 'TwilioProxy/1.1',
      accept: '*/*',
    };
    const body = new URLSearchParams(parameters).toString();
    for (let attempt = 1; ; attempt += 1) {
      try {
        const response = await fetch(url, {
          method: 'POST',
          headers,
          body,
          redirect: 'manual',
          signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
        });
        return {
          status: response.status,
          contentType: response.headers.get('content-type') ?? '',
          body: await response.text(),
        };
      } catch (error) {
        if (attempt >= ATTEMPTS || signal.aborted || !neverConnected(error)) throw error;
      }
    }
  }

  return {
    inbound: ({ from, to, body, carrierMessageId }) =>
      call(`${publicUrl()}/webhooks/twilio`, {
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
        NumSegments: String(segmentsOf(body).segments),
        MessageSid: carrierMessageId,
        AccountSid: credentials.accountSid,
        From: from,
        ApiVersion: '2010-04-01',
      }),
    status: ({ from, to, carrierMessageId, callbackUrl }, status) =>
      call(callbackUrl, {
        SmsSid: carrierMessageId,
        SmsStatus: status,
        MessageStatus: status,
        To: to,
        MessageSid: carrierMessageId,
        AccountSid: credentials.accountSid,
        From: from,
        ApiVersion: '2010-04-01',
      }),
  };
}
