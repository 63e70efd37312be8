import { createContext, useContext, useSyncExternalStore } from 'react';
import { ACCOUNTS, HANDSETS } from '../cast.ts';
import { readConsent, readConversation, textSender } from './calls.ts';
import { type LiveConnection, listenLive } from './connection.ts';
import { keepGuide } from './kept-guide.ts';
import { type PageState, Store } from './store.ts';

/** Everything behind the page: the store, the connection that feeds it, and what people do on it. */
export interface PageModel {
  readonly store: Store;
  /** A handset texts a sender. The text shows at once; a failure shows on it. */
  text(recipient: string, sender: string, body: string): Promise<void>;
  retryNow(): void;
}

/** A short outage, as of a reload, is no news. */
const LOST_AFTER_MS = 1_200;
const HIDDEN_BATCH_MS = 250;

function schedule(callback: () => void): void {
  if (document.hidden) window.setTimeout(callback, HIDDEN_BATCH_MS);
  else window.requestAnimationFrame(callback);
}

export function createPageModel(token: string): PageModel {
  const store = new Store({ schedule, now: Date.now });
  const refreshing = new Map<string, number>();

  async function refreshConsent(recipient: string, account: string): Promise<void> {
    const key = `${recipient} ${account}`;
    const turn = (refreshing.get(key) ?? 0) + 1;
    refreshing.set(key, turn);
    try {
      const senders = await readConsent(recipient, account, token);
      // A later question has the later answer.
      if (refreshing.get(key) === turn) store.setConsent(recipient, senders);
    } catch (error) {
      if (refreshing.get(key) === turn) store.update({ consentProblem: (error as Error).message });
    }
  }

  function refreshAll(): void {
    for (const { number } of HANDSETS) {
      for (const account of ACCOUNTS) void refreshConsent(number, account);
      readConversation(number).then(
        (bubbles) => store.remember(number, bubbles),
        () => {},
      );
    }
  }

  store.onConsentTouched = (recipient, account) => void refreshConsent(recipient, account);

  let lostTimer: number | undefined;
  let guideIsKept = false;
  const connection: LiveConnection = listenLive({
    onEvent: (key, event, fresh) => store.take(key, event, fresh),
    onTotals: (totals) => store.takeTotals(totals),
    onGap: (missed) => store.takeGap(missed),
    onOpen(run) {
      window.clearTimeout(lostTimer);
      lostTimer = undefined;
      store.update({ connection: 'open' });
      if (!guideIsKept) keepGuide(store, run);
      guideIsKept = true;
      refreshAll();
    },
    onLost() {
      lostTimer ??= window.setTimeout(() => store.update({ connection: 'lost' }), LOST_AFTER_MS);
    },
    // Another run has another token and an empty memory.
    onOtherRun: () => window.location.reload(),
  });

  return {
    store,
    retryNow: () => connection.retryNow(),
    async text(recipient, sender, body) {
      const key = store.type(recipient, sender, body);
      try {
        const { webhookStatus, carrierMessageId } = await textSender(recipient, sender, body);
        if (webhookStatus !== null && webhookStatus >= 300) store.lose(recipient, sender, key, carrierMessageId);
      } catch {
        store.lose(recipient, sender, key);
      }
    },
  };
}

const ModelContext = createContext<PageModel | undefined>(undefined);
export const ModelProvider = ModelContext.Provider;

export function useModel(): PageModel {
  const model = useContext(ModelContext);
  if (!model) throw new Error('There is no page model around this part');
  return model;
}

/** One part of the state; the component is drawn anew only when that part changes. */
export function usePart<K extends keyof PageState>(part: K): PageState[K] {
  const { store } = useModel();
  return useSyncExternalStore(store.subscribe, () => store.state[part]);
}
