/**
 * Consent as a merge and not as a flag: what is known of one account and recipient is a few times that only ever grow, so
 * that events heard twice, late or in any order end in the same state.
 */

/** ISO 8601 in UTC with milliseconds (`2026-11-23T20:47:57.123Z`), so that the order of the text is the order of time. */
export type Instant = string;

/**
 * What an opt-out covers: one sender (`+12025550100`), a group of senders (`group:name`), all of the account (`*`), or one
 * category of the messages of any of these (`category:promotional:+12025550100`).
 */
export type Scope = string;

/** The scope of all senders of an account. */
export const ALL_SENDERS: Scope = '*';

/** The latest opt-in or opt-out, and the event that proves it. */
export interface Heard {
  readonly at: Instant;
  readonly eventId: string;
}

/** The latest opt-out of a scope. */
export interface OptOut extends Heard {}

/** All that is known of one account and recipient. */
export interface Consent {
  readonly optIn?: Heard;
  /** May lack a prototype: ask it with `Object.hasOwn`, `Object.keys` or `Object.entries`. */
  readonly optOuts: Readonly<Record<Scope, OptOut>>;
}

/** Nothing heard yet: opted in everywhere. */
export const NO_CONSENT_RECORDED: Consent = Object.freeze({ optOuts: Object.freeze({}) });

/** One thing heard. `at` is the time that counts, see `timeThatCounts`. */
export type ConsentChange =
  | { readonly kind: 'opt-out'; readonly scope: Scope; readonly at: Instant; readonly eventId: string }
  | { readonly kind: 'opt-in'; readonly at: Instant; readonly eventId: string };

/** At equal times the larger event id wins: any rule will do, if only it does not depend on the order of arrival. */
function later(known: Heard | undefined, change: Heard): Heard {
  if (known !== undefined && (known.at > change.at || (known.at === change.at && known.eventId >= change.eventId)))
    return known;
  return { at: change.at, eventId: change.eventId };
}

const optOutOf = (consent: Consent, scope: Scope): OptOut | undefined =>
  Object.hasOwn(consent.optOuts, scope) ? consent.optOuts[scope] : undefined;

/**
 * What is known after one more change. Merging the same changes in any order, any of them any number of times, ends in
 * the same consent.
 *
 * @returns a new consent; the one given is left as it is
 */
export function merge(consent: Consent, change: ConsentChange): Consent {
  if (change.kind === 'opt-in') return { ...consent, optIn: later(consent.optIn, change) };
  const entries = new Map(Object.entries(consent.optOuts));
  entries.set(change.scope, later(optOutOf(consent, change.scope), change));
  // Object.fromEntries defines and never assigns, so a scope named __proto__ is a scope like any other.
  return { ...consent, optOuts: Object.fromEntries(entries) };
}

/** Why nothing may be sent: the scope that is opted out, since when, and the event that proves it. */
export interface Refusal {
  readonly scope: Scope;
  readonly since: Instant;
  readonly eventId: string;
}

/**
 * Whether any of the scopes is opted out. A scope is opted out when its opt-out is not before the opt-in: a tie is an
 * opt-out.
 *
 * @returns the first scope, in the order given, that is opted out; undefined when the recipient may be texted
 */
export function refusalFor(consent: Consent, scopes: readonly Scope[]): Refusal | undefined {
  for (const scope of scopes) {
    const optOut = optOutOf(consent, scope);
    if (optOut !== undefined && (consent.optIn === undefined || optOut.at >= consent.optIn.at)) {
      return { scope, since: optOut.at, eventId: optOut.eventId };
    }
  }
  return undefined;
}

/** A sender, as far as consent needs to know it. */
export interface SenderScope {
  readonly sender: string;
  readonly group?: string | undefined;
}

/** The sender and its group: what an opt-out closes that says nothing else. */
const ownScopes = ({ sender, group }: SenderScope): Scope[] =>
  group === undefined ? [sender] : [sender, `group:${group}`];

const inCategory = (category: string, scopes: readonly Scope[]): Scope[] =>
  scopes.map((scope) => `category:${category}:${scope}`);

/**
 * What may close a sender: itself, its group, and everything; for a message of a category also that category of each of
 * these. In the order in which a refusal is reported.
 */
export function scopesOf(sender: SenderScope, category?: string): Scope[] {
  const scopes = [...ownScopes(sender), ALL_SENDERS];
  return [...scopes, ...(category === undefined ? [] : inCategory(category, scopes))];
}

/** The scope in a refusal that no opt-out closed: an opt-in is required, and none is recorded. */
export const OPT_IN_REQUIRED: Scope = 'opt-in-required';

/** The event id in such a refusal, where no event is the proof. */
export const NO_EVENT = 'none';

/**
 * Why a message may not be sent now; undefined when it may. For a sender that requires an opt-in, silence is a refusal
 * too: of the scope `opt-in-required`, since `at`, by no event.
 *
 * @param at when consent was asked for
 */
