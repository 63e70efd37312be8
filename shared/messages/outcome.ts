import type { FailureReason } from './status.ts';

/**
 * What came of handing a message to a carrier: a closed set that each carrier's answers are turned into.
 * `detail` is the carrier's own code, never a text that may hold a number.
 */
export type Outcome =
  | { readonly kind: 'accepted'; readonly carrierMessageId: string }
  /** `reach` is how far the carrier's own opt-out goes, where that is further than the sender. */
  | { readonly kind: 'rejected'; readonly because: Rejection; readonly detail: string; readonly reach?: 'account' }
  /** Certainly not sent, and worth another attempt; `retryAfterMs` is the carrier's hint, a day at most. */
  | {
      readonly kind: 'later';
      readonly because: 'throttled' | 'transient';
      readonly detail: string;
      readonly retryAfterMs?: number;
    }
  /** The carrier may or may not have taken it: its answer never came. */
  | { readonly kind: 'unknown'; readonly detail: string };

export type Rejection =
  | 'opted-out'
  | 'blocked'
  | 'invalid-destination'
  | 'bad-content'
  | 'misconfigured'
  | 'over-quota';

/** What the outbound path does next. There is no third way beside done and again. */
export type Decision =
  | { readonly kind: 'done'; readonly status: 'Sent'; readonly carrierMessageId: string }
  | { readonly kind: 'done'; readonly status: 'Unknown'; readonly detail: string }
  | {
      readonly kind: 'done';
      readonly status: 'Failed';
      readonly reason: FailureReason;
      readonly detail: string;
      readonly reach?: 'account';
    }
  | { readonly kind: 'again'; readonly delayMs: number; readonly detail: string };

const REASON_OF: Readonly<Record<Exclude<Rejection, 'over-quota'>, FailureReason>> = {
  'opted-out': 'OptedOut',
  blocked: 'CarrierBlocked',
  'invalid-destination': 'InvalidDestination',
  'bad-content': 'InvalidMessage',
  misconfigured: 'CarrierRejected',
};

/** How often and how slowly a message is tried again. */
export interface RetryPolicy {
  /** Attempts in all, the first included; at least 1. */
  readonly maxAttempts: number;
  /** The first wait, doubled for each further attempt. Milliseconds. */
  readonly baseDelayMs: number;
  /** The longest wait of our own. A carrier's hint may be longer. Milliseconds. */
  readonly maxDelayMs: number;
}

export const DEFAULT_RETRY_POLICY: RetryPolicy = { maxAttempts: 8, baseDelayMs: 2_000, maxDelayMs: 15 * 60_000 };

/** A spent quota (a month's spending limit, a daily cap) does not come back within seconds. */
const OVER_QUOTA_DELAY_MS = 15 * 60_000;

/**
 * Turns an outcome into what to do.
 * @param attempt the attempt just made, from 1
 * @param random a number from 0 (included) to 1 (not), for the jitter that keeps a batch from coming back at once
 */
export function decide(outcome: Outcome, attempt: number, policy: RetryPolicy, random: number): Decision {
  switch (outcome.kind) {
    case 'accepted':
      return { kind: 'done', status: 'Sent', carrierMessageId: outcome.carrierMessageId };
    case 'unknown':
      return { kind: 'done', status: 'Unknown', detail: outcome.detail };
    case 'rejected':
      if (outcome.because === 'over-quota')
        return again(Math.min(OVER_QUOTA_DELAY_MS, policy.maxDelayMs), outcome.detail, attempt, policy);
      return {
        kind: 'done',
        status: 'Failed',
        reason: REASON_OF[outcome.because],
        detail: outcome.detail,
        ...(outcome.reach && { reach: outcome.reach }),
      };
    case 'later': {
      // Never shortened: whoever calls earlier than a carrier has asked for is throttled for longer.
      const hint = outcome.retryAfterMs ?? 0;
      return again(Math.max(hint, backOffMs(attempt, policy, random)), outcome.detail, attempt, policy);
    }
  }
}

function again(delayMs: number, detail: string, attempt: number, policy: RetryPolicy): Decision {
  if (attempt >= policy.maxAttempts) return { kind: 'done', status: 'Failed', reason: 'RetriesExhausted', detail };
  return { kind: 'again', delayMs, detail };
}

/**
 * Exponential back-off with "equal jitter": half of the wait is fixed, half is random, so that waits neither bunch
 * together nor shrink to nothing. Milliseconds.
 */
export function backOffMs(attempt: number, policy: RetryPolicy, random: number): number {
  const ceiling = Math.min(policy.baseDelayMs * 2 ** (attempt - 1), policy.maxDelayMs);
  return Math.round(ceiling / 2 + (ceiling / 2) * random);
}
