/**
 * Consent as a merge and not as a flag: what is known of one account and recipient is a few times that only ever grow, so
 * that events heard twice, late or in any order end in the same state.
 */

/** ISO 8601 in UTC with milliseconds (`2026-11-23T20:47:57.123Z`), so that the order of the text is the order of time. */
export type Instant = string;

/** What an opt-out covers: one sender (`+12025550100`), a group of senders (`group:name`) or all of the account (`*`). */
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

/** What may close a sender: itself, its group, and everything. In the order in which a refusal is reported. */
export function scopesOf(sender: SenderScope): Scope[] {
  return sender.group === undefined
    ? [sender.sender, ALL_SENDERS]
    : [sender.sender, `group:${sender.group}`, ALL_SENDERS];
}

/**
 * What an opt-out closes that answers this sender: the sender and its group; under the policy `account` all senders too.
 */
export function scopesClosedBy(
  sender: SenderScope & { readonly optOutScope?: 'sender' | 'account' | undefined },
): Scope[] {
  const scopes = scopesOf(sender);
  return sender.optOutScope === 'account' ? scopes : scopes.slice(0, -1);
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
