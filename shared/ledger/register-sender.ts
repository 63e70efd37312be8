import { SegmentedMessage } from 'sms-segments-calculator';
import { type CountSegments, checkReplies } from '../messages/check-replies.ts';
import { checkWords } from '../messages/check-words.ts';
import type { Sender, SenderInput } from '../messages/sender.ts';
import type { SenderRegister } from './sender-register.ts';

/** By the library of the carrier that most senders use. Not for the hot path: it is 60 KB of a bundle. */
export const countSegments: CountSegments = (text) => {
  const message = new SegmentedMessage(text);
  return { segments: message.segmentsCount, alphabet: message.encodingName === 'GSM-7' ? 'GSM-7' : 'UCS-2' };
};

/**
 * Registers a sender, or changes it, and says what its replies lack and which of its words have no effect.
 *
 * @throws WrongSender with all that is wrong
 */
export async function registerSender(
  input: SenderInput,
  senders: Pick<SenderRegister, 'register'>,
): Promise<{ readonly sender: Sender; readonly warnings: readonly string[] }> {
  const sender = await senders.register(input);
  return { sender, warnings: [...checkReplies(sender, countSegments).warnings, ...checkWords(sender)] };
}
