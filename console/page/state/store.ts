import type { LiveEvent } from '../../../local/live-feed.ts';
import { handsetOf } from '../cast.ts';
import type { CarrierState, RememberedBubble, SenderConsent, Totals } from '../wire.ts';
import { nameRecipient, nameScope, nameSender } from '../words.ts';
import { type Activity, addGap, applyToActivity } from './activity.ts';
import { applyToGuide, type Guide, nothingDone } from './guide.ts';
import { addTyped, applyToThreads, loseTyped, noThreads, remember, type Threads } from './threads.ts';

/** By recipient, then by sender. */
export type ConsentBoard = Readonly<Record<string, Readonly<Record<string, SenderConsent>>>>;

export type Connection = 'connecting' | 'open' | 'lost';

/** What the page shows. Each part keeps its identity while it does not change, so that only what changed is drawn anew. */
export interface PageState {
  readonly connection: Connection;
  readonly totals: Totals;
  readonly activity: Activity;
  readonly threads: Threads;
  readonly consent: ConsentBoard;
  /** Why consent can't be read, if so. */
  readonly consentProblem: string | undefined;
  readonly guide: Guide;
  /** The latest news in words, for those who hear the page. */
  readonly announcement: string;
}

/** What a message does in the picture. */
export type FlowSignal = 'sent' | 'refused' | 'failed' | 'unknown' | 'delivered' | 'heard';
export type FlowCounts = Record<FlowSignal, number>;

const initialState: PageState = {
  connection: 'connecting',
  totals: {
    waiting: 0,
    sent: 0,
    delivered: 0,
    undelivered: 0,
    refused: 0,
    failed: 0,
    unknown: 0,
    heard: 0,
    replies: 0,
    deadLetters: 0,
    campaigns: [],
    carriers: [],
  },
  activity: [],
  threads: noThreads,
  consent: {},
  consentProblem: undefined,
  guide: nothingDone,
  announcement: '',
};

/** Beyond these, events are worked in at once instead of with the next frame: a hidden page draws no frames. */
const MOST_PENDING = 2_000;

export interface StoreSurroundings {
  /** Calls back before the next frame, or soon where no frame comes. */
  schedule(callback: () => void): void;
  now(): number;
}

function signalOf(event: LiveEvent): FlowSignal | undefined {
  if (event.type === 'heard') return 'heard';
  if (event.type !== 'outcome' || event.kind !== 'message') return undefined;
  switch (event.status) {
    case 'Sent':
      return 'sent';
    case 'Delivered':
      return 'delivered';
    case 'Failed':
      return event.reason === 'OptedOut' ? 'refused' : 'failed';
    case 'Unknown':
      return 'unknown';
    default:
      return undefined;
  }
}

function announce(event: LiveEvent): string | undefined {
  if (event.type === 'consent' && handsetOf(event.recipient)) {
    const who = nameRecipient(event.recipient);
    return event.change === 'opt-out'
      ? `${who} has opted out of ${nameScope(event.scope ?? '*')}.`
      : `${who} has opted in again.`;
  }
  if (event.type === 'heard' && event.verdict === 'review')
    return `A text of ${nameRecipient(event.recipient)} was put up for review.`;
  if (event.type === 'outcome' && event.kind === 'message' && event.reason === 'OptedOut' && handsetOf(event.to)) {
    return `A message from ${nameSender(event.from)} to ${nameRecipient(event.to)} was refused: opted out.`;
  }
  return undefined;
}

/** Holds what the page shows, and takes in events in batches: at most once per frame, however many come. */
export class Store {
  #state: PageState = initialState;
  #pending: { readonly key: string; readonly event: LiveEvent; readonly fresh: boolean }[] = [];
  #totals: Totals | undefined;
  #scheduled = false;
  readonly #surroundings: StoreSurroundings;
  readonly #listeners = new Set<() => void>();
  readonly #flowListeners = new Set<(counts: FlowCounts) => void>();
  /** Called with recipients whose consent may have changed. */
  onConsentTouched: (recipient: string, account: string) => void = () => {};

