import type { ListedNumber, OptOutList } from '../../shared/carriers/opt-out-list.ts';
import { ALL_SENDERS, type Consent, type Instant, refusalFor, scopesOf } from '../../shared/consent/merge.ts';
import { type ConsentEvent, eventIdOf } from '../../shared/ledger/event-store.ts';
import type { ListedState } from '../../shared/ledger/listed-numbers.ts';
import { scopesClosedByListing, sendersUnder } from '../../shared/messages/opt-out-list.ts';
import type { Sender } from '../../shared/messages/sender.ts';
import type { ListsPorts, SendersOfAccount } from './ports.ts';

/** What a number on a list was: known, an opt-out to us, a block after an opt-in, or such a block that we could end. */
export type Found = 'known' | 'heard' | 'blocked' | 'taken-off';

/** A list may show a number for a while that was taken off it. Milliseconds. */
const LISTS_LAG_MS = 60 * 60_000;

/** A number on a list, with what is known of it. */
interface Row extends ListedNumber {
  /** Since when it is on the list. */
  readonly since: Instant;
  /** Whether we put it there: then it is nothing that we hear of. */
  readonly ours: boolean;
}

/**
 * Heeds a number on a carrier's list: it is an opt-out, with an event as proof, unless the recipient has opted in since. Then
 * the carrier still refuses what may be sent, which is ended where that may be and shown where it may not.
 * Each step can be repeated.
 *
 * @param accounts all accounts with their senders
 */
export async function hearListed(
  listed: ListedNumber,
  list: OptOutList,
  accounts: readonly SendersOfAccount[],
  ports: ListsPorts,
): Promise<Found> {
  const now = new Date(ports.clock()).toISOString();
  const row = await rowOf(listed, list, now, ports);
  if (row === undefined) return 'known';
  const found: Found[] = [];
  const blocked: string[] = [];
  for (const { account, senders } of await whomItConcerns(row, list, accounts, ports)) {
    const result = await hearForAccount(row, list, { account, senders }, now, ports);
    if (result === 'blocked') blocked.push(account);
    found.push(result);
  }
  if (blocked.length > 0) return (await endBlock(row, list, blocked, now, ports)) ? 'taken-off' : 'blocked';
  return found.includes('heard') ? 'heard' : 'known';
}

/** Nothing where the number was taken off just now. */
async function rowOf(
  listed: ListedNumber,
  list: OptOutList,
  now: Instant,
  ports: ListsPorts,
): Promise<Row | undefined> {
  const { recipient, listedAt } = listed;
  // Of lists that we can't change there is nothing to know, if only they say the time.
  const state: ListedState =
    list.takeOff || listedAt === undefined ? await ports.listedNumbers.get(list, recipient) : {};
  const { takenOffAt, putAt } = state;
  const isOld = takenOffAt !== undefined && (listedAt === undefined || listedAt <= takenOffAt);
  if (isOld && Date.parse(now) - Date.parse(takenOffAt) < LISTS_LAG_MS) return undefined;
  const since = listedAt ?? (await ports.listedNumbers.firstSeen(list, recipient, now));
  return { ...listed, since, ours: putAt !== undefined && putAt === listedAt && listed.byRecipient !== true };
}

/** The accounts that a row concerns, each with its senders that the list keeps from texting. */
async function whomItConcerns(
  row: Row,
  list: OptOutList,
  accounts: readonly SendersOfAccount[],
  { senders }: ListsPorts,
): Promise<readonly SendersOfAccount[]> {
  if (list.reach !== 'sender') return accounts;
  const sender = await senders.find(row.sender ?? '');
  const registered = await senders.ofAccount(sender.account);
  const all = registered.some((one) => one.sender === sender.sender) ? registered : [...registered, sender];
  return [{ account: sender.account, senders: sendersUnder({ ...list, sender: sender.sender }, all) }];
}

async function hearForAccount(
  row: Row,
  list: OptOutList,
  { account, senders }: SendersOfAccount,
  now: Instant,
  ports: ListsPorts,
): Promise<Exclude<Found, 'taken-off'>> {
  const recipient = { account, recipient: row.recipient };
  const consent = await ports.consent.read(recipient);
  const isClosed = isClosedFor(consent, list, senders);
  if (row.ours) return isClosed ? 'known' : 'blocked';
  // What changes nothing is still evidence, where the recipient asked for it.
  if (isClosed && row.byRecipient !== true) return 'known';
  if (!isClosed && consent.optIn !== undefined && consent.optIn.at > row.since) return 'blocked';
  const { event, isNew } = await ports.events.keep(toEvent(row, list, { account, senders }, now));
  if (isNew) ports.count('OptOutsInLists');
  if (isClosed) return isNew ? 'heard' : 'known';
  const proof = { at: event.countsFrom, eventId: event.eventId };
  const scopes = scopesClosedByListing({ reach: list.reach, sender: row.sender }, senders, { at: event.countsFrom });
  await Promise.all(scopes.map((scope) => ports.consent.apply(recipient, { kind: 'opt-out', scope, ...proof })));
  // Heard before the opt-in, by a list whose clock is ahead of ours.
  if (consent.optIn !== undefined && consent.optIn.at > event.countsFrom) return 'blocked';
  return 'heard';
}

/** Whether nothing that the list keeps from leaving could leave: for a list of the account also no sender to come. */
function isClosedFor(consent: Consent, { reach }: OptOutList, senders: readonly Sender[]): boolean {
  if (reach === 'account' && refusalFor(consent, [ALL_SENDERS]) !== undefined) return true;
  return senders.length > 0 && senders.every((sender) => refusalFor(consent, scopesOf(sender)) !== undefined);
}

/** The same number on the same list since the same time is the same event. */
function toEvent(
  row: Row,
  { carrier, list }: OptOutList,
  { account, senders }: SendersOfAccount,
  heardAt: Instant,
): ConsentEvent {
  const carrierMessageId = ['list', list, row.sender, row.since].filter((part) => part !== undefined).join('-');
  const [only, ...more] = senders;
  return {
    eventId: eventIdOf(carrier, carrierMessageId),
    account,
    recipient: row.recipient,
    // A list of several senders does not say which of them the recipient left.
    sender: row.sender ?? (only && more.length === 0 ? only.sender : ALL_SENDERS),
    carrier,
    carrierMessageId,
    source: 'carrier-list',
    verdict: 'act',
    intent: 'opt-out',
    rule: `carrier-list:${list}`,
    keyword: row.keyword,
    list,
    listedAt: row.listedAt,
    byRecipient: row.byRecipient,
    heardAt,
    countsFrom: heardAt,
  };
}

/** @returns whether the carrier let us take the number off; if not, that is kept, to be shown */
async function endBlock(
  { recipient, sender, since }: Row,
  list: OptOutList,
  accounts: readonly string[],
  now: Instant,
  { listedNumbers, blocks }: ListsPorts,
): Promise<boolean> {
  const listing = { carrier: list.carrier, list: list.list, reach: list.reach, sender };
  const answer = await list.takeOff?.(recipient);
  if (answer?.kind === 'done') {
    await listedNumbers.takenOff(list, recipient, now);
    for (const account of accounts) await blocks.end({ account, recipient }, listing, now);
    return true;
  }
  const until = answer && (await listedNumbers.refused(list, recipient, now));
  for (const account of accounts) {
    await blocks.record({ account, recipient }, { ...listing, since, until, detail: answer?.detail, seenAt: now });
  }
  return false;
}
