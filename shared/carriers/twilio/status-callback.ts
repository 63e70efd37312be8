import type { MessageKind, MessageRef } from '../../messages/message-ref.ts';

/**
 * Twilio takes no reference of ours with a message, so that it stands in the URL which Twilio calls with receipts.
 * That URL is signed, query included. The account is not in it: it is the sender's.
 */
const PARAMETERS: Readonly<Record<MessageKind, string>> = { message: 'stopgate-message', reply: 'stopgate-reply' };

export function statusCallbackUrl(publicUrl: string, ref: MessageRef): string {
  return `${publicUrl}/webhooks/twilio?${new URLSearchParams({ [PARAMETERS[ref.kind]]: ref.messageId })}`;
}

/** Everything after the first question mark: a second one is a letter like any other (RFC 3986, section 3.4). */
export const queryOf = (url: string): string => {
  const mark = url.indexOf('?');
  return mark === -1 ? '' : url.slice(mark + 1);
};

/** Which message a status callback is about, or nothing where it is none of ours. */
export function refInStatusCallback(url: string): Pick<MessageRef, 'kind' | 'messageId'> | undefined {
  const query = new URLSearchParams(queryOf(url));
  for (const kind of Object.keys(PARAMETERS) as MessageKind[]) {
    const messageId = query.get(PARAMETERS[kind]);
    if (messageId) return { kind, messageId };
  }
  return undefined;
}
