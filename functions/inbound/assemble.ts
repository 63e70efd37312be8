import type { InboundMessage, MessagePart } from '../../shared/carriers/carrier.ts';
import type { Instant } from '../../shared/consent/merge.ts';
import type { KeptPart, MessageParts } from '../../shared/ledger/message-parts.ts';
import type { SenderRegister } from '../../shared/ledger/sender-register.ts';
import type { Queue } from '../../shared/runtime/queue.ts';
import type { Heard } from './deferred.ts';
import { type HearingPorts, hear } from './hear.ts';

export type AssemblingPorts = HearingPorts & {
  readonly senders: Pick<SenderRegister, 'find'>;
  readonly messageParts: Pick<MessageParts, 'keep'>;
  readonly inboundQueue: Pick<Queue, 'send'>;
};

/**
 * How long the other parts of a message are waited for. They usually come within seconds; SQS would wait for 900 at most,
 * but a STOP among them is to be answered, and its answer is due within five minutes. Seconds.
 */
const WAIT_SECONDS = 120;

/**
 * Hears a part of a long message: keeps it, and hears the message once all parts are there. Where some are missing, this
 * part comes again by the queue after a while, and then what is there is heard, so that a STOP in it is never lost.
 *
 * Each step can be repeated, and whoever comes last does what is left: the message is heard under the id of its first
 * part, what there is of an incomplete one under an id that says how much of it was there.
 *
 * @param isLastCall whether this part has waited for the others
 * @throws where the part could be neither kept nor left waiting
 */
export async function hearPart(
  message: InboundMessage & { readonly part: MessagePart },
  { heardAt, isLastCall }: Heard,
  ports: AssemblingPorts,
): Promise<void> {
  const { account } = await ports.senders.find(message.sender);
  const parts = await ports.messageParts.keep(account, message, heardAt);
  const isWhole = parts.length === message.part.total;
  // Every part waits and not only the first: one that comes after the last call is to be heard as well.
  if (!isWhole && !isLastCall) {
    return ports.inboundQueue.send({ event: message, heardAt, isLastCall: true } satisfies Heard, WAIT_SECONDS);
  }
  await hear(isWhole ? joined(message, parts) : whatIsThere(message, parts), lastOf(parts), ports);
}

/** The message of which all parts are there. */
function joined(message: InboundMessage, parts: readonly KeptPart[]): InboundMessage {
  return {
    ...message,
    part: undefined,
    carrierMessageId: firstIdOf(parts),
    text: parts.map(({ text }) => text).join(''),
    sentAt: firstSentOf(parts),
  };
}

/**
 * The message as far as it came. Parts are only ever added, so the first of them and how many there are name the text.
 * Where something is missing stands an ellipsis: words that never stood side by side must not be read as one.
 */
function whatIsThere(message: InboundMessage & { readonly part: MessagePart }, parts: readonly KeptPart[]) {
  const { total } = message.part;
  const texts = parts.map(({ number, text }, index) =>
    (parts[index - 1]?.number ?? 0) + 1 === number ? text : `… ${text}`,
  );
  return {
    ...message,
    carrierMessageId: `${firstIdOf(parts)}.${parts.length}of${total}`,
    text: texts.join(''),
    sentAt: firstSentOf(parts),
  };
}

const firstIdOf = (parts: readonly KeptPart[]): string => parts[0]?.carrierMessageId ?? '';

/** All of it was in our hands when its last part was. */
const lastOf = (parts: readonly KeptPart[]): Instant =>
  parts
    .map(({ heardAt }) => heardAt)
    .sort()
    .at(-1) ?? '';

const firstSentOf = (parts: readonly KeptPart[]): Instant | undefined =>
  parts.flatMap(({ sentAt }) => sentAt ?? []).sort()[0];
