/**
 * What consent must come to, by the contract (sections 5 and 6) and the design (section 4): all that was ever said is kept
 * in a list, and every question goes through the whole list. Too slow to run on, and easy to check by eye.
 */

export interface ModelSender {
  readonly sender: string;
  readonly account: string;
  readonly group?: string;
  /** Whether each of its opt-outs reaches the whole account. */
  readonly optOutScope?: 'account';
  /** Whether its STOPALL does. */
  readonly stopAllScope?: 'account';
}

export type Meaning = 'opt-out' | 'opt-in' | 'help' | 'nothing';

/** What a text means under the policy `keyword`. YES is an opt-in for who is opted out, else nothing. */
export const WORDS: Readonly<Record<string, Meaning | 'yes'>> = {
  STOP: 'opt-out',
  ' “stop!” 🛑': 'opt-out',
  Unsubscribe: 'opt-out',
  STOPALL: 'opt-out',
  START: 'opt-in',
  unstop: 'opt-in',
  YES: 'yes',
  HELP: 'help',
  'STOP QUIT': 'nothing',
  'please stop texting me': 'nothing',
  'See you this weekend': 'nothing',
};

/** Something that a recipient said. */
export interface Said {
  readonly id: string;
  readonly meaning: Meaning;
  /** The time that counts. Milliseconds since the epoch. */
  readonly at: number;
  /** Of an opt-out: the scopes that it closes. */
  readonly closes: readonly string[];
  /** Whether it was acknowledged: until then it may or may not have had its effect. */
  readonly acknowledged: boolean;
}

export interface RefusedBy {
  readonly scope: string;
  readonly since: string;
  readonly eventId: string;
}

const scopesOf = ({ sender, group }: ModelSender): string[] => [sender, ...(group ? [`group:${group}`] : [])];

/** The consent of one recipient to the senders of one account. */
export class ConsentModel {
  #said: readonly Said[] = [];

  find(id: string): Said | undefined {
    return this.#said.find((one) => one.id === id);
  }

  /** The first hearing of a thing is the one that counts; hearing it again can only acknowledge it. */
  hear(said: Said): void {
    const known = this.find(said.id);
    const kept = known ? { ...known, acknowledged: known.acknowledged || said.acknowledged } : said;
    this.#said = [...this.#said.filter(({ id }) => id !== said.id), kept];
  }

  /** Whether a sender may text: `either` while it depends on what was said and not yet acknowledged. */
  for(sender: ModelSender): 'open' | 'closed' | 'either' {
    const acknowledged = this.#said.filter((one) => one.acknowledged);
    if (isClosed(sender, acknowledged, this.#said)) return 'closed';
    return isClosed(sender, this.#said, acknowledged) ? 'either' : 'open';
  }

  /**
   * What is on record in the end: of the opt-ins, and of the opt-outs of each scope, the latest; at equal times that with the
   * larger event id. Nothing, while something was not acknowledged.
   */
  onRecord(): Record<string, { at: string; eventId: string }> | undefined {
    if (this.#said.some(({ acknowledged }) => !acknowledged)) return undefined;
    const inOrder = [...this.#said].sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
    return Object.fromEntries(
      inOrder.flatMap(({ id, at, meaning, closes }) => {
        const names = meaning === 'opt-in' ? ['optIn'] : closes.map((scope) => `optOut#${scope}`);
        return names.map((name) => [name, { at: new Date(at).toISOString(), eventId: id }]);
      }),
    );
  }

  /** Whether a refusal names an opt-out that covers the sender, with its time, and no older one of that scope. */
  explains({ scope, since, eventId }: RefusedBy, sender: ModelSender): boolean {
    const named = this.find(eventId);
    if (!named?.closes.includes(scope) || ![...scopesOf(sender), '*'].includes(scope)) return false;
    if (new Date(named.at).toISOString() !== since) return false;
    const acknowledged = this.#said.filter((one) => one.acknowledged);
    const newer = acknowledged.some((one) => one.closes.includes(scope) && one.at > named.at);
    return !newer && named.at >= latestOptIn(acknowledged);
  }
}

const latestOptIn = (said: readonly Said[]): number =>
  Math.max(-Infinity, ...said.filter(({ meaning }) => meaning === 'opt-in').map(({ at }) => at));

/** An opt-out that covers the sender and is not before the latest opt-in: a tie is an opt-out. */
const isClosed = (sender: ModelSender, optOuts: readonly Said[], optIns: readonly Said[]): boolean =>
  optOuts.some(
    ({ closes, at }) => [...scopesOf(sender), '*'].some((scope) => closes.includes(scope)) && at >= latestOptIn(optIns),
  );

/** What an opt-out closes that was texted to this sender, or that its carrier made known. */
export function closedBy(sender: ModelSender, text?: string): string[] {
  const reachesAccount = sender.optOutScope === 'account' || (sender.stopAllScope === 'account' && text === 'STOPALL');
  return [...scopesOf(sender), ...(reachesAccount ? ['*'] : [])];
}

/** An opt-out counts from when we heard it, an opt-in from when it was sent, but never from later than we heard it. */
export const timeThatCounts = (meaning: Meaning, heardAt: number, sentAt = heardAt): number =>
  meaning === 'opt-in' ? Math.min(heardAt, sentAt) : heardAt;