  constructor(surroundings: StoreSurroundings) {
    this.#surroundings = surroundings;
  }

  get state(): PageState {
    return this.#state;
  }

  /** In the form that React's `useSyncExternalStore` takes. */
  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** How many messages went which way, at most once per frame. */
  subscribeToFlow(listener: (counts: FlowCounts) => void): () => void {
    this.#flowListeners.add(listener);
    return () => this.#flowListeners.delete(listener);
  }

  /** Takes in an event; `fresh` ones happen now, others happened before the page was opened. */
  take(key: string, event: LiveEvent, fresh: boolean): void {
    this.#pending.push({ key, event, fresh });
    if (this.#pending.length >= MOST_PENDING) this.#flush();
    else this.#schedule();
  }

  takeTotals(totals: Totals): void {
    this.#totals = totals;
    this.#schedule();
  }

  takeGap(missed: number): void {
    this.update({ activity: addGap(this.#state.activity, missed, new Date(this.#surroundings.now()).toISOString()) });
  }

  update(change: Partial<PageState>): void {
    this.#state = { ...this.#state, ...change };
    for (const listener of this.#listeners) listener();
  }

  setConsent(recipient: string, senders: readonly SenderConsent[]): void {
    const bySender = Object.fromEntries(senders.map((sender) => [sender.sender, sender]));
    const { consent } = this.#state;
    this.update({
      consent: { ...consent, [recipient]: { ...consent[recipient], ...bySender } },
      consentProblem: undefined,
    });
  }

  setCarrier(shown: CarrierState): void {
    this.#flush();
    const { totals } = this.#state;
    const carriers = totals.carriers.map((carrier) => (carrier.carrier === shown.carrier ? shown : carrier));
    this.update({ totals: { ...totals, carriers } });
  }

  remember(recipient: string, bubbles: readonly RememberedBubble[]): void {
    this.update({ threads: remember(this.#state.threads, recipient, bubbles) });
  }

  /** A text was typed on a handset. @returns the key under which it is shown */
  type(recipient: string, sender: string, body: string): string {
    const now = this.#surroundings.now();
    const key = `typed ${now} ${body}`;
    const at = new Date(now).toISOString();
    this.update({ threads: addTyped(this.#state.threads, recipient, sender, { key, at, body }) });
    return key;
  }

  lose(recipient: string, sender: string, key: string, carrierMessageId?: string): void {
    this.#flush();
    this.update({ threads: loseTyped(this.#state.threads, recipient, sender, key, carrierMessageId) });
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#surroundings.schedule(() => {
      this.#scheduled = false;
      this.#flush();
    });
  }

  #flush(): void {
    const pending = this.#pending;
    const totals = this.#totals;
    if (pending.length === 0 && !totals) return;
    this.#pending = [];
    this.#totals = undefined;
    let { activity, threads, guide, announcement } = this.#state;
    const counts: FlowCounts = { sent: 0, refused: 0, failed: 0, unknown: 0, delivered: 0, heard: 0 };
    const touched = new Set<string>();
    for (const { key, event, fresh } of pending) {
      activity = applyToActivity(activity, key, event);
      threads = applyToThreads(threads, event);
      guide = applyToGuide(guide, event);
      if (!fresh) continue;
      announcement = announce(event) ?? announcement;
      const signal = signalOf(event);
      if (signal) counts[signal] += 1;
      if (event.type === 'consent' && handsetOf(event.recipient)) touched.add(`${event.recipient} ${event.account}`);
    }
    this.update({ activity, threads, guide, announcement, ...(totals && { totals }) });
    if (Object.values(counts).some((count) => count > 0)) for (const listener of this.#flowListeners) listener(counts);
    for (const key of touched) {
      const [recipient = '', account = ''] = key.split(' ');
      this.onConsentTouched(recipient, account);
    }
  }
}
