import type { MessageKind, MessageRef } from '../../messages/message-ref.ts';

/** AWS End User Messaging takes no reference of ours, but echoes this context in each event about a message. */
const KEYS: Readonly<Record<MessageKind, string>> = { message: 'stopgate-message', reply: 'stopgate-reply' };

export const toContext = (ref: MessageRef): Record<string, string> => ({ [KEYS[ref.kind]]: ref.messageId });

/** Which message an event is about, or nothing where it is none of ours. */
export function refInContext(context: Record<string, string>): Pick<MessageRef, 'kind' | 'messageId'> | undefined {
  for (const kind of Object.keys(KEYS) as MessageKind[]) {
    const messageId = context[KEYS[kind]];
    if (messageId) return { kind, messageId };
  }
  return undefined;
}
