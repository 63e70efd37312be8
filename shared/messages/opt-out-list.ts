import { ALL_SENDERS, type OptOutHeard, type Scope, scopesClosedBy } from '../consent/merge.ts';
import type { Sender } from './sender.ts';

/**
 * Whom a carrier's opt-out list keeps from texting: the carrier's senders that use it, all that it sends for an account, or
 * one sender and its group.
 */
export type ListReach = 'senders' | 'account' | 'sender';

/** An opt-out list of a carrier, as far as its reach depends on it. */
export interface Listing {
  readonly carrier: string;
  readonly list: string;
  readonly reach: ListReach;
  /** Where each number is on the list for one sender. */
  readonly sender?: string | undefined;
}

const leavesBy = ({ carrier, secondCarrier }: Sender, name: string): boolean =>
  carrier === name || secondCarrier === name;

/** Those of an account's senders that a carrier's list keeps from texting whoever is on it. */
export function sendersUnder({ carrier, list, reach, sender }: Listing, senders: readonly Sender[]): Sender[] {
  if (reach === 'sender') {
    const group = senders.find((one) => one.sender === sender)?.group;
    return senders.filter((one) => one.sender === sender || (group !== undefined && one.group === group));
  }
  const ofCarrier = senders.filter((one) => leavesBy(one, carrier));
  // A sender that does not say which list it uses may use any.
  return reach === 'account'
    ? ofCarrier
    : ofCarrier.filter(({ optOutList }) => optOutList === undefined || optOutList === list);
}

/** What it closes to be on a list that keeps these senders from texting. */
export function scopesClosedByListing(
  { reach, sender }: Pick<Listing, 'reach' | 'sender'>,
  senders: readonly Sender[],
  heard: OptOutHeard,
): Scope[] {
  // As a STOP to that sender does: the others of its group are closed by the group.
  const closing = reach === 'sender' ? senders.filter((one) => one.sender === sender) : senders;
  const scopes = closing.flatMap((one) => scopesClosedBy(one, heard));
  return [...new Set(reach === 'account' ? [ALL_SENDERS, ...scopes] : scopes)];
}
