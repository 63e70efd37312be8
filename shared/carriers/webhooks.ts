import type { CarrierWebhook } from './carrier.ts';
import { webhook as twilio } from './twilio/webhook.ts';

/** Carriers that call a webhook, by the name in its path. AWS End User Messaging calls by SNS instead. */
const WEBHOOKS: Readonly<Record<string, CarrierWebhook>> = { twilio };

export const webhookOf = (carrier: string): CarrierWebhook | undefined =>
  Object.hasOwn(WEBHOOKS, carrier) ? WEBHOOKS[carrier] : undefined;
