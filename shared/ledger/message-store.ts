import { createHash, randomUUID } from 'node:crypto';
import type { Refusal } from '../consent/merge.ts';
import type { MessageKind, MessageRef } from '../messages/message-ref.ts';
import type { Category } from '../messages/outbound-message.ts';
import { type FailureReason, isFinal, type Status, statusesBefore } from '../messages/status.ts';
import { type Item, type Key, recipientKey, type Table } from './table.ts';

/** A message as the ledger keeps it: what came of it, never its text. */
export interface MessageRecord extends MessageRef {
  readonly from: string;
  readonly category: Category;
  readonly campaignId?: string | undefined;
  readonly status: Status;
  readonly reason?: FailureReason | undefined;
  readonly refusedBy?: Refusal | undefined;
  /** The carrier's own code where it refused, or what is known where its answer never came. */
  readonly detail?: string | undefined;
  readonly carrier?: string | undefined;
  readonly carrierMessageId?: string | undefined;
  /** Attempts made so far. */
  readonly attempt: number;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** The right to send one message, once. Nobody else sends it while, or after, somebody holds it. */
export interface Claim extends MessageRef {
  readonly claimId: string;
  readonly attempt: number;
  readonly from: string;
  readonly campaignId?: string | undefined;
  /** The turn that was reserved for it when it was put back, in milliseconds since the epoch. */
  readonly turn?: number | undefined;
}

export type ClaimResult = { readonly kind: 'claimed'; readonly claim: Claim } | NotClaimed;

export type NotClaimed =
  /** Somebody else is sending it right now, or did and its outcome is not known yet. */
  | { readonly kind: 'busy' }
  /** Its story has ended, or is a carrier's to continue: there is nothing left to do. */
  | { readonly kind: 'settled'; readonly status: Status }
  /** A claim had run out: whoever held it may have sent the message, so it became `Unknown` and stays unsent. */
  | { readonly kind: 'abandoned' };

/** What a claimed message is, beside which one. */
export interface MessageFacts {
  readonly from: string;
  readonly category: Category;
  readonly campaignId?: string | undefined;
  readonly carrier?: string | undefined;
}

/** A message with what only its claim is about. */
export interface FoundMessage extends MessageRecord {
  readonly claimId: string;
  readonly claimUntil: number;
  /** Whether the last attempt only waited, and so was none. */
  readonly waited: boolean;
  readonly turn?: number | undefined;
}

/** How a claimed message ended, or that it will be tried again. */
export type Result =
  | { readonly status: 'Sent'; readonly carrierMessageId: string; readonly carrier?: string }
  | { readonly status: 'Unknown'; readonly detail: string; readonly carrier?: string }
  /** To be tried again. Where it only waited for something, that was no attempt; where it has a turn, it keeps it. */
  | { readonly status: 'Queued'; readonly detail: string; readonly waited?: true; readonly turn?: number | undefined }
  | {
      readonly status: 'Failed';
      readonly reason: FailureReason;
      readonly refusedBy?: Refusal | undefined;
      readonly detail?: string | undefined;
    };

/** Shards of a campaign's failures in the index: a thousand writes a second each, so no campaign throttles the table. */
export const FAILURE_SHARDS = 8;

const PREFIXES: Readonly<Record<MessageKind, string>> = { message: 'MESSAGE#', reply: 'REPLY#' };

export interface MessageStoreOptions {
  readonly clock: () => number;
  /** How long a claim is good for. Longer than a function may run. Milliseconds. */
  readonly claimMs: number;
  /** Days after which a message is forgotten, and with it that its id was used. Never, when not set. */
  readonly retentionDays?: number | undefined;
}

/**
 * Messages: claimed before they are sent, so that none is sent twice, and recorded after.
 *
 * ```
 *   A: claim ── wait ── consent ── carrier ── record          (the claim is A's for `claimMs`)
 *   B:   busy ─────────────────────────────── settled
 *   A: claim ── wait ── consent ── carrier ── ✗ killed
 *   B:   busy ────────────────────────── claim runs out ── Unknown, not sent again
 * ```
 */
export class MessageStore {
  readonly #table: Table;
  readonly #options: MessageStoreOptions;

  constructor(table: Table, options: MessageStoreOptions) {
    this.#table = table;
    this.#options = options;
  }

