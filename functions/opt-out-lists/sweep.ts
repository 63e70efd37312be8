import type { ListPage, OptOutList } from '../../shared/carriers/opt-out-list.ts';
import { safeError } from '../../shared/runtime/logging.ts';
import { type Found, hearListed } from './hear-listed.ts';
import type { ListsPorts, SendersOfAccount } from './ports.ts';

/** What was found on one list. */
export interface Swept {
  readonly carrier: string;
  readonly list: string;
  /** Numbers by what they were. Those that could not be heeded are looked at again by the next sweep. */
  readonly numbers: Readonly<Record<Found | 'failed', number>>;
  /** Whether the list was read to its end; if not, the next run goes on from here. */
  readonly isComplete: boolean;
}

/** Numbers that are worked on at once. */
const AT_ONCE = 20;

/**
 * Goes through a carrier's list, page by page, from where the last sweep was cut off.
 * @throws where a page can't be had, or how far this came can't be written down
 */
export async function sweep(
  list: OptOutList,
  accounts: readonly SendersOfAccount[],
  ports: ListsPorts,
  hasTime: () => boolean,
): Promise<Swept> {
  const numbers = { known: 0, heard: 0, blocked: 0, 'taken-off': 0, failed: 0 };
  let { page, after } = await firstPage(list, ports);
  for (;;) {
    for (let start = 0; start < page.listed.length; start += AT_ONCE) {
      const some = page.listed.slice(start, start + AT_ONCE);
      const results = await Promise.allSettled(some.map((one) => hearListed(one, list, accounts, ports)));
      for (const result of results) {
        numbers[result.status === 'fulfilled' ? result.value : 'failed'] += 1;
        // One number that can't be heeded holds up no other.
        if (result.status === 'rejected')
          ports.logger.error('A number on a carrier’s list could not be heeded', { error: safeError(result.reason) });
      }
    }
    if (page.next !== undefined && page.next === after) throw new Error('A page of the list leads to itself');
    after = page.next;
    await ports.listedNumbers.keepNextPage(list, after);
    if (after === undefined || !hasTime()) break;
    page = await list.read(after);
  }
  return { carrier: list.carrier, list: list.list, numbers, isComplete: after === undefined };
}

async function firstPage(list: OptOutList, { listedNumbers }: ListsPorts): Promise<{ page: ListPage; after?: string }> {
  const after = await listedNumbers.nextPage(list);
  if (after === undefined) return { page: await list.read() };
  try {
    return { page: await list.read(after), after };
  } catch {
    // The carrier may no longer know the page; if it is down, the first one can't be had either.
    return { page: await list.read() };
  }
}
