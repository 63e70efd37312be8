import { UnreadableEvent } from './carrier.ts';

/**
 * What each element of a batch says. One that can't be read does not take the others with it.
 * @throws UnreadableEvent where nothing was read, and something could not be
 */
export function readEach<T>(batch: readonly unknown[], read: (element: unknown) => readonly T[]): T[] {
  const all: T[] = [];
  let unreadable: UnreadableEvent | undefined;
  for (const element of batch) {
    try {
      all.push(...read(element));
    } catch (error) {
      if (!(error instanceof UnreadableEvent)) throw error;
      unreadable = error;
    }
  }
  if (unreadable && all.length === 0) throw unreadable;
  return all;
}