export function refusalToSend(
  consent: Consent,
  sender: SenderScope & { readonly requireOptIn?: boolean | undefined },
  at: Instant,
  category?: string,
): Refusal | undefined {
  const refusal = refusalFor(consent, scopesOf(sender, category));
  if (refusal !== undefined || sender.requireOptIn !== true || consent.optIn !== undefined) return refusal;
  return { scope: OPT_IN_REQUIRED, since: at, eventId: NO_EVENT };
}

/** Words that end one category of messages when they follow STOP: `{ ADS: 'promotional' }`. */
export type CategoryWords = Readonly<Record<string, string>>;

/** What recipients text for a category word. */
export const categoryPhrase = (word: string): string => `STOP ${word}`;

/**
 * What they text to have all but that category: the answer to the question which messages to end, after a STOP has ended
 * them all (47 CFR 64.1200(a)(12)).
 */
export const allButCategoryPhrase = (word: string): string => `START ${categoryPhrase(word)}`;

/** How far the opt-outs of a sender reach. */
export interface OptOutRules {
  /** `sender` when not given. */
  readonly optOutScope?: 'sender' | 'account' | undefined;
  /** How far STOPALL and STOP ALL reach: as any opt-out (`sender`) when not given. */
  readonly stopAllScope?: 'sender' | 'account' | undefined;
  /**
   * From when on every opt-out reaches all of the account: the day on which the revoke-all part of 47 CFR 64.1200(a)(10) comes
   * into force. Never, when not given.
   */
  readonly revokeAllFrom?: Instant | undefined;
  readonly categoryWords?: CategoryWords | undefined;
}

/** An opt-out, or an opt-in to all but a category, as far as its reach depends on it. */
export interface OptOutHeard {
  /** As the pack or the sender spells it. */
  readonly keyword?: string | undefined;
  /** The time that counts. */
  readonly at?: Instant | undefined;
}

const STOP_ALL_WORDS: readonly (string | undefined)[] = ['STOPALL', 'STOP ALL'];

const categoryOf = ({ categoryWords = {} }: OptOutRules, keyword: string | undefined, phrase: typeof categoryPhrase) =>
  Object.entries(categoryWords).find(([word]) => phrase(word) === keyword)?.[1];

/** The category that an opt-out ends; undefined when it ends everything. */
export const categoryClosedBy = (rules: OptOutRules, { keyword }: OptOutHeard): string | undefined =>
  categoryOf(rules, keyword, categoryPhrase);

/**
 * What stays closed when an opt-in is to all but a category: that category of all the senders that the opt-in opens. It is
 * closed at the same time or later, which a tie makes stand. Nothing, for any other opt-in.
 */
export function scopesKeptClosedBy(rules: OptOutRules, { keyword }: OptOutHeard): Scope[] {
  const category = categoryOf(rules, keyword, allButCategoryPhrase);
  return category === undefined ? [] : inCategory(category, [ALL_SENDERS]);
}

const reachesAccount = ({ optOutScope, stopAllScope, revokeAllFrom }: OptOutRules, { keyword, at }: OptOutHeard) =>
  optOutScope === 'account' ||
  (stopAllScope === 'account' && STOP_ALL_WORDS.includes(keyword)) ||
  (revokeAllFrom !== undefined && at !== undefined && at >= revokeAllFrom);

/**
 * What an opt-out closes that answers this sender: the sender and its group; all senders too where the sender's rules reach
 * that far; only a category of the two where the recipient said so (`STOP ADS`), whatever the rules.
 */
export function scopesClosedBy(sender: SenderScope & OptOutRules, heard: OptOutHeard = {}): Scope[] {
  const own = ownScopes(sender);
  const category = categoryClosedBy(sender, heard);
  if (category !== undefined) return inCategory(category, own);
  return reachesAccount(sender, heard) ? [...own, ALL_SENDERS] : own;
}

/** RFC 3339, section 5.6: carriers write UTC or an offset, and none to nine digits of a second. */
const DATE_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/i;

const INSTANT_LENGTH = '2026-11-23T20:47:57.123Z'.length;

/** The instant that a carrier's time means, cut to milliseconds; undefined when it means none. */
export function instantOf(time: string): Instant | undefined {
  const milliseconds = DATE_TIME.test(time) ? Date.parse(time) : Number.NaN;
  if (Number.isNaN(milliseconds)) return undefined;
  const instant = new Date(milliseconds).toISOString();
  // An offset can push the years 0 and 9999 over the edge, where the text no longer sorts by time.
  return instant.length === INSTANT_LENGTH ? instant : undefined;
}

/**
 * The time that counts for the merge. An opt-out counts from when we heard it: a slow carrier clock can then never date a
 * STOP before an older START. An opt-in counts from when it was sent, so that a START that was held up never reopens what
 * a later STOP closed; but never from later than we heard it, since a fast carrier clock would outlast the next STOP.
 *
 * @param heardAt when we heard it, by our own clock
 * @param sentAt when the carrier says that it was sent; an RFC 3339 time; anything else is as good as none
 */
export function timeThatCounts(kind: 'opt-out' | 'opt-in', heardAt: Instant, sentAt?: string | undefined): Instant {
  const sent = kind === 'opt-out' || sentAt === undefined ? undefined : instantOf(sentAt);
  return sent !== undefined && sent < heardAt ? sent : heardAt;
}
