import type { SQSRecord } from 'aws-lambda';
import { MOST_LATE_MS, type WaitingRoom } from '../../shared/ledger/waiting-room.ts';
import { type OutboundMessage, parseOutboundMessage } from '../../shared/messages/outbound-message.ts';
import { quietUntil } from '../../shared/messages/quiet-hours.ts';
import type { Sender } from '../../shared/messages/sender.ts';
import type { Queue } from '../../shared/runtime/queue.ts';
import { ComeBackLater } from '../../shared/runtime/sqs-handler.ts';

export interface HoldingPorts {
  readonly waitingRoom: Pick<WaitingRoom, 'keep'>;
  readonly queue: Pick<Queue, 'comeBackAfter'>;
  /** The receives after which a message becomes a dead letter. */
  readonly maxReceives: number;
  readonly clock: () => number;
}

/** A wait on the queue up to here; a longer one in the waiting room, where any number can wait. Milliseconds. */
const LONGEST_ON_QUEUE_MS = MOST_LATE_MS + 60_000;
/** From this part of the receives on that a message has, any wait is spent in the waiting room: it comes back as a new one. */
const RECEIVES_ON_QUEUE = 1 / 3;

/**
 * When a message may leave, by the quiet hours of its sender; undefined: now. Infinity: never, because the hours leave no gap.
 * Transactional messages do not wait.
 */
export function quietHoursEnd(message: OutboundMessage, sender: Sender, now: number): number | undefined {
  if (sender.quietHours === undefined || message.category === 'transactional') return undefined;
  return quietUntil(sender.quietHours, message.to, now);
}

/**
 * Lets a message come back after a while. It returns once the message waits elsewhere, so that the queue may forget it.
 * What has come back often already waits two to four minutes at least.
 * @param hasTurn comes back some minutes early, and waits the rest on the queue, to the second. Others may come late: were all
 *   who wait for the morning to come early, the queue would have to hide them all
 * @param detail why it waits, as it is told of a dead letter
 * @throws ComeBackLater where the queue is to keep it
 */
export async function holdBack(
  record: SQSRecord,
  delayMs: number,
  ports: HoldingPorts,
  { hasTurn = false, detail = '' } = {},
): Promise<void> {
  // Waiting is no failure, however often: the last receives are for what does fail.
  const receives = Number(record.attributes.ApproximateReceiveCount);
  if (delayMs > LONGEST_ON_QUEUE_MS || receives >= ports.maxReceives * RECEIVES_ON_QUEUE) {
    const until = ports.clock() + delayMs - (hasTurn ? MOST_LATE_MS : 0);
    await ports.waitingRoom.keep(record.messageId, withoutTheUnknown(record.body), until);
    return;
  }
  // If this fails, the message comes back all the same, when the queue's own time has passed.
  await ports.queue.comeBackAfter(record, delayMs);
  throw new ComeBackLater(detail);
}

/** Fields that we do not know could be of any size. */
function withoutTheUnknown(body: string): string {
  const parsed = parseOutboundMessage(body);
  return parsed.ok ? JSON.stringify(parsed.value) : body;
}
