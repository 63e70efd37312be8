import { createHash } from 'node:crypto';
import { isGroupName, isSender } from '../messages/address.ts';
import { validSender } from '../messages/check-sender.ts';
import {
  type CarrierName,
  type Sender,
  type SenderInput,
  senderSchema,
  unregisteredSender,
} from '../messages/sender.ts';
import type { Item, Table } from './table.ts';

export interface SenderRegisterOptions {
  readonly defaultAccount: string;
  readonly defaultCarrier: CarrierName;
  readonly clock: () => number;
  /** How long a sender's settings may be remembered. Settings only: consent is never remembered. Milliseconds. */
  readonly rememberMs: number;
}

/** The most answers remembered at once, so that made-up senders can't fill the memory. */
const MAX_REMEMBERED = 1_000;

const MAX_ACCOUNTS = 100_000;

/** Who sends: the registered senders of each account, and the defaults for all others. */
export class SenderRegister {
  readonly #table: Table;
  readonly #options: SenderRegisterOptions;
  readonly #remembered = new Map<string, { readonly until: number; readonly answer: Promise<unknown> }>();

  constructor(table: Table, options: SenderRegisterOptions) {
    this.#table = table;
    this.#options = options;
  }

  /**
   * Registers a sender, or changes it.
   *
   * @throws WrongSender with all that is wrong; then nothing is written
   */
  async register(input: SenderInput): Promise<Sender> {
    const sender = validSender(input);
    await this.#table.put({ ...sender, recipient: `sender#${sender.sender}`, entry: 'SENDER' });
    await this.#table.put({ ...sender, recipient: `account#${sender.account}`, entry: `SENDER#${sender.sender}` });
    await this.#table.put({ recipient: 'accounts', entry: `ACCOUNT#${sender.account}`, account: sender.account });
    this.#remembered.clear();
    return sender;
  }

  /** The sender with this address, registered or with the defaults: whom a recipient has answered. */
  async find(address: string): Promise<Sender> {
    return (await this.findRegistered(address)) ?? unregisteredSender(address, this.#defaults);
  }

  /** The sender that is registered with this address, if one is. */
  async findRegistered(address: string): Promise<Sender | undefined> {
    return this.#remember(`sender#${address}`, async () => {
      const item = await this.#table.get({ recipient: `sender#${address}`, entry: 'SENDER' });
      return item && toSender(item);
    });
  }

  /**
   * Who a message is from: a registered sender, a member of the group of that name, or an unregistered sender.
   * A recipient always gets the same member of a group, so that its conversation stays in one place.
   * @returns nothing where `from` is none of these
   */
  async resolve(from: string, to: string, account?: string): Promise<Sender | undefined> {
    const registered = await this.findRegistered(from);
    if (registered) return registered;
    const member = isGroupName(from)
      ? await this.#memberOf(from, to, account ?? this.#options.defaultAccount)
      : undefined;
    return member ?? (isSender(from) ? unregisteredSender(from, this.#defaults) : undefined);
  }

  /** All registered senders of an account, by address. */
  async ofAccount(account: string): Promise<readonly Sender[]> {
    return this.#remember(`account#${account}`, async () => {
      const senders: Sender[] = [];
      for await (const item of this.#table.partition(`account#${account}`, 'SENDER#')) senders.push(toSender(item));
      return senders;
    });
  }

  /** All accounts that have a registered sender, and the default one. */
  async accounts(): Promise<readonly string[]> {
    const accounts = new Set([this.#options.defaultAccount]);
    // Bounded by how many a stage can have, and read once for each sweep of the carriers' lists.
    for await (const { account } of this.#table.partition('accounts', 'ACCOUNT#', MAX_ACCOUNTS)) {
      accounts.add(String(account));
    }
    return [...accounts];
  }

  /** Whether this carrier takes messages of senders that are not registered, who are the default account's. */
  takesUnregistered(carrier: CarrierName, account = this.#options.defaultAccount): boolean {
    return this.#options.defaultCarrier === carrier && this.#options.defaultAccount === account;
  }

  async #memberOf(group: string, to: string, account: string): Promise<Sender | undefined> {
    const members = (await this.ofAccount(account)).filter((sender) => sender.group === group);
    const number = createHash('sha256').update(to).digest().readUInt32BE(0);
    return members[number % members.length];
  }

  async #remember<T>(key: string, read: () => Promise<T>): Promise<T> {
    const { rememberMs, clock } = this.#options;
    const known = this.#remembered.get(key);
    if (known && known.until > clock()) return known.answer as Promise<T>;
    if (this.#remembered.size >= MAX_REMEMBERED) this.#remembered.clear();
    const answer = read();
    this.#remembered.set(key, { until: clock() + rememberMs, answer });
    // A failed read is no answer to remember.
    answer.catch(() => this.#remembered.delete(key));
    return answer;
  }

  get #defaults() {
    return { account: this.#options.defaultAccount, carrier: this.#options.defaultCarrier };
  }
}

const toSender = (item: Item): Sender => senderSchema.parse(item);
