import type { Instant } from '../consent/merge.ts';
import type { Listing } from '../messages/opt-out-list.ts';
import type { RestAnswer } from './rest.ts';

/** A number on a carrier's opt-out list. */
export interface ListedNumber {
  readonly recipient: string;
  /** Since when, where the carrier says so. */
  readonly listedAt?: Instant | undefined;
  /** Whether the recipient asked for it, and not somebody else, where the carrier says so. */
  readonly byRecipient?: boolean | undefined;
  /** The word by which the recipient asked for it, where the carrier says so. */
  readonly keyword?: string | undefined;
  /** The sender that the recipient left, where the list is kept by sender. */
  readonly sender?: string | undefined;
}

export interface ListPage {
  readonly listed: readonly ListedNumber[];
  /** What to ask for the next page with; nothing after the last one. */
  readonly next?: string | undefined;
}

/** What a carrier answers to a change of its list. */
export type ListAnswer<Done = unknown> =
  | ({ readonly kind: 'done' } & Done)
  | { readonly kind: 'refused'; readonly detail: string };

/** A list that a carrier itself keeps of those who are not to be texted. */
export interface OptOutList extends Omit<Listing, 'sender'> {
  /** @throws where the page can't be had */
  read(after?: string): Promise<ListPage>;
  /** Takes a number off; only where we may. A number that is not on the list is done. */
  takeOff?(recipient: string): Promise<ListAnswer>;
  /** Puts a number on; only where we may. Says since when it is on the list, and whether its recipient had asked for it. */
  put?(recipient: string): Promise<ListAnswer<Omit<ListedNumber, 'recipient'>>>;
}

/** The lists of one carrier. */
export interface CarrierLists {
  readonly carrier: string;
  /** @throws where the carrier doesn't say which it has */
  lists(): Promise<readonly OptOutList[]>;
  /** The one on which we put numbers, where the stage names one. */
  readonly own?: OptOutList | undefined;
}

/** A list that is read by a carrier's REST API, as far as it differs from the others'. */
export interface RestOptOutList extends Pick<OptOutList, 'list' | 'reach'> {
  /**
   * The request for a page.
   * @param secret the carrier's secret as it is stored
   * @throws where the secret is not what this carrier needs
   */
  toRequest(
    after: string | undefined,
    secret: unknown,
    apiUrl: string | undefined,
  ): { readonly url: string; readonly headers: Readonly<Record<string, string>> };
  /** What the answer of a success says; nothing where it can't be read. */
  toPage(answer: RestAnswer, after: string | undefined): ListPage | undefined;
}
