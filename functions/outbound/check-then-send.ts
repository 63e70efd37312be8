import { setImmediate as nextRoundOfTheLoop } from 'node:timers/promises';
import { type Consent, refusalToSend } from '../../shared/consent/merge.ts';
import type { ConsentStore, RecipientOfAccount } from '../../shared/ledger/consent-store.ts';
import type { Result } from '../../shared/ledger/message-store.ts';
import { isExpired } from '../../shared/messages/outbound-message.ts';
import { backOffMs, type Decision } from '../../shared/messages/outcome.ts';
import { type Logger, safeError } from '../../shared/runtime/logging.ts';
import type { Measure } from '../../shared/runtime/metrics.ts';
import { type DeliveryPorts, deliver, TAKEOVER_MS } from '../../shared/sending/deliver.ts';
import { chooseCarrier } from './choose-carrier.ts';
import type { Job } from './claim-record.ts';
import type { Turn } from './wait-for-turn.ts';

export interface CheckingPorts extends DeliveryPorts {
  readonly consent: Pick<ConsentStore, 'read' | 'readMany' | 'apply'>;
  readonly measure: Measure;
  readonly logger: Logger;
  readonly sleep: (milliseconds: number) => Promise<unknown>;
}

/** What came of a job. */
export type Ending = { readonly job: Job } & (
  | (Extract<Decision, { kind: 'again' }> & { readonly hasTurn?: boolean })
  | { readonly kind: 'done'; readonly status: 'Sent' | 'Unknown'; readonly reason?: never }
  | { readonly kind: 'done'; readonly status: 'Failed'; readonly reason: string }
);

/** A job that comes back. */
type Again = Extract<Ending, { kind: 'again' }>;

/** Consent as it was read: `at` is when the read began, so that its age is never taken for less than it is. */
export interface ConsentRead {
  readonly at: number;
  readonly of: (recipient: RecipientOfAccount) => Consent | undefined;
  /** Lets the jobs of the batch be checked and leave one after the other. */
  readonly inLine: () => Promise<void>;
}

/**
 * The oldest that a read may be when it allows a send: 250 ms, less what a cold function with a part of a processor and
 * new connections may take to let a request leave. Milliseconds.
 */
const MAX_AGE_MS = 100;
/** From this age on, messages of a batch leave one after the other: something is slow, and each checks its read last. */
const AGING_MS = 40;
/** A ledger that can't answer within the age that long will not do so at the next try either. */
const MAX_READS = 3;

/** Lets each carrier of these jobs fetch what its sends need, before consent is read: afterwards nothing may take long. */
export async function prepareCarriers(jobs: readonly Job[], { sendingBy }: CheckingPorts): Promise<void> {
  const carriers = new Set(jobs.map(({ carrier }) => carrier));
  await Promise.all([...carriers].map(async (carrier) => (await sendingBy(carrier))?.prepare?.()));
}

/**
 * Reads the consent of all jobs that do not wait: the others read it after their wait. Where that fails, nobody's consent is
 * known, and nothing is sent.
 */
export async function readConsent(
  jobs: readonly Job[],
  turns: ReadonlyMap<Job, Turn>,
  ports: CheckingPorts,
): Promise<ConsentRead> {
  const at = ports.clock();
  const inLine = createLine();
  const leaving = jobs.filter((job) => leavesBy(turns.get(job), at));
  if (leaving.length === 0) return { at, of: () => undefined, inLine };
  try {
    return { at, of: await ports.consent.readMany(leaving.map(recipientOf)), inLine };
  } catch (error) {
    ports.logger.error('Consent could not be read, so nothing is sent', { error: safeError(error) });
    return { at, of: () => undefined, inLine };
  }
}

/**
 * To begin a request takes a moment of the processor. Were all jobs of a batch checked first and begun then, the last
 * would leave with a read that has aged by all the others.
 */
function createLine(): () => Promise<void> {
  let last = Promise.resolve();
  return () => {
    const before = last;
    last = before.then(() => nextRoundOfTheLoop());
    return before;
  };
}

/**
 * Waits for a job's turn, then sends it if its recipient has not opted out, by a strong read that is fresh when the
 * message leaves.
 */
