import { QueryCommand } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { Instant, Scope } from '../consent/merge.ts';
import { latestDueSoon, reviewDeadline } from '../consent/review-deadline.ts';
import { LEDGER_TABLE } from '../runtime/topology.ts';
import type { ConsentStore } from './consent-store.ts';
import type { ConsentEvent, EventStore } from './event-store.ts';
import { countsFrom, DECISIONS, type Decision, eventOf, type Review, type ReviewChange, toReview } from './review.ts';
import { type Item, type Key, type Table, toAttributes } from './table.ts';

export interface ReviewStoreOptions {
  readonly events: Pick<EventStore, 'keep'>;
  readonly consent: Pick<ConsentStore, 'apply' | 'applyReviewed'>;
  readonly clock: () => number;
}

/** Who changes a review, and why. */
export interface ChangeInput {
  readonly by: string;
  readonly note?: string | undefined;
  /** The review's turn as they saw it. When it has moved on since, nothing is changed. Any turn, when left out. */
  readonly turn?: number | undefined;
}

/** What came of a change. */
export type ChangeResult =
  /** It is done: now, or by the same call before. */
  | { readonly kind: 'done'; readonly review: Review }
  /** The review was not as this change needs it, most likely because somebody else was faster: here it is as it is. */
  | { readonly kind: 'refused'; readonly review: Review }
  | { readonly kind: 'unknown' };

export interface ReviewPage {
  readonly reviews: readonly Review[];
  /** What to give as `after` to get the next page; absent on the last one. */
  readonly next?: string | undefined;
}

/** `after` was no `next` of a page. */
export class UnknownPage extends Error {
  override readonly name = 'UnknownPage';
}

/** A change that can't be one: its kind is unknown, or nobody answers for it. The message says what is wrong. */
export class WrongChange extends Error {
  override readonly name = 'WrongChange';
}

type Wanted = ChangeInput & Pick<ReviewChange, 'kind' | 'lapsed'>;

/** The longest name of who changes a review, and the longest note: both are kept for ever. */
const MAX_BY = 200;
const MAX_NOTE = 4_000;

/** Accounts that have, or had, reviews. */
const ACCOUNTS = 'reviews';
const ACCOUNT_PREFIX = 'ACCOUNT#';
const { name: INDEX } = LEDGER_TABLE.openReviewsIndex;

/**
 * Messages that may be a wish to be left alone, and what people decided on them.
 *
 * A change is written to the review first, on condition that nobody was faster; then it has its effects: the event that
 * proves it, and consent. Until it has had them, the review is `unsettled` and at the front of the open ones, where the
 * next run of the reviews function finds it: a decision that was taken can't get lost midway.
 */
export class ReviewStore {
  readonly #table: Table;
  readonly #options: ReviewStoreOptions;

  constructor(table: Table, options: ReviewStoreOptions) {
    this.#table = table;
    this.#options = options;
  }

