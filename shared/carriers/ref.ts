import type { MessageKind, MessageRef } from '../messages/message-ref.ts';

/** Which message of ours; the account is the sender's. */
export type Ref = Pick<MessageRef, 'kind' | 'messageId'>;

/** Under which name a carrier is given the id of a message, and gives it back with receipts. */
const PARAMETERS: Readonly<Record<MessageKind, string>> = { message: 'stopgate-message', reply: 'stopgate-reply' };
/** The sender, for carriers whose receipts do not name it. */
const SENDER = 'stopgate-from';

/** The reference as the parameters of a query, a form or a context. */
export const refParameters = ({ kind, messageId }: Ref): Record<string, string> => ({ [PARAMETERS[kind]]: messageId });

/** Where a carrier that takes no reference with a message is to call with receipts: the reference is in its query. */
export const callbackUrl = (publicUrl: string, carrier: string, ref: Ref): string =>
  `${publicUrl}/webhooks/${carrier}?${new URLSearchParams(refParameters(ref))}`;

/** The reference and the sender as one text, for carriers that echo one. */
export const refText = (ref: Ref, sender: string): string =>
  new URLSearchParams({ ...refParameters(ref), [SENDER]: sender }).toString();

/** Everything after the first question mark: a second one is a letter like any other (RFC 3986, section 3.4). */
export const queryOf = (url: string): string => {
  const mark = url.indexOf('?');
  return mark === -1 ? '' : url.slice(mark + 1);
};

/** Which message the URL of a receipt is about, or nothing where it is none of ours. */
export const refInUrl = (url: string): Ref | undefined => refInText(queryOf(url));

/** Which message an echoed text is about, or nothing where it is none of ours. */
export const refInText = (text: string | undefined): Ref | undefined =>
  refInParameters(Object.fromEntries(new URLSearchParams(text)));

/** The sender in an echoed text, where it is in it. */
export const senderInText = (text: string | undefined): string | undefined =>
  new URLSearchParams(text).get(SENDER) ?? undefined;

export function refInParameters(parameters: Readonly<Record<string, string>>): Ref | undefined {
  for (const kind of Object.keys(PARAMETERS) as MessageKind[]) {
    const messageId = parameters[PARAMETERS[kind]];
    if (messageId) return { kind, messageId };
  }
  return undefined;
}
