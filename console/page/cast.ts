import { DEMO_SENDERS, FIRST_SENDERS } from '../../local/demo-senders.ts';
import { AWS_CARRIERS, REST_CARRIERS } from '../../shared/carriers/registry.ts';

/** Who plays: the handsets of the page, and the senders that the local run registers (contract, section 9). */

export interface Handset {
  readonly name: string;
  readonly number: string;
}

export const HANDSETS: readonly Handset[] = [
  { name: 'Ana', number: '+12025550170' },
  { name: 'Ben', number: '+12025550171' },
  { name: 'Chen', number: '+12025550172' },
];

export interface Sender {
  readonly number: string;
  readonly account: string;
  readonly brand: string;
  readonly carrier: string;
  /** Whether a recipient can text it. */
  readonly hears: boolean;
}

const brandOf = (account: string): string => account.charAt(0).toUpperCase() + account.slice(1);

export const SENDERS: readonly Sender[] = DEMO_SENDERS.map(({ sender, account, carrier }) => ({
  number: sender,
  account,
  brand: brandOf(account),
  carrier,
  hears: carrier !== 'sns',
}));

const isFirst = (sender: string): boolean => FIRST_SENDERS.some((first) => first.sender === sender);

/** Those that a handset shows side by side, and those by further carriers, which it shows in a list. */
export const MAIN_SENDERS = SENDERS.filter(({ number }) => isFirst(number));
export const FURTHER_SENDERS = SENDERS.filter(({ number }) => !isFirst(number));

export const ACCOUNTS: readonly string[] = [...new Set(SENDERS.map(({ account }) => account))];

/** The sender with which the guide plays. */
export const FIRST_SENDER = '+12025550100';

const CARRIER_TITLES: Readonly<Record<string, string>> = { ...REST_CARRIERS, ...AWS_CARRIERS };
const SHORT_CARRIER_TITLES: Readonly<Record<string, string>> = { ...REST_CARRIERS, aws: 'AWS', sns: 'SNS' };

const handsets = new Map(HANDSETS.map((handset) => [handset.number, handset]));
const senders = new Map(SENDERS.map((sender) => [sender.number, sender]));

export const handsetOf = (number: string): Handset | undefined => handsets.get(number);
export const senderOf = (number: string): Sender | undefined => senders.get(number);
export const shortCarrierTitle = (carrier: string): string => SHORT_CARRIER_TITLES[carrier] ?? carrier;
export const carrierTitle = (carrier: string): string => CARRIER_TITLES[carrier] ?? carrier;
