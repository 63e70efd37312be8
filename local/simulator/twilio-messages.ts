import { randomBytes } from 'node:crypto';
import { isRecipient, isSender } from '../../shared/messages/address.ts';
import type { Intake } from './intake.ts';
import { isLoopbackUrl } from './loopback.ts';
import { segmentsOf } from './segments.ts';
import { twilioError } from './twilio-errors.ts';
import type { WireAnswer } from './wire-answer.ts';

export interface TwilioCredentials {
  readonly accountSid: string;
  readonly authToken: string;
}

/** A message's id as Twilio makes them. */
export const newMessageSid = (): string => `SM${randomBytes(16).toString('hex')}`;

const json = (status: number, body: object): WireAnswer => ({
  status,
  headers: { 'content-type': 'application/json;charset=utf-8', 'twilio-concurrent-requests': '1' },
  body: JSON.stringify(body),
});

function answerError(code: string, message?: string): WireAnswer {
  const error = twilioError(code, message);
  return json(error.status, error.body);
}

/** Twilio writes dates as RFC 2822. */
const rfc2822 = (milliseconds: number): string => new Date(milliseconds).toUTCString().replace('GMT', '+0000');

function isAuthorized(header: string | undefined, { accountSid, authToken }: TwilioCredentials): boolean {
  const [scheme, encoded] = (header ?? '').split(' ');
  if (scheme?.toLowerCase() !== 'basic' || !encoded) return false;
  return Buffer.from(encoded, 'base64').toString('utf8') === `${accountSid}:${authToken}`;
}

/**
 * Twilio's `POST /2010-04-01/Accounts/{sid}/Messages.json`.
 * Source: https://www.twilio.com/docs/messaging/api/message-resource#create-a-message-resource
 */
export function createTwilioMessages(parts: {
  readonly credentials: TwilioCredentials;
  readonly publicUrl: () => string;
  readonly take: Intake;
  readonly clock: () => number;
}): (request: { accountSid: string; authorization: string | undefined; body: string }) => Promise<WireAnswer> {
  const { credentials, publicUrl, take, clock } = parts;

  return async ({ accountSid, authorization, body }) => {
    if (!isAuthorized(authorization, credentials)) return answerError('20003');
    if (accountSid !== credentials.accountSid) {
      return answerError(
        '20404',
        `The requested resource /2010-04-01/Accounts/${accountSid}/Messages.json was not found`,
      );
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
    // The simulator calls back on this machine only, whatever it is told.
    if (callbackUrl && !isLoopbackUrl(callbackUrl) && !callbackUrl.startsWith(`${publicUrl()}/`))
      return answerError('21609');

    const sid = newMessageSid();
    const now = rfc2822(clock());
    return take({
      carrier: 'twilio',
      from,
      to,
      body: text,
      carrierMessageId: sid,
      ...(callbackUrl && { receipt: { carrier: 'twilio', from, to, carrierMessageId: sid, callbackUrl } as const }),
      answerError: (code) => answerError(code),
      answerAccepted: () =>
        json(201, {
          account_sid: accountSid,
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
          num_segments: String(segmentsOf(text).segments),
          price: null,
          price_unit: 'USD',
          sid,
          status: from === service ? 'accepted' : 'queued',
          subresource_uris: { media: `/2010-04-01/Accounts/${accountSid}/Messages/${sid}/Media.json` },
          to,
          uri: `/2010-04-01/Accounts/${accountSid}/Messages/${sid}.json`,
        }),
    });
  };
}
