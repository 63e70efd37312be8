import { randomUUID } from 'node:crypto';
import type { WireAnswer } from '../../shared/carriers/simulated-carrier.ts';

/** The reasons of exceptions that a sender can meet, and those about opt-out lists, each with its exception. Source: the service's API reference. */
const EXCEPTION_OF_REASON: Readonly<Record<string, string>> = {
  DESTINATION_PHONE_NUMBER_OPTED_OUT: 'ConflictException',
  DESTINATION_COUNTRY_BLOCKED_BY_PROTECT_CONFIGURATION: 'ConflictException',
  DESTINATION_PHONE_NUMBER_BLOCKED_BY_PROTECT_NUMBER_OVERRIDE: 'ConflictException',
  DESTINATION_PHONE_NUMBER_NOT_VERIFIED: 'ConflictException',
  NO_ORIGINATION_IDENTITIES_FOUND: 'ConflictException',
  NUMBER_CAPABILITIES_MISMATCH: 'ConflictException',
  MESSAGE_TYPE_MISMATCH: 'ConflictException',
  RESOURCE_NOT_ACTIVE: 'ConflictException',
  MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT: 'ServiceQuotaExceededException',
  ACCOUNT_DISABLED: 'AccessDeniedException',
  INSUFFICIENT_ACCOUNT_REPUTATION: 'AccessDeniedException',
  COUNTRY_NOT_ENABLED: 'ValidationException',
  DESTINATION_COUNTRY_BLOCKED: 'ValidationException',
  INVALID_IDENTITY_FOR_DESTINATION_COUNTRY: 'ValidationException',
  INVALID_PARAMETER: 'ValidationException',
  MAXIMUM_SIZE_EXCEEDED: 'ValidationException',
  MISSING_PARAMETER: 'ValidationException',
  PHONE_NUMBER_CANNOT_BE_OPTED_IN: 'ValidationException',
  PRICE_OVER_THRESHOLD: 'ValidationException',
  SENDER_ID_NOT_REGISTERED: 'ValidationException',
  SENDER_ID_NOT_SUPPORTED: 'ValidationException',
  SENDER_ID_REQUIRES_REGISTRATION: 'ValidationException',
};

/** SendTextMessage's exceptions, each with its HTTP status and, where it needs one, the reason given when only its name is asked for. */
const EXCEPTIONS: Readonly<Record<string, { readonly status: number; readonly reason?: string }>> = {
  AccessDeniedException: { status: 400, reason: 'ACCOUNT_DISABLED' },
  ConflictException: { status: 400, reason: 'DESTINATION_PHONE_NUMBER_OPTED_OUT' },
  InternalServerException: { status: 500 },
  ResourceNotFoundException: { status: 400 },
  ServiceQuotaExceededException: { status: 400, reason: 'MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT' },
  ThrottlingException: { status: 400 },
  ValidationException: { status: 400, reason: 'INVALID_PARAMETER' },
};

const EXCEPTION_OF_STATUS: Readonly<Record<string, string>> = {
  '429': 'ThrottlingException',
  '500': 'InternalServerException',
};

const AWS_ERRORS: readonly string[] = [...Object.keys(EXCEPTION_OF_REASON), ...Object.keys(EXCEPTIONS)];

export const isAwsError = (code: string): boolean => AWS_ERRORS.includes(code) || /^[45]\d\d$/.test(code);

/**
 * An error in the awsJson1.0 protocol.
 * @param code an exception's name, one of its reasons, or an HTTP status
 */
export function awsError(code: string, message?: string): WireAnswer {
  const name = EXCEPTIONS[code]
    ? code
    : (EXCEPTION_OF_REASON[code] ?? EXCEPTION_OF_STATUS[code] ?? 'ServiceUnavailableException');
  const reason = EXCEPTION_OF_REASON[code] ? code : EXCEPTIONS[name]?.reason;
  return {
    status: EXCEPTIONS[name]?.status ?? Number(code),
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amzn-requestid': randomUUID(),
      'x-amzn-errortype': name,
    },
    body: JSON.stringify({
      __type: `com.amazonaws.pinpointsmsvoicev2#${name}`,
      Message: message ?? reason ?? name,
      ...(reason && { Reason: reason }),
      ...(name === 'ResourceNotFoundException' && { ResourceType: 'phone-number', ResourceId: 'unknown' }),
    }),
  };
}
