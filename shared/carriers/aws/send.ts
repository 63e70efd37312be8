import { type PinpointSMSVoiceV2Client, SendTextMessageCommand } from '@aws-sdk/client-pinpoint-sms-voice-v2';
import type { Outcome, Rejection } from '../../messages/outcome.ts';
import { CARRIER_TIMEOUT_MS } from '../../runtime/clients.ts';
import type { CarrierSending } from '../carrier.ts';
import { outcomeOfNetworkError } from '../network-outcome.ts';
import { refParameters } from '../ref.ts';

export interface AwsOptions {
  /** With retries off: a second attempt of the SDK's own could be a second text. */
  readonly client: PinpointSMSVoiceV2Client;
  /** Milliseconds for the whole call. The client's own limit ends where the answer begins, however long that takes. */
  readonly timeoutMs?: number;
  /** Its event destination brings the receipts. */
  readonly configurationSet?: string | undefined;
}

/** Sends through AWS End User Messaging SMS. */
export const sendingThroughAws = ({
  client,
  configurationSet,
  timeoutMs = CARRIER_TIMEOUT_MS,
}: AwsOptions): CarrierSending => ({
  async send({ ref, from, body, category }): Promise<Outcome> {
    try {
      const { MessageId } = await client.send(
        new SendTextMessageCommand({
          DestinationPhoneNumber: ref.to,
          OriginationIdentity: from,
          MessageBody: body,
          MessageType: category === 'promotional' ? 'PROMOTIONAL' : 'TRANSACTIONAL',
          Context: refParameters(ref),
          ...(configurationSet && { ConfigurationSetName: configurationSet }),
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

/** Reasons of a refusal that are not the account's settings. */
const REJECTED: ReadonlyMap<string, Rejection> = new Map([
  ['DESTINATION_PHONE_NUMBER_OPTED_OUT', 'opted-out'],
  ['DESTINATION_PHONE_NUMBER_BLOCKED_BY_PROTECT_NUMBER_OVERRIDE', 'blocked'],
  ['DESTINATION_COUNTRY_BLOCKED_BY_PROTECT_CONFIGURATION', 'blocked'],
  ['DESTINATION_COUNTRY_BLOCKED', 'blocked'],
  ['INVALID_PARAMETER', 'invalid-destination'],
  ['MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT', 'over-quota'],
] as const);

function outcomeOfError(error: unknown): Outcome {
  const { name, Reason, $metadata } = error as {
    name: string;
    Reason?: string;
    $metadata?: { httpStatusCode?: number };
  };
  // Without the HTTP status of an error there was no answer, or one of success that could not be read.
  const status = $metadata?.httpStatusCode ?? 0;
  if (status < 400) return outcomeOfNetworkError(error);
  const detail = Reason ?? name;
  switch (name) {
    case 'ThrottlingException':
      return { kind: 'later', because: 'throttled', detail };
    case 'InternalServerException':
      return { kind: 'later', because: 'transient', detail };
    case 'ServiceQuotaExceededException':
      return { kind: 'rejected', because: 'over-quota', detail };
    case 'ConflictException':
    case 'ValidationException':
    case 'AccessDeniedException':
    case 'ResourceNotFoundException':
      return { kind: 'rejected', because: REJECTED.get(Reason ?? '') ?? 'misconfigured', detail };
    default:
      // Refused before it was looked at (a signature, a clock), or not our API at all: certainly not sent below 500.
      return status < 500 ? { kind: 'later', because: 'transient', detail } : { kind: 'unknown', detail };
  }
}
