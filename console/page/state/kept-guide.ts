import type { Guide } from './guide.ts';
import type { Store } from './store.ts';

const KEY = 'stopgate-guide';

/**
 * Remembers the steps done for this tab and this run of the pipeline, since a large campaign washes them out of the live feed's
 * memory.
 */
export function keepGuide(store: Store, run: string): void {
  try {
    const kept = JSON.parse(window.sessionStorage.getItem(KEY) ?? '{}') as { run?: string; guide?: Guide };
    if (kept.run === run && kept.guide) store.update({ guide: kept.guide });
  } catch {
    // Without storage the guide starts anew with each load; nothing else depends on it.
  }
  let saved = store.state.guide;
  store.subscribe(() => {
    if (store.state.guide === saved) return;
    saved = store.state.guide;
    try {
      window.sessionStorage.setItem(KEY, JSON.stringify({ run, guide: saved }));
    } catch {
      // As above.
    }
  });
}
