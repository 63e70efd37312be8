import { type MessageAttributeValue, PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { Outcome } from '../../messages/outcome.ts';
import { CARRIER_TIMEOUT_MS } from '../../runtime/clients.ts';
import type { CarrierSending } from '../carrier.ts';
import { outcomeOfNetworkError } from '../network-outcome.ts';

export interface SnsOptions {
  /** With retries off: a second attempt of the SDK's own could be a second text. */
  readonly client: SNSClient;
  /** Milliseconds for the whole call. The client's own limit ends where the answer begins, however long that takes. */
  readonly timeoutMs?: number;
}

/**
 * Sends through Amazon SNS. It has no receipts by call and no refusals for the opted-out: where there is a choice, AWS
 * End User Messaging is the better carrier. https://docs.aws.amazon.com/sns/latest/dg/sms_publish-to-phone.html
 */
export const sendingThroughSns = ({ client, timeoutMs = CARRIER_TIMEOUT_MS }: SnsOptions): CarrierSending => ({
  async send({ ref, from, body, category }): Promise<Outcome> {
    try {
      const { MessageId } = await client.send(
        new PublishCommand({
          PhoneNumber: ref.to,
          Message: body,
          MessageAttributes: {
            'AWS.SNS.SMS.SMSType': text(category === 'promotional' ? 'Promotional' : 'Transactional'),
            // A sender ID has a letter; a long or short code has none.
            [/[A-Za-z]/.test(from) ? 'AWS.SNS.SMS.SenderID' : 'AWS.MM.SMS.OriginationNumber']: text(from),
          },
        }),
        { abortSignal: AbortSignal.timeout(timeoutMs) },
      );
      return typeof MessageId === 'string' && MessageId !== ''
        ? { kind: 'accepted', carrierMessageId: MessageId }
        : { kind: 'unknown', detail: 'an answer without an id' };
    } catch (error) {
      return outcomeOfError(error);
    }
  },
});

const text = (StringValue: string): MessageAttributeValue => ({ DataType: 'String', StringValue });

function outcomeOfError(error: unknown): Outcome {
  const { name, message, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } };
  // Without the HTTP status of an error there was no answer, or one of success that could not be read.
  const status = $metadata?.httpStatusCode ?? 0;
  if (status < 400) return outcomeOfNetworkError(error);
  switch (name) {
    case 'OptedOutException':
    case 'OptedOut':
      return { kind: 'rejected', because: 'opted-out', detail: name };
    case 'InvalidParameterException':
    case 'InvalidParameter':
    case 'InvalidParameterValueException':
      return {
        kind: 'rejected',
        because: message.includes('PhoneNumber') ? 'invalid-destination' : 'bad-content',
        detail: name,
      };
    case 'ThrottledException':
    case 'Throttled':
    case 'Throttling':
    case 'ThrottlingException':
      return { kind: 'later', because: 'throttled', detail: name };
    case 'InternalErrorException':
    case 'InternalError':
      return { kind: 'later', because: 'transient', detail: name };
    case 'AuthorizationErrorException':
    case 'AuthorizationError':
      return { kind: 'rejected', because: 'misconfigured', detail: name };
    default:
      return status < 500 ? { kind: 'later', because: 'transient', detail: name } : { kind: 'unknown', detail: name };
  }
}
