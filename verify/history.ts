/**
 * What is known of one recipient from outside, one line for each observation. Judges read nothing else. All times are
 * milliseconds since the epoch, by the one clock of this machine.
 */
export type Line =
  | TextLine
  | QueuedLine
  | AcceptedLine
  | LeftLine
  | DeferredLine
  | StoredLine
  | EventLine
  | ConsentLine
  | MessageLine;

export type Intent = 'opt-out' | 'opt-in' | 'help' | 'none';

/** A carrier called us with what the recipient texted; each delivery of the same text is a line of its own. */
export interface TextLine {
  readonly kind: 'text';
  readonly at: number;
  readonly endedAt: number;
  readonly account: string;
  readonly sender: string;
  readonly eventId: string;
  readonly intent: Intent;
  /** The status of our answer; `published` where SNS took the text for us; `none` where no answer came. */
  readonly answer: number | 'published' | 'none';
  /** Signed with a key that is not the carrier's. */
  readonly forged?: true;
  /** When the carrier says that it was sent. Only of what is published. */
  readonly sentAt?: string;
}

/** SQS took a message from a producer. */
export interface QueuedLine {
  readonly kind: 'queued';
  readonly at: number;
  readonly account: string;
  readonly messageId: string;
  readonly sender: string;
}

/** A line of the simulated carrier's log. */
export interface AcceptedLine {
  readonly kind: 'accepted';
  readonly at: number;
  readonly account: string;
  readonly sender: string;
  /** Its sender and that one's group: who has left any of them gets nothing. */
  readonly scopes: readonly string[];
  readonly carrier: string;
  readonly carrierMessageId: string;
  /** For how long this machine, and not the pipeline, held it up (see `held-up.ts`). */
  readonly heldUpMs: number;
  /** What it was: a producer's message, or a reply of ours. */
  readonly what: { readonly messageId: string } | { readonly reply: Intent };
}

/** At the wire: a request with this message reached the carrier's door, whatever came of it. */
export interface LeftLine {
  readonly kind: 'left';
  readonly at: number;
  readonly messageId: string;
  /** For how long this machine, and not the pipeline, held it up (see `held-up.ts`). */
  readonly heldUpMs: number;
  /** When the same process had last asked for this recipient's consent; never, if not there. */
  readonly consentAskedAt?: number;
}

/** At the wire: the inbound function put a text on its queue, because it could not store it. */
export interface DeferredLine {
  readonly kind: 'deferred';
  readonly at: number;
  readonly eventId: string;
}

/** At the wire: the table took an event, or what it changes of consent. */
export interface StoredLine {
  readonly kind: 'stored';
  readonly at: number;
  readonly what: 'event' | 'consent';
  readonly eventId: string;
  /** Of consent: which scope was closed. */
  readonly scope?: string;
}

/** An event, as the table finally has it. */
export interface EventLine {
  readonly kind: 'event';
  readonly account: string;
  readonly eventId: string;
  readonly sender: string;
  /** The sender and its group: what it closes, if it is an opt-out. */
  readonly scopes: readonly string[];
  readonly intent: Intent;
  readonly verdict: string;
  readonly heardAt: string;
  readonly countsFrom: string;
}

interface Proof {
  readonly at: string;
  readonly eventId: string;
}

/** Consent, as the table finally has it. */
export interface ConsentLine {
  readonly kind: 'consent';
  readonly account: string;
  readonly optIn?: Proof;
  readonly optOuts: Readonly<Record<string, Proof>>;
}

/** A message or a reply, as the table finally has it. */
export interface MessageLine {
  readonly kind: 'message';
  readonly account: string;
  /** A producer's id, or the id of the event that is answered. */
  readonly messageId: string;
  readonly isReply: boolean;
  readonly sender: string;
  /** The sender and its group. */
  readonly scopes: readonly string[];
  readonly status: string;
  readonly reason?: string;
  readonly refusedBy?: { readonly scope: string; readonly since: string; readonly eventId: string };
  readonly carrierMessageId?: string;
  readonly updatedAt: string;
}

/** The histories of all recipients. */
export class History {
  readonly #lines = new Map<string, Line[]>();

  add(recipient: string, line: Line): void {
    const lines = this.#lines.get(recipient);
    if (lines) lines.push(line);
    else this.#lines.set(recipient, [line]);
  }

  of(recipient: string): readonly Line[] {
    return this.#lines.get(recipient) ?? [];
  }

  recipients(): IterableIterator<[string, Line[]]> {
    return this.#lines.entries();
  }
}

/** The lines of one kind. */
export const only = <K extends Line['kind']>(lines: readonly Line[], kind: K): Extract<Line, { kind: K }>[] =>
  lines.filter((line): line is Extract<Line, { kind: K }> => line.kind === kind);

export const isAcknowledged = ({ answer, forged }: TextLine): boolean =>
  !forged && (answer === 'published' || (typeof answer === 'number' && answer >= 200 && answer < 300));

/** What a partition of the ledger is about. */
export function accountAndRecipient(partition: string): { readonly account: string; readonly recipient: string } {
  const cut = partition.indexOf('#');
  return { account: partition.slice(0, cut), recipient: partition.slice(cut + 1) };
}
