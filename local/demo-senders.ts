import type { SenderInput } from '../shared/messages/sender.ts';

export const DEFAULT_ACCOUNT = 'acme';

/** Registered at start (contract, section 9). The numbers are fictional. */
export const DEMO_SENDERS: readonly SenderInput[] = [
  { sender: '+12025550100', account: 'acme', carrier: 'twilio' },
  { sender: '+12025550101', account: 'acme', carrier: 'twilio' },
  { sender: '+12025550102', account: 'acme', carrier: 'aws' },
  { sender: '+12025550103', account: 'acme', carrier: 'sns' },
  { sender: '+12025550150', account: 'globex', carrier: 'twilio' },
];
