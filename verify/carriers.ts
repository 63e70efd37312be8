/** All that verify takes from the local run's carriers, senders and secrets, in one place. */
import { randomUUID } from 'node:crypto';
import twilio from 'twilio';
import { DEFAULT_ACCOUNT } from '../local/demo-senders.ts';
import { createLiveFeed } from '../local/live-feed.ts';
import { loadRestCast } from '../local/simulator/carriers.ts';
import { createSimulator, type Simulator } from '../local/simulator/index.ts';
import { TWILIO } from './secrets.ts';

export type { Simulator } from '../local/simulator/index.ts';
export type { WireAnswer } from '../shared/carriers/simulated-carrier.ts';
export { DEFAULT_ACCOUNT };

/** The carriers' REST APIs, at whatever address the carriers' door has. */
const CARRIERS_PATH = '/simulator';
export const TWILIO_PATH = `${CARRIERS_PATH}/twilio`;

/** What the functions' settings say of carriers. */
export const carrierEnvironment = (door: string) => ({
  STOPGATE_DEFAULT_CARRIER: 'twilio',
  STOPGATE_CARRIERS_URL: `${door}${CARRIERS_PATH}`,
  STOPGATE_CARRIER_SECRET_IDS: 'twilio=twilio',
  STOPGATE_LOG_KEY_SECRET_ID: 'log-key',
  STOPGATE_CONFIGURATION_SET: 'stopgate',
});

export type CarrierName = 'twilio' | 'aws' | 'sns';

/** A sender as it is registered. */
export interface KnownSender {
  readonly sender: string;
  readonly account: string;
  readonly carrier: CarrierName;
  readonly secondCarrier?: CarrierName;
  readonly group?: string;
  readonly messagesPerSecond?: number;
  readonly answeredBy?: 'carrier';
}

/** Of each kind: plain, with a second carrier, in a group, with a rate, answered by the carrier, of another account, by AWS, by SNS. */
export const SENDERS: readonly KnownSender[] = [
  { sender: '+12025550100', account: 'acme', carrier: 'twilio' },
  { sender: '+12025550101', account: 'acme', carrier: 'twilio', secondCarrier: 'sns', answeredBy: 'carrier' },
  { sender: '+12025550102', account: 'acme', carrier: 'aws' },
  { sender: '+12025550103', account: 'acme', carrier: 'sns' },
  { sender: '+12025550104', account: 'acme', carrier: 'twilio', group: 'shop' },
  { sender: '+12025550105', account: 'acme', carrier: 'twilio', group: 'shop' },
  { sender: '+12025550106', account: 'acme', carrier: 'twilio', messagesPerSecond: 20 },
  { sender: '+12025550150', account: 'globex', carrier: 'twilio', answeredBy: 'carrier' },
];

/** What an opt-out closes that is texted to a sender: the sender, and its group. */
export function scopesOf(sender: string): readonly string[] {
  const group = SENDERS.find((known) => known.sender === sender)?.group;
  return group === undefined ? [sender] : [sender, `group:${group}`];
}

export const accountOf = (sender: string): string =>
  SENDERS.find((known) => known.sender === sender)?.account ?? DEFAULT_ACCOUNT;

/** Whose errors say that the recipient has opted out there, and whose that the carrier has too much to do. */
export const CARRIER_ERRORS: Readonly<Record<CarrierName, readonly string[]>> = {
  twilio: ['21610', '20429', '30001', '21211'],
  aws: ['DESTINATION_PHONE_NUMBER_OPTED_OUT', 'ThrottlingException', 'InternalServerException'],
  sns: ['Throttled', 'InternalError'],
};

/** The default replies in English, as the contract has them. */
export const REPLIES = {
  'opt-out':
    'You have successfully been unsubscribed. You will not receive any more messages from this number. Reply START to resubscribe.',
  'opt-in':
    'You have successfully been re-subscribed to messages from this number. Reply "HELP" or "INFO" for help. Reply STOP to unsubscribe. Msg&Data Rates May Apply.',
  help: 'Reply STOP to unsubscribe. Msg&Data Rates May Apply.',
} as const;

export const newTwilioId = (number: string): string => `SM${number.padStart(32, '0')}`;

/** A webhook call as Twilio makes it when somebody texts; signed with another key where it is forged. */
export function twilioWebhook(
  publicUrl: string,
  text: { readonly from: string; readonly to: string; readonly body: string; readonly messageId: string },
  forged = false,
): { readonly url: string; readonly headers: Record<string, string>; readonly body: string } {
  const url = `${publicUrl}/webhooks/twilio`;
  const parameters = {
    MessageSid: text.messageId,
    AccountSid: TWILIO.accountSid,
    From: text.from,
    To: text.to,
    Body: text.body,
    NumMedia: '0',
    NumSegments: '1',
    SmsStatus: 'received',
    ApiVersion: '2010-04-01',
  };
  return {
    url,
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-twilio-signature': twilio.getExpectedTwilioSignature(
        forged ? 'another-token' : TWILIO.authToken,
        url,
        parameters,
      ),
    },
    body: new URLSearchParams(parameters).toString(),
  };
}

/** What AWS publishes when somebody texts. */
export const twoWayMessage = (text: { from: string; to: string; body: string; messageId: string }): object => ({
  originationNumber: text.from,
  destinationNumber: text.to,
  messageKeyword: 'KEYWORD',
  messageBody: text.body,
  inboundMessageId: text.messageId,
});

/** An SNS notification as it lies on the inbound queue; with the time at which SNS says that it got it. */
export const notification = (TopicArn: string, message: object, Timestamp: string): object => ({
  Type: 'Notification',
  MessageId: randomUUID(),
  TopicArn,
  Message: JSON.stringify(message),
  Timestamp,
});

export async function startCarriers({
  publicUrl,
  publishSmsEvent,
}: {
  readonly publicUrl: string;
  readonly publishSmsEvent: (event: object) => Promise<void>;
}): Promise<Simulator> {
  return createSimulator({
    rest: await loadRestCast({
      publicUrl: () => publicUrl,
      environment: { STOPGATE_TWILIO_AUTH_TOKEN: TWILIO.authToken },
    }),
    publishSmsEvent,
    live: createLiveFeed(),
    carrierOf: async (sender) => SENDERS.find((known) => known.sender === sender)?.carrier,
    publishTwoWay: async () => {},
    enqueue: async () => {},
  });
}

/** Changes how a carrier behaves. */
export async function changeCarrier(simulator: Simulator, carrier: CarrierName, change: object): Promise<void> {
  const response = await simulator.routes.request(`http://127.0.0.1/carriers/${carrier}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(change),
  });
  if (!response.ok) throw new Error(`The simulated carrier ${carrier} can't be changed: ${await response.text()}`);
}

export interface AcceptedMessage {
  readonly carrier: string;
  readonly from: string;
  readonly to: string;
  readonly body: string;
  readonly carrierMessageId: string;
  readonly receivedAt: string;
}

/** What the carriers accepted from us, in order. */
export async function acceptedBy(simulator: Simulator): Promise<AcceptedMessage[]> {
  const response = await simulator.routes.request('http://127.0.0.1/messages');
  return (await response.json()) as AcceptedMessage[];
}