  /** Claims a message that nobody has claimed, or takes over one that waits for another attempt. */
  async claim(ref: MessageRef, facts: MessageFacts, seenBefore = false): Promise<ClaimResult> {
    const claimId = randomUUID();
    const now = this.#options.clock();
    const item = {
      ...this.#newItem(ref, facts, now),
      status: 'Sending' satisfies Status,
      attempt: 1,
      claimId,
      claimUntil: now + this.#options.claimMs,
    };
    // SQS says when it has delivered a message before: then the failing write is spared.
    if (!seenBefore && (await this.#table.putIfAbsent(item))) return claimed(ref, facts, claimId, 1);
    const found = await this.find(ref);
    if (!found) return seenBefore ? this.claim(ref, facts) : { kind: 'busy' };
    if (found.status === 'Queued') return this.#takeOver(ref, facts, claimId, found);
    return this.#leave(ref, found, now);
  }

  /** Leaves a message that is not ours to send as it is, unless its claim has run out. */
  async #leave(ref: MessageRef, { status, claimUntil, claimId }: FoundMessage, now: number): Promise<NotClaimed> {
    if (status !== 'Sending') return { kind: 'settled', status };
    if (claimUntil > now) return { kind: 'busy' };
    return this.#abandon(ref, claimId);
  }

  async #takeOver(
    ref: MessageRef,
    facts: MessageFacts,
    claimId: string,
    found: Pick<FoundMessage, 'attempt' | 'turn' | 'waited'>,
  ): Promise<ClaimResult> {
    const now = this.#options.clock();
    const attempt = found.waited ? found.attempt : found.attempt + 1;
    // The facts may be others this time: the group has other members, or another producer has used the same id.
    const { from, category, carrier, campaignId } = facts;
    const all = Object.entries({ from, category, carrier, campaignId });
    const set = all.filter(([, value]) => value !== undefined).map(([name]) => `#${name} = :${name}`);
    const gone = all.filter(([, value]) => value === undefined).map(([name]) => `#${name}`);
    const took = await this.#table.update(keyOf(ref), {
      expression: `SET #status = :sending, claimId = :claim, claimUntil = :until, attempt = :attempt, updatedAt = :now, ${set.join(', ')} REMOVE ${['turn', 'waited', ...gone].join(', ')}`,
      condition: '#status = :queued AND attempt = :previous',
      names: { '#status': 'status', ...Object.fromEntries(all.map(([name]) => [`#${name}`, name])) },
      values: {
        ...Object.fromEntries(all.map(([name, value]) => [`:${name}`, value])),
        ':sending': 'Sending' satisfies Status,
        ':queued': 'Queued' satisfies Status,
        ':claim': claimId,
        ':until': now + this.#options.claimMs,
        ':attempt': attempt,
        ':previous': found.attempt,
        ':now': toInstant(now),
      },
    });
    return took ? claimed(ref, facts, claimId, attempt, found.turn) : { kind: 'busy' };
  }

  async #abandon(ref: MessageRef, claimId: string): Promise<NotClaimed> {
    const abandoned = await this.#settle(ref, claimId, { status: 'Unknown', detail: 'claim ran out' });
    return abandoned ? { kind: 'abandoned' } : { kind: 'busy' };
  }

  /**
   * Writes down what came of a claimed message.
   * @returns false where somebody else has moved it on meanwhile (a receipt, say): then that stands
   */
  async record(claim: Claim, result: Result): Promise<boolean> {
    return this.#settle(claim, claim.claimId, result, claim.campaignId);
  }

  async #settle(ref: MessageRef, claimId: string, result: Result, campaignId?: string): Promise<boolean> {
    const { status, ...details } = result;
    const attributes: Item = { ...details, status, updatedAt: toInstant(this.#options.clock()) };
    if (result.status === 'Failed') Object.assign(attributes, failureKeys(ref, campaignId, result.reason));
    return this.#transition(ref, status, attributes, { condition: 'claimId = :claim', values: { ':claim': claimId } });
  }

  /**
   * Records that a message can never be sent, without a claim: it is nobody's to send. Where a message with this id is
   * known and does not wait for another attempt, that stands.
   */
  async recordFailure(
    ref: MessageRef,
    facts: MessageFacts,
    reason: FailureReason,
  ): Promise<{ readonly kind: 'recorded' } | NotClaimed> {
    const now = this.#options.clock();
    const failure: Item = {
      ...failureKeys(ref, facts.campaignId, reason),
      status: 'Failed' satisfies Status,
      reason,
      updatedAt: toInstant(now),
    };
    const isNew = await this.#table.putIfAbsent({ ...this.#newItem(ref, facts, now), attempt: 0, ...failure });
    const waiting = { condition: '#status = :waiting', values: { ':waiting': 'Queued' satisfies Status } };
    if (isNew || (await this.#transition(ref, 'Failed', failure, waiting))) return { kind: 'recorded' };
    const found = await this.find(ref);
    // Somebody may have sent it before it could not be sent any more, and died: that must not stay unsaid.
    return found ? this.#leave(ref, found, now) : { kind: 'busy' };
  }

  /**
   * Moves a message on by a carrier's receipt.
   * @returns the message as it is afterwards, or nothing where it is unknown or may not take that status any more
   */
  async settleByReceipt(
    ref: MessageRef,
    status: Status,
    carrierMessageId: string,
    detail?: string,
  ): Promise<MessageRecord | undefined> {
    const attributes = { status, carrierMessageId, detail, updatedAt: toInstant(this.#options.clock()) };
    const update = this.#transitionUpdate(status, attributes);
    const item = await this.#table.updateAndGet(keyOf(ref), {
      ...update,
      // Not every carrier signs the address in which the message is named.
      condition: `${update.condition} AND (attribute_not_exists(carrierMessageId) OR carrierMessageId = :receiptOf)`,
      values: { ...update.values, ':receiptOf': carrierMessageId },
    });
    return item && toMessageRecord(item);
  }

  /** The message, by a strongly consistent read. */
  async find(ref: MessageRef): Promise<FoundMessage | undefined> {
    const item = await this.#table.get(keyOf(ref));
    if (!item) return undefined;
    const { claimId, claimUntil, waited, turn } = item;
    return {
      ...toMessageRecord(item),
      claimId: String(claimId),
      claimUntil: Number(claimUntil ?? 0),
      waited: waited === true,
      turn: turn === undefined ? undefined : Number(turn),
    };
  }

  #transition(ref: MessageRef, next: Status, attributes: Item, extra: { condition: string; values: Item }) {
    const update = this.#transitionUpdate(next, attributes);
    return this.#table.update(keyOf(ref), {
      ...update,
      condition: `${update.condition} AND ${extra.condition}`,
      values: { ...update.values, ...extra.values },
    });
  }

  /** An update that holds only from a status that may stand before the next one. */
  #transitionUpdate(next: Status, attributes: Item) {
    const set = Object.entries(attributes).filter(([, value]) => value !== undefined);
    const before = statusesBefore(next);
    return {
      expression: `SET ${set.map((_, index) => `#a${index} = :a${index}`).join(', ')}${isFinal(next) ? ' REMOVE claimUntil' : ''}`,
      condition: `#status IN (${before.map((_, index) => `:b${index}`).join(', ')})`,
      names: { '#status': 'status', ...Object.fromEntries(set.map(([name], index) => [`#a${index}`, name])) },
      values: {
        ...Object.fromEntries(set.map(([, value], index) => [`:a${index}`, value])),
        ...Object.fromEntries(before.map((status, index) => [`:b${index}`, status])),
      },
    };
  }

  #newItem(ref: MessageRef, facts: MessageFacts, now: number): Key & Item {
    const { retentionDays } = this.#options;
    return {
      ...keyOf(ref),
      from: facts.from,
      category: facts.category,
      campaignId: facts.campaignId,
      carrier: facts.carrier,
      createdAt: toInstant(now),
      updatedAt: toInstant(now),
      ...(retentionDays && { removeAfter: Math.ceil(now / 1_000) + retentionDays * 86_400 }),
    };
  }
}

