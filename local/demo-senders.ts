import { REST_CARRIER_NAMES } from '../shared/carriers/registry.ts';
import type { SenderInput } from '../shared/messages/sender.ts';

export const DEFAULT_ACCOUNT = 'acme';

/** Those of the contract, section 9. All numbers are fictional. */
export const FIRST_SENDERS: readonly SenderInput[] = [
  { sender: '+12025550100', account: 'acme', carrier: 'twilio' },
  { sender: '+12025550101', account: 'acme', carrier: 'twilio' },
  { sender: '+12025550102', account: 'acme', carrier: 'aws' },
  { sender: '+12025550103', account: 'acme', carrier: 'sns' },
  { sender: '+12025550150', account: 'globex', carrier: 'twilio' },
];

const others = REST_CARRIER_NAMES.filter((name) => FIRST_SENDERS.every(({ carrier }) => carrier !== name));

/** Registered at start: at least one sender by each carrier, from +12025550110 on. */
export const DEMO_SENDERS: readonly SenderInput[] = [
  ...FIRST_SENDERS,
  ...others.map((carrier, index) => ({ sender: `+120255501${10 + index}`, account: DEFAULT_ACCOUNT, carrier })),
];