  /**
   * Puts an event up for review, once.
   * @param closes what an opt-out by this message closes
   */
  async request(event: ConsentEvent, closes: readonly Scope[]): Promise<void> {
    const { eventId, account, recipient, sender, text, intent, rule, heardAt } = event;
    const deadline = reviewDeadline(heardAt);
    // First, so that there is never a review of an account that nobody looks after.
    await this.#table.putIfAbsent({ recipient: ACCOUNTS, entry: `${ACCOUNT_PREFIX}${account}`, account });
    await this.#table.putIfAbsent({
      ...keyOf(account, eventId),
      openUntil: deadline,
      reviewId: eventId,
      account,
      number: recipient,
      sender,
      text,
      intent,
      rule,
      heardAt,
      deadline,
      closes,
      optInFrom: intent === 'opt-in' ? event.countsFrom : undefined,
      turn: 0,
    });
  }

  /** The review, as it is now. */
  async get(account: string, reviewId: string): Promise<Review | undefined> {
    const item = await this.#table.get(keyOf(account, reviewId));
    return item && toReview(item);
  }

  /**
   * The open reviews of an account, the one with the oldest deadline first. The list may be a moment behind; a page may
   * be shorter than asked for, even empty, without being the last.
   * @throws UnknownPage when `after` is not the `next` of another page
   */
  async list(
    account: string,
    { limit = 100, after }: { readonly limit?: number; readonly after?: string | undefined } = {},
  ): Promise<ReviewPage> {
    const from = after === undefined ? undefined : fromCursor(account, after);
    const { reviews, next } = await this.#query(account, limit, from);
    return { reviews: reviews.filter(({ unsettled }) => !unsettled), next: next && toCursor(next) };
  }

  /** The accounts that have, or had, reviews. */
  async accounts(): Promise<string[]> {
    const accounts: string[] = [];
    for await (const item of this.#table.partition(ACCOUNTS, ACCOUNT_PREFIX, Number.MAX_SAFE_INTEGER)) {
      accounts.push(String(item.account));
    }
    return accounts;
  }

  /**
   * Pages of the reviews of an account that may be due soon or over, or are unsettled. As they are looked at, those that
   * are settled leave the index.
   */
  async *due(account: string, now: Instant): AsyncGenerator<readonly Review[]> {
    let from: Item | undefined;
    do {
      const { reviews, next } = await this.#query(account, 100, from, latestDueSoon(now));
      yield reviews;
      from = next;
    } while (from);
  }

  /**
   * Decides on a review that is open. The same decision by the same person again changes nothing.
   * @throws WrongChange
   */
  async decide(
    account: string,
    reviewId: string,
    { decision, ...input }: ChangeInput & { readonly decision: Decision },
  ): Promise<ChangeResult> {
    // An unknown one would close the review and nothing else: a wish that was recognised would be lost.
    if (!DECISIONS.includes(decision))
      throw new WrongChange(`there is no decision "${decision}"; there are ${DECISIONS.join(', ')}`);
    return this.#change(account, reviewId, { ...input, kind: decision });
  }

  /**
   * Takes a decision back: the review is open again, and consent is as if there had been none.
   * @throws WrongChange
   */
  async undo(account: string, reviewId: string, input: ChangeInput): Promise<ChangeResult> {
    return this.#change(account, reviewId, { ...input, kind: 'undo' });
  }

  /** Nobody decided in time: takes the message for the opt-out that it may be, unless somebody has changed it since. */
  async lapse({ account, reviewId, turn }: Review): Promise<ChangeResult> {
    return this.#change(account, reviewId, { kind: 'opt-out', by: 'stopgate', turn, lapsed: true });
  }

  /**
   * Makes the latest change of a review have its effects, where it has not had them. Can be repeated, also at once.
   * @returns the review as it is then
   */
  async settle(review: Review): Promise<Review> {
    const { account, reviewId, turn, state, deadline, change } = review;
    if (!review.unsettled || !change) return review;
    const { event } = await this.#options.events.keep(eventOf(review, change));
    const lasting = await this.#changeConsent(review, change, event.eventId);
    const settled = await this.#table.updateAndGet(keyOf(account, reviewId), {
      expression: `SET lasting = :lasting${state === 'open' ? ', openUntil = :until' : ''} REMOVE unsettled${state === 'open' ? '' : ', openUntil'}`,
      condition: 'turn = :turn',
      values: { ':turn': turn, ':lasting': lasting, ...(state === 'open' && { ':until': deadline }) },
    });
    return settled ? toReview(settled) : this.#find(account, reviewId);
  }

  async #change(account: string, reviewId: string, wanted: Wanted): Promise<ChangeResult> {
    checkAuthor(wanted);
    const known = await this.get(account, reviewId);
    if (!known) return { kind: 'unknown' };
    const before = await this.settle(known);
    const review = allows(before, wanted) ? await this.#write(before, wanted) : before;
    if (!isDoneBy(review, wanted)) return { kind: 'refused', review };
    return { kind: 'done', review: await this.settle(review) };
  }

  /** @returns the review with this change, or with that of whoever was faster */
  async #write({ account, reviewId, turn, change }: Review, wanted: Wanted): Promise<Review> {
    const at = new Date(this.#options.clock()).toISOString();
    const { kind, by, note, lapsed } = wanted;
    const undoes = kind === 'undo' ? change?.kind : undefined;
    const changed = await this.#table.updateAndGet(keyOf(account, reviewId), {
      // To the front of the open reviews, until it is settled.
      expression: 'SET turn = :next, #change = :change, unsettled = :true, openUntil = :now',
      condition: 'turn = :turn',
      names: { '#change': 'change' },
      values: {
        ':turn': turn,
        ':next': turn + 1,
        ':change': { kind, by, note, at, undoes, lapsed },
        ':true': true,
        ':now': at,
      },
    });
    return changed ? toReview(changed) : this.#find(account, reviewId);
  }

  /** @returns whether it closed or opened something in a way that can't be undone */
  async #changeConsent(review: Review, change: ReviewChange, eventId: string): Promise<boolean> {
    const { consent } = this.#options;
    const [made, undone] = [changesConsent(change.kind), changesConsent(change.undoes)];
    if (!made && !undone) return false;
    const { reviewId, turn } = review;
    const proof = { at: countsFrom(review, change), eventId };
    const scopes = change.kind === 'opt-out' ? review.closes : [];
    const optsIn = change.kind === 'opt-in' || undefined;
    if (await consent.applyReviewed(review, reviewId, { ...proof, turn, scopes, optsIn })) return false;
    await Promise.all(scopes.map((scope) => consent.apply(review, { kind: 'opt-out', scope, ...proof })));
    if (optsIn) await consent.apply(review, { kind: 'opt-in', ...proof });
    return made;
  }

  async #find(account: string, reviewId: string): Promise<Review> {
    const review = await this.get(account, reviewId);
    if (!review) throw new Error('A review that was there a moment ago is gone from the ledger');
    return review;
  }

  async #query(account: string, limit: number, from?: Item | undefined, until?: Instant) {
    const upTo = until === undefined ? '' : ' AND openUntil <= :until';
    const page = await this.#table.client.send(
      new QueryCommand({
        TableName: this.#table.name,
        IndexName: INDEX,
        KeyConditionExpression: `recipient = :partition${upTo}`,
        ExpressionAttributeValues: toAttributes({ ':partition': partitionOf(account), ':until': until }),
        Limit: limit,
        ExclusiveStartKey: from && toAttributes(from),
      }),
    );
    return {
      reviews: (page.Items ?? []).map((item) => toReview(unmarshall(item))),
      next: page.LastEvaluatedKey && unmarshall(page.LastEvaluatedKey),
    };
  }
}

