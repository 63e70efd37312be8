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

export const SENDERS: readonly Sender[] = [
  { number: '+12025550100', account: 'acme', brand: 'Acme', carrier: 'twilio', hears: true },
  { number: '+12025550101', account: 'acme', brand: 'Acme', carrier: 'twilio', hears: true },
  { number: '+12025550102', account: 'acme', brand: 'Acme', carrier: 'aws', hears: true },
  { number: '+12025550103', account: 'acme', brand: 'Acme', carrier: 'sns', hears: false },
  { number: '+12025550150', account: 'globex', brand: 'Globex', carrier: 'twilio', hears: true },
];

export const ACCOUNTS: readonly string[] = [...new Set(SENDERS.map(({ account }) => account))];

/** The sender with which the guide plays. */
export const FIRST_SENDER = '+12025550100';

export const CARRIER_TITLES: Readonly<Record<string, string>> = {
  twilio: 'Twilio',
  aws: 'AWS End User Messaging',
  sns: 'Amazon SNS',
};
const SHORT_CARRIER_TITLES: Readonly<Record<string, string>> = { twilio: 'Twilio', aws: 'AWS', sns: 'SNS' };

const handsets = new Map(HANDSETS.map((handset) => [handset.number, handset]));
const senders = new Map(SENDERS.map((sender) => [sender.number, sender]));

export const handsetOf = (number: string): Handset | undefined => handsets.get(number);
export const senderOf = (number: string): Sender | undefined => senders.get(number);
export const shortCarrierTitle = (carrier: string): string => SHORT_CARRIER_TITLES[carrier] ?? carrier;
