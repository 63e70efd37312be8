import type { LiveEvent } from '../../../local/live-feed.ts';

export const ANA = '+12025550170';
export const ACME = '+12025550100';
export const at = (second: number): string => new Date(Date.UTC(2026, 0, 2, 3, 4, second)).toISOString();

type Of<T extends LiveEvent['type']> = Extract<LiveEvent, { type: T }>;

export const outcome = (messageId: string, change: Partial<Of<'outcome'>> = {}): LiveEvent => ({
  type: 'outcome',
  at: at(1),
  account: 'acme',
  messageId,
  kind: 'message',
  from: ACME,
  to: ANA,
  status: 'Sent',
  ...change,
});
export const refusal = (messageId: string, change: Partial<Of<'outcome'>> = {}): LiveEvent =>
  outcome(messageId, {
    status: 'Failed',
    reason: 'OptedOut',
    refusedBy: { scope: ACME, since: at(0), eventId: 'twilio#one' },
    ...change,
  });
export const heard = (text: string, change: Partial<Of<'heard'>> = {}): LiveEvent => ({
  type: 'heard',
  at: at(1),
  account: 'acme',
  recipient: ANA,
  sender: ACME,
  carrier: 'twilio',
  text,
  verdict: 'act',
  intent: 'opt-out',
  rule: 'keyword:core',
  eventId: `twilio#${text}`,
  ...change,
});
export const consent = (change: Partial<Of<'consent'>> = {}): LiveEvent => ({
  type: 'consent',
  at: at(1),
  account: 'acme',
  recipient: ANA,
  change: 'opt-out',
  scope: ACME,
  eventId: 'twilio#one',
  ...change,
});
export const accepted = (carrierMessageId: string, change: Partial<Of<'accepted'>> = {}): LiveEvent => ({
  type: 'accepted',
  at: at(1),
  carrier: 'twilio',
  from: ACME,
  to: ANA,
  body: 'Sale',
  carrierMessageId,
  ...change,
});
export const texted = (carrierMessageId: string, body: string): LiveEvent => ({
  type: 'texted',
  at: at(2),
  carrier: 'twilio',
  from: ANA,
  to: ACME,
  body,
  carrierMessageId,
});
export const queued = (campaignId: string, count: number): LiveEvent => ({
  type: 'queued',
  at: at(0),
  campaignId,
  from: ACME,
  count,
});
