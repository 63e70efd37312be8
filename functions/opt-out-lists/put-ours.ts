import type { OptOutList } from '../../shared/carriers/opt-out-list.ts';
import { refusalFor, scopesOf } from '../../shared/consent/merge.ts';
import { mayBeTakenOffAgainAt } from '../../shared/ledger/listed-numbers.ts';
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
 * list may text. Whoever may still be texted by one of them must not be on it. Whoever may not be put on it yet comes up again.
 * @throws where the carrier or the ledger fails; then the next run goes on from there
 */
export async function putOurs(
  list: OptOutList,
  accounts: readonly SendersOfAccount[],
  ports: ListsPorts,
  hasTime: () => boolean,
): Promise<Put> {
  const counts = { put: 0, refused: 0, none: 0 };
  const isComplete = await ports.consentChanges.workOff(async (numbers) => {
    for (const recipient of numbers) counts[await putOne(recipient, list, accounts, ports)] += 1;
  }, hasTime);
  return { put: counts.put, refused: counts.refused, isComplete };
}

async function putOne(
  recipient: string,
  list: OptOutList,
  accounts: readonly SendersOfAccount[],
  ports: ListsPorts,
): Promise<'put' | 'refused' | 'none'> {
  if (!(await isClosedToAll(recipient, accounts, ports))) return 'none';
  const { takenOffAt, putAt } = await ports.listedNumbers.get(list, recipient);
  const now = new Date(ports.clock()).toISOString();
  // It could not be taken off a second time, should the recipient come back. The ledger alone refuses until it could.
  const from = takenOffAt === undefined ? now : mayBeTakenOffAgainAt(takenOffAt);
  if (now < from) {
    await ports.consentChanges.bringUpAgain(recipient, from);
    return 'none';
  }
  const answer = await list.put?.(recipient);
  if (answer?.kind === 'refused') return 'refused';
  // What the recipient asked for was there before, and is not ours.
  if (!answer?.listedAt || answer.byRecipient === true || answer.listedAt === putAt) return 'none';
  // By its time the row is later known for ours.
  await ports.listedNumbers.put(list, recipient, answer.listedAt);
  return 'put';
}

async function isClosedToAll(recipient: string, accounts: readonly SendersOfAccount[], { consent }: ListsPorts) {
  for (const { account, senders } of accounts) {
    const known = await consent.read({ account, recipient });
    if (senders.some((sender) => refusalFor(known, scopesOf(sender)) === undefined)) return false;
  }
  return accounts.length > 0;
}
