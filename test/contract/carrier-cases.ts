import type { CarrierEvent, WebhookRequest } from '../../shared/carriers/carrier.ts';
import type { Received } from './loopback-carrier.ts';
import type { Refusal } from './outcomes.ts';

/** The recipient, the sender and the carrier's messages that all cases speak of, as we write them. */
export const RECIPIENT = '+12025550170';
export const SENDER = '+12025550100';
export const PUBLIC_URL = 'https://stopgate.example';

/** When the cases' requests are made, unless they say otherwise. */
export const NOW = Date.parse('2026-11-23T12:00:00.000Z');

/** A call of our webhook, as the carrier makes it. */
export interface CallCase {
  readonly what: string;
  readonly request: WebhookRequest;
  /** When it comes in, where that is not `NOW`. */
  readonly now?: number;
}

/** What a request's signature covers: flip a byte of it, and the request is no longer genuine. */
export type Covered = 'body' | 'url' | `header:${string}`;

/**
 * What the contract suite has to know of a carrier: genuine traffic and what it means, and its answers and what they come
 * to. Made up by the carrier's documents, and signed by its own SDK wherever that can sign.
 */
export interface CarrierCases {
  /** As it is stored; the first key signed the calls, and signs ours. */
  readonly secret: unknown;
  /** While a key is replaced: a new one first, and the one that signed the calls second. Nothing where it has one only. */
  readonly rotated?: unknown;
  /** Somebody else's: its keys signed none of the calls. */
  readonly foreign: unknown;
  /** Secrets that lack something, or are none: with them nobody can tell who called. */
  readonly wrongSecrets: readonly unknown[];

  /** Each shape of text, receipt and other call that the carrier makes, and what it says. */
  readonly genuine: readonly (CallCase & { readonly events: readonly CarrierEvent[] })[];
  /** Genuine, but not what the carrier's documents say. */
  readonly unreadable: readonly CallCase[];
  /** Without a signature, with half of one, with one of another scheme, … */
  readonly forged: readonly CallCase[];
  /** The carrier's own fault: it is to come again. */
  readonly again?: readonly CallCase[];
  /** From too long ago, or from the future. None where the carrier gives no time. */
  readonly stale: readonly CallCase[];
  /** As late as the carrier still tries: they are genuine. */
  readonly lateRetries: readonly CallCase[];
  readonly covers: readonly Covered[];

  /** The answer by which it takes a message. */
  readonly accepted: (carrierMessageId: string) => { readonly status: number; readonly body: string };
  /** Answers of success that hold no id of a message. */
  readonly senseless: readonly string[];
  readonly refusals: readonly Refusal[];
  /** What a send says on the wire; the numbers as we write them. `ref` is what a receipt's call gives back. */
  readonly readSend: (received: Received) => { readonly from: string; readonly to: string; readonly body: string };
  /** The call that reports that a message was delivered, made from the send of it as the carrier got it. */
  readonly deliveredAfter: (received: Received, carrierMessageId: string) => WebhookRequest;
}