export async function checkThenSend(job: Job, turn: Turn, consent: ConsentRead, ports: CheckingPorts): Promise<Ending> {
  if (turn.kind === 'not known') return putBack(job, backOff(job, ports), 'no turn could be had', ports);
  const waitMs = Math.max(0, turn.at - ports.clock());
  if (turn.kind === 'comes back')
    return putBack(job, waitMs, 'waits for its turn', ports, { waited: true, turn: turn.at });
  if (waitMs > 0) await ports.sleep(waitMs);
  if (ports.clock() - consent.at > AGING_MS) await consent.inLine();
  const known = await freshConsent(job, turn, consent, ports);
  if (!known) return putBack(job, backOff(job, ports), 'consent could not be read', ports);
  const askedAt = new Date(ports.clock()).toISOString();
  const refusedBy = refusalToSend(known.consent, job.sender, askedAt, job.message.category);
  if (refusedBy) return fail(job, { status: 'Failed', reason: 'OptedOut', refusedBy }, ports);
  if (isExpired(job, ports.clock())) return fail(job, { status: 'Failed', reason: 'Expired' }, ports);
  // Only now, or the one trial after a pause would go to messages that call nobody.
  if (ports.breaker.ask(job.carrier) > 0) return leaveAlone(job, untilAnyCarrier(job, ports), ports);
  const decision = await deliver(job, ports, () => ports.measure('ConsentAge', ports.clock() - known.at));
  return { job, ...decision };
}

/** Whether a job may leave at a moment, in milliseconds since the epoch, without waiting for it. */
const leavesBy = (turn: Turn | undefined, moment: number): boolean => turn?.kind === 'leaves' && turn.at <= moment;

type Known = Pick<ConsentRead, 'at'> & { readonly consent: Consent | undefined };

/**
 * The consent read of the batch; or one of its own for a job that may leave only after that read began, and where the read has
 * become too old meanwhile. Nothing waits after it.
 */
async function freshConsent(
  job: Job,
  turn: Turn,
  batch: ConsentRead,
  ports: CheckingPorts,
): Promise<(Known & { readonly consent: Consent }) | undefined> {
  let known = leavesBy(turn, batch.at)
    ? { at: batch.at, consent: batch.of(recipientOf(job)) }
    : await readOwn(job, ports);
  for (let reads = 0; known.consent && ports.clock() - known.at > MAX_AGE_MS; reads += 1) {
    if (reads === MAX_READS) return undefined;
    known = await readOwn(job, ports);
  }
  const { at, consent } = known;
  return consent && { at, consent };
}

async function readOwn(job: Job, ports: CheckingPorts): Promise<Known> {
  const at = ports.clock();
  return { at, consent: await ports.consent.read(recipientOf(job)).catch(() => undefined) };
}

/**
 * Gives the claim back unused, since it is certain that nothing was sent.
 * @param waiting says that this was no attempt, and with which turn the job comes back
 */
async function putBack(
  job: Job,
  delayMs: number,
  detail: string,
  ports: Pick<CheckingPorts, 'messages'>,
  waiting: { readonly waited?: true; readonly turn?: number | undefined } = {},
): Promise<Again> {
  await ports.messages.record(job.claim, { status: 'Queued', detail, ...waiting });
  return { job, kind: 'again', delayMs, detail, hasTurn: waiting.turn !== undefined };
}

/** Puts a job back whose carrier is left alone. It keeps its turn, but has nothing to come back early for. */
export async function leaveAlone(job: Job, waitMs: number, ports: Pick<CheckingPorts, 'messages'>): Promise<Again> {
  const waiting = { waited: true, turn: job.claim.turn } as const;
  return { ...(await putBack(job, waitMs, 'its carrier is left alone', ports, waiting)), hasTurn: false };
}

/** Another message tries the carrier. A second one is prepared for, and takes over, when the job comes back. */
function untilAnyCarrier({ sender, claim }: Job, { breaker }: CheckingPorts): number {
  const choice = chooseCarrier(sender, claim.attempt, breaker);
  return 'carrier' in choice ? TAKEOVER_MS : choice.waitMs;
}

const backOff = (job: Job, { retryPolicy, random }: CheckingPorts): number =>
  backOffMs(job.claim.attempt, retryPolicy, random());

async function fail(job: Job, result: Extract<Result, { status: 'Failed' }>, ports: CheckingPorts): Promise<Ending> {
  await ports.messages.record(job.claim, result);
  return { job, kind: 'done', status: 'Failed', reason: result.reason };
}

const recipientOf = ({ claim }: Job): RecipientOfAccount => ({ account: claim.account, recipient: claim.to });
