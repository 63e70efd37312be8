/**
 * Carriers that we call by REST and that call our webhook, each with what people call it. Adding one is its folder here, its
 * line in this list and its page in `docs/carriers`; nothing else knows its name.
 */
export const REST_CARRIERS = {
  twilio: 'Twilio',
  telnyx: 'Telnyx',
  sinch: 'Sinch SMS',
  'vonage-sms': 'Vonage SMS API',
  'vonage-messages': 'Vonage Messages API',
  infobip: 'Infobip',
  messagebird: 'MessageBird',
  plivo: 'Plivo',
  bandwidth: 'Bandwidth',
} as const;

/** Those whose own opt-out list can be read: by the file `opt-out-list.ts` of their folder. */
export const LISTING_CARRIER_NAMES: readonly (keyof typeof REST_CARRIERS)[] = ['telnyx'];

/** AWS's own ways to send: called by its SDK under the function's own role, and heard by SNS. */
export const AWS_CARRIERS = { aws: 'AWS End User Messaging', sns: 'Amazon SNS' } as const;

export type RestCarrierName = keyof typeof REST_CARRIERS;

export const REST_CARRIER_NAMES = Object.keys(REST_CARRIERS) as RestCarrierName[];

/** All carriers, by the names that senders are registered with. */
export const CARRIER_NAMES: readonly string[] = [...REST_CARRIER_NAMES, ...Object.keys(AWS_CARRIERS)];

export const isRestCarrier = (name: string): name is RestCarrierName => Object.hasOwn(REST_CARRIERS, name);
