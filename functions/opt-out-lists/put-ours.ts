import type { OptOutList } from '../../shared/carriers/opt-out-list.ts';
import { refusalFor, scopesOf } from '../../shared/consent/merge.ts';
import type { ListsPorts, SendersOfAccount } from './ports.ts';

/** What came of our opt-outs on the carrier's list. */
export interface Put {
  readonly put: number;
  /** The carrier does not take these numbers. */
  readonly refused: number;
  readonly isComplete: boolean;
}

/**
 * Puts recipients on the carrier's list whose consent has changed since the last run: those to whom none of the senders that use the
 * list may text. Whoever may still be texted by one of them must not be on it.
 * @throws where the carrier or the ledger fails; then the next run goes on from there
 */
export async function putOurs(
  list: OptOutList,
  accounts: readonly SendersOfAccount[],
  ports: ListsPorts,
  hasTime: () => boolean,
): Promise<Put> {
  let [put, refused] = [0, 0];
  const isComplete = await ports.consentChanges.workOff(async (numbers) => {
    for (const recipient of numbers) {
      if (!(await isClosedToAll(recipient, accounts, ports))) continue;
      const answer = await list.put?.(recipient);
      if (answer?.kind === 'refused') refused += 1;
      if (answer?.kind !== 'done') continue;
      put += 1;
      // Later this row is known for ours by its time. One that the recipient asked for is not ours.
      if (answer.listedAt && answer.byRecipient !== true)
        await ports.listedNumbers.put(list, recipient, answer.listedAt);
    }
  }, hasTime);
  return { put, refused, isComplete };
}

async function isClosedToAll(recipient: string, accounts: readonly SendersOfAccount[], { consent }: ListsPorts) {
  for (const { account, senders } of accounts) {
    const known = await consent.read({ account, recipient });
    if (senders.some((sender) => refusalFor(known, scopesOf(sender)) === undefined)) return false;
  }
  return accounts.length > 0;
}
