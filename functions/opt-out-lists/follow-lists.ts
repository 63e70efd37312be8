import type { CarrierLists, OptOutList } from '../../shared/carriers/opt-out-list.ts';
import { isRestCarrier } from '../../shared/carriers/registry.ts';
import { sendersUnder } from '../../shared/messages/opt-out-list.ts';
import { safeError } from '../../shared/runtime/logging.ts';
import type { ListsPorts, SendersOfAccount } from './ports.ts';
import { type Put, putOurs } from './put-ours.ts';
import { type Swept, sweep } from './sweep.ts';

/** What one run did. */
export interface Followed {
  readonly swept: readonly Swept[];
  /** Nothing where the stage names no list of its own, or it could not be worked on. */
  readonly put?: Put | undefined;
  /** What could not be done; all else was. */
  readonly failures: readonly { readonly what: string; readonly error: unknown }[];
}

/**
 * Follows the carriers' lists, and lets one follow us: first what the carriers know and we don't, then what we know and they
 * don't. Two runs at once, or one that is cut off and repeated, end in the same state.
 *
 * @param hasTime whether there is time for another page
 */
export async function followLists(ports: ListsPorts, hasTime: () => boolean): Promise<Followed> {
  const swept: Swept[] = [];
  const failures: { what: string; error: unknown }[] = [];
  const attempt = async <T>(what: string, act: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await act();
    } catch (error) {
      failures.push({ what, error });
      ports.logger.error('A carrier’s list could not be followed', { list: what, error: safeError(error) });
      return undefined;
    }
  };

  const accounts = await sendersByAccount(ports);
  let put: Put | undefined;
  for (const carrier of ports.carriers.filter((one) => isUsed(one, accounts, ports))) {
    for (const list of (await attempt(carrier.carrier, () => carrier.lists())) ?? []) {
      const what = `${carrier.carrier} ${list.list}`;
      const done = await attempt(what, () => sweep(list, concerned(list, accounts, ports), ports, hasTime));
      if (!done) continue;
      swept.push(done);
      const { failed } = done.numbers;
      if (failed > 0) failures.push({ what, error: new Error(`${failed} numbers could not be heeded`) });
    }
    const { own } = carrier;
    if (own) put = await attempt(`${own.carrier} ${own.list}, putting`, () => putInto(own, accounts, ports, hasTime));
  }
  return { swept, put, failures };
}

const putInto = (own: OptOutList, accounts: readonly SendersOfAccount[], ports: ListsPorts, hasTime: () => boolean) =>
  putOurs(own, concerned(own, accounts, ports), ports, hasTime);

async function sendersByAccount({ senders }: ListsPorts): Promise<readonly SendersOfAccount[]> {
  const accounts = await senders.accounts();
  return Promise.all(accounts.map(async (account) => ({ account, senders: await senders.ofAccount(account) })));
}

/** AWS's lists are there whether or not somebody sends through AWS; who doesn't need not be allowed to read them. */
function isUsed({ carrier }: CarrierLists, accounts: readonly SendersOfAccount[], { senders }: ListsPorts): boolean {
  if (isRestCarrier(carrier) || senders.takesUnregistered(carrier)) return true;
  return accounts.some((one) => one.senders.some((by) => by.carrier === carrier || by.secondCarrier === carrier));
}

/** The accounts whose senders a list keeps from texting, with those senders. */
function concerned(
  list: OptOutList,
  accounts: readonly SendersOfAccount[],
  { senders: register }: ListsPorts,
): readonly SendersOfAccount[] {
  // Each row of such a list names its sender.
  if (list.reach === 'sender') return accounts;
  const reached = accounts.map(({ account, senders }) => ({ account, senders: sendersUnder(list, senders) }));
  // Unregistered senders, of which nobody knows the names, belong to the default account.
  const hasOthers = (account: string) => list.reach === 'account' && register.takesUnregistered(list.carrier, account);
  return reached.filter(({ account, senders }) => senders.length > 0 || hasOthers(account));
}
