import type { CarrierWebhook } from './carrier.ts';
import { isRestCarrier } from './registry.ts';

/** Finds a carrier's webhook by the name in its path; nothing where no carrier of that name calls one. */
export type WebhookOf = (carrier: string) => Promise<CarrierWebhook | undefined>;

/**
 * The carriers' webhooks, each loaded when it is first called: a function that hears one carrier does not start slower
 * for knowing nine. The bundler puts every file that fits the pattern into the bundle.
 */
export const webhookOf: WebhookOf = async (carrier) => {
  if (!isRestCarrier(carrier)) return undefined;
  const { webhook } = await import(`./${carrier}/webhook.ts`);
  return webhook;
};