/** @throws WrongChange where nobody can be held to a change later, or the ledger can't keep what is said about it */
function checkAuthor({ by, note = '' }: Wanted): void {
  if (!by?.trim()) throw new WrongChange('somebody has to answer for it: say by whom it is');
  if (by.length > MAX_BY) throw new WrongChange(`by whom it is may have at most ${MAX_BY} characters`);
  if (note.length > MAX_NOTE) throw new WrongChange(`a note may have at most ${MAX_NOTE} characters`);
}

/** Whether a review is as a change needs it. */
function allows(review: Review, { kind, turn }: Wanted): boolean {
  if (turn !== undefined && turn !== review.turn) return false;
  if (kind === 'undo') return review.state === 'decided' && !review.lasting;
  return review.state === 'open' && (kind !== 'opt-in' || review.intent === 'opt-in');
}

const changesConsent = (kind: ReviewChange['kind'] | undefined): boolean => kind === 'opt-out' || kind === 'opt-in';

/** Whether the latest change of a review is this one. */
function isDoneBy({ change, turn }: Review, wanted: Wanted): boolean {
  if (!change || (wanted.turn !== undefined && turn !== wanted.turn + 1)) return false;
  const { kind, by, note, lapsed } = wanted;
  return change.kind === kind && change.by === by && change.note === note && change.lapsed === lapsed;
}

const partitionOf = (account: string): string => `review#${account}`;
const keyOf = (account: string, reviewId: string): Key => ({
  recipient: partitionOf(account),
  entry: `REVIEW#${reviewId}`,
});

/** Without the account, so that no page leads into those of another one. */
const toCursor = ({ entry, openUntil }: Item): string =>
  Buffer.from(JSON.stringify([openUntil, entry])).toString('base64url');

function fromCursor(account: string, cursor: string): Item {
  try {
    const [openUntil, entry] = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (typeof openUntil === 'string' && typeof entry === 'string' && openUntil && entry)
      return { recipient: partitionOf(account), entry, openUntil };
  } catch {
    // Then it is none of ours.
  }
  throw new UnknownPage('The page to go on from is not one that was given out');
}