const claimed = (
  ref: MessageRef,
  facts: MessageFacts,
  claimId: string,
  attempt: number,
  turn?: number,
): ClaimResult => ({
  kind: 'claimed',
  claim: { ...ref, claimId, attempt, from: facts.from, campaignId: facts.campaignId, turn },
});

const keyOf = ({ account, to, kind, messageId }: MessageRef): Key => ({
  recipient: recipientKey(account, to),
  entry: `${PREFIXES[kind]}${messageId}`,
});

/** The keys by which the failures of a campaign are listed. A message without a campaign stays out of the index. */
function failureKeys(ref: MessageRef, campaignId: string | undefined, reason: FailureReason): Item {
  if (campaignId === undefined) return {};
  const shard = createHash('sha256').update(`${ref.messageId}#${ref.to}`).digest()[0] ?? 0;
  return {
    failureShard: `${ref.account}#${campaignId}#${shard % FAILURE_SHARDS}`,
    failure: `${reason}#${ref.messageId}`,
  };
}

const toInstant = (milliseconds: number): string => new Date(milliseconds).toISOString();

export const messageKindOf = (item: Item): MessageKind | undefined =>
  (Object.keys(PREFIXES) as MessageKind[]).find((kind) => String(item.entry).startsWith(PREFIXES[kind]));

export function toMessageRecord(item: Item): MessageRecord {
  const kind = messageKindOf(item);
  if (!kind) throw new Error('An item of the ledger that was taken for a message is none');
  const partition = String(item.recipient);
  // An account's name has no '#'; what a producer gave as a recipient might.
  const cut = partition.indexOf('#');
  const known = item as unknown as MessageRecord;
  return {
    kind,
    account: partition.slice(0, cut),
    to: partition.slice(cut + 1),
    messageId: String(item.entry).slice(PREFIXES[kind].length),
    from: known.from,
    category: known.category,
    campaignId: known.campaignId,
    status: known.status,
    reason: known.reason,
    refusedBy: known.refusedBy,
    detail: known.detail,
    carrier: known.carrier,
    carrierMessageId: known.carrierMessageId,
    attempt: Number(known.attempt),
    createdAt: known.createdAt,
    updatedAt: known.updatedAt,
  };
}
