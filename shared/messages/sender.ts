import * as z from 'zod/mini';
import { isGroupName, isSender } from './address.ts';

/** Carriers that a message can leave by. Adding one is a folder in `shared/carriers` and a line in its registry. */
export type CarrierName = string;

const name = z.string().check(z.minLength(1), z.maxLength(64));
/** Part of the ledger's keys, hence without '#'. */
export const accountName = z.string().check(z.regex(/^[A-Za-z0-9._-]{1,64}$/));
const reply = z.optional(z.string().check(z.minLength(1), z.maxLength(1_600)));

/** A registered sender (contract, section 6). */
export const senderSchema = z.object({
  sender: z.string().check(z.refine(isSender)),
  account: accountName,
  carrier: name,
  group: z.optional(z.string().check(z.refine(isGroupName))),
  country: z.optional(z.string().check(z.regex(/^[A-Z]{2}$/))),
  languages: z._default(z.array(z.string().check(z.regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/))), ['en']),
  brand: z.optional(name),
  supportContact: z.optional(z.string().check(z.maxLength(256))),
  replies: z.optional(z.object({ 'opt-out': reply, 'opt-in': reply, help: reply })),
  keywordPacks: z._default(z.array(name), []),
  policy: z._default(z.enum(['keyword', 'any-reasonable-means']), 'keyword'),
  optOutScope: z._default(z.enum(['sender', 'account']), 'sender'),
  answeredBy: z._default(z.enum(['stopgate', 'carrier']), 'stopgate'),
  /** As many as the carrier takes, when not set. */
  messagesPerSecond: z.optional(z.number().check(z.gte(0.01), z.lte(1_000))),
});

export type Sender = z.infer<typeof senderSchema>;
/** A sender as somebody registers it: what has a default may be left out. */
export type SenderInput = z.input<typeof senderSchema>;

/** An unregistered sender works with the defaults, in the stage's default account and by its default carrier. */
export const unregisteredSender = (sender: string, defaults: { account: string; carrier: CarrierName }): Sender => ({
  sender,
  account: defaults.account,
  carrier: defaults.carrier,
  languages: ['en'],
  keywordPacks: [],
  policy: 'keyword',
  optOutScope: 'sender',
  answeredBy: 'stopgate',
});
