import * as z from 'zod/mini';
import { isGroupName, isSender } from './address.ts';

/** Carriers that a message can leave by. Adding one is a folder in `shared/carriers` and a line in its registry. */
export type CarrierName = string;

const name = z.string().check(z.minLength(1), z.maxLength(64));
/** Part of the ledger's keys, hence without '#'. */
export const accountName = z.string().check(z.regex(/^[A-Za-z0-9._-]{1,64}$/));
const reply = z.optional(z.string().check(z.minLength(1), z.maxLength(1_600)));
const locale = z.string().check(z.regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/));
/** Strict, so that the name of a language or a kind that is none is refused, and not forgotten. */
const replyTexts = z.strictObject({
  'opt-out': reply,
  'opt-in': reply,
  help: reply,
  'opt-out-category': reply,
  'confirm-opt-in': reply,
  info: reply,
  'invalid-keyword': reply,
  clarification: reply,
});
const word = z.string().check(z.minLength(1), z.maxLength(64));
const words = z.optional(z.array(word).check(z.maxLength(100)));

/** A registered sender (contract, section 6). */
export const senderSchema = z.object({
  sender: z.string().check(z.refine(isSender)),
  account: accountName,
  carrier: name,
  /** Takes over while the first carrier fails, for what it has certainly not sent. It has to own the sender as well. */
  secondCarrier: z.optional(name),
  group: z.optional(z.string().check(z.refine(isGroupName))),
  /** The carrier's opt-out list that this sender uses; it may be any of them, when not set. */
  optOutList: z.optional(name),
  country: z.optional(z.string().check(z.regex(/^[A-Z]{2}$/))),
  languages: z._default(z.array(locale), ['en']),
  brand: z.optional(name),
  supportContact: z.optional(z.string().check(z.maxLength(256))),
  /** Own texts, for all languages or by language; see `Replies`. */
  replies: z.optional(z.union([replyTexts, z.record(locale, replyTexts)])),
  /** Answers to HELP that one recipient gets in one UTC day; five, when not set. */
  helpRepliesPerDay: z.optional(z.number().check(z.refine(Number.isInteger), z.gte(1), z.lte(1_000))),
  keywordPacks: z._default(z.array(name), []),
  /** Words in addition to the packs; see `OwnWords`. */
  ownWords: z.optional(z.object({ optOut: words, optIn: words, help: words })),
  /** Words that end one category of messages when they follow STOP. */
  categoryWords: z.optional(z.record(word, z.enum(['promotional', 'transactional']))),
  policy: z._default(z.enum(['keyword', 'any-reasonable-means']), 'keyword'),
  optOutScope: z._default(z.enum(['sender', 'account']), 'sender'),
  /** How far STOPALL and STOP ALL reach; as any opt-out, when not set. */
  stopAllScope: z.optional(z.enum(['sender', 'account'])),
  /** From when on every opt-out reaches the whole account, in UTC with milliseconds; never, when not set. */
  revokeAllFrom: z.optional(z.iso.datetime({ precision: 3 })),
  /** Nobody is texted without a recorded opt-in. */
  requireOptIn: z.optional(z.boolean()),
  /** An opt-in counts only when its recipient has confirmed it with YES, within a day. */
  doubleOptIn: z.optional(z.boolean()),
  /** When promotional messages wait, in the recipient's local time; see `QuietHours`. */
  quietHours: z.optional(z.array(z.string().check(z.maxLength(64))).check(z.maxLength(20))),
  answeredBy: z._default(z.enum(['stopgate', 'carrier']), 'stopgate'),
  /** What a wish to be left alone becomes that nobody has decided on by its deadline. An alarm is raised before, in either case. */
  undecidedReview: z._default(z.enum(['alarm', 'opt-out']), 'alarm'),
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
  undecidedReview: 'alarm',
});
