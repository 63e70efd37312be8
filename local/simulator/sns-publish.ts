import { randomUUID } from 'node:crypto';
import type { WireAnswer } from '../../shared/carriers/simulated-carrier.ts';
import { isRecipient } from '../../shared/messages/address.ts';
import type { Intake } from './intake.ts';

/** Publish's errors by the names they have on the wire, with their HTTP status. Source: the SNS API reference. */
const ERRORS: Readonly<Record<string, number>> = {
  AuthorizationError: 403,
  EndpointDisabled: 400,
  InternalError: 500,
  InvalidParameter: 400,
  ParameterValueInvalid: 400,
  InvalidSecurity: 403,
  KMSThrottling: 400,
  NotFound: 404,
  PlatformApplicationDisabled: 400,
  Throttled: 429,
  Throttling: 400,
  ServiceUnavailable: 503,
};
const ERROR_OF_STATUS: Readonly<Record<string, string>> = {
  '403': 'AuthorizationError',
  '404': 'NotFound',
  '429': 'Throttled',
  '500': 'InternalError',
};

/** The SDK's name for an error has `Exception` at its end; the wire has not. */
const wireName = (code: string): string => {
  const name = code.replace(/Exception$/, '');
  return name === 'InvalidParameterValue' ? 'ParameterValueInvalid' : name;
};

export const isSnsError = (code: string): boolean => ERRORS[wireName(code)] !== undefined || /^[45]\d\d$/.test(code);

const xml = (status: number, body: string): WireAnswer => ({
  status,
  headers: { 'content-type': 'text/xml', 'x-amzn-requestid': randomUUID() },
  body,
});

const NAMESPACE = 'http://sns.amazonaws.com/doc/2010-03-31/';

/** What an operation answers, with what is in its result. */
export const snsResult = (operation: string, result: string): WireAnswer =>
  xml(
    200,
    `<${operation}Response xmlns="${NAMESPACE}"><${operation}Result>${result}</${operation}Result>` +
      `<ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata></${operation}Response>`,
  );

export function snsError(code: string, message?: string): WireAnswer {
  const name = ERROR_OF_STATUS[code] ?? (/^\d/.test(code) ? 'ServiceUnavailable' : wireName(code));
  const status = /^\d/.test(code) ? Number(code) : (ERRORS[name] ?? 400);
  return xml(
    status,
    `<ErrorResponse xmlns="${NAMESPACE}"><Error><Type>${status >= 500 ? 'Receiver' : 'Sender'}</Type><Code>${name}</Code>` +
      `<Message>${message ?? name}</Message></Error><RequestId>${randomUUID()}</RequestId></ErrorResponse>`,
  );
}

/** The query protocol's map: `MessageAttributes.entry.N.Name` and `.Value.StringValue`. */
function attributesOf(parameters: Readonly<Record<string, string>>): Map<string, string> {
  const attributes = new Map<string, string>();
  for (let number = 1; parameters[`MessageAttributes.entry.${number}.Name`] !== undefined; number += 1) {
    const prefix = `MessageAttributes.entry.${number}`;
    attributes.set(parameters[`${prefix}.Name`] ?? '', parameters[`${prefix}.Value.StringValue`] ?? '');
  }
  return attributes;
}

/** An origination number may come without its plus; a short code never has one. */
const asSender = (number: string): string => (/^\d{9,14}$/.test(number) ? `+${number}` : number);

/**
 * SNS's Publish to a phone number.
 * Source: https://docs.aws.amazon.com/sns/latest/dg/sms_publish-to-phone.html
 */
export function createSnsPublish(parts: {
  readonly take: Intake;
}): (parameters: Record<string, string>) => Promise<WireAnswer> {
  return async (parameters) => {
    const to = parameters.PhoneNumber ?? '';
    const text = parameters.Message ?? '';
    if (!isRecipient(to))
      return snsError(
        'InvalidParameter',
        `Invalid parameter: PhoneNumber Reason: ${to.replace(/[^+\d]/g, '')} is not valid to publish to`,
      );
    if (text === '') return snsError('InvalidParameter', 'Invalid parameter: Empty message');
    if (Buffer.byteLength(text) > 1_600) return snsError('InvalidParameter', 'Invalid parameter: Message too long');
    const attributes = attributesOf(parameters);
    const number = attributes.get('AWS.MM.SMS.OriginationNumber');
    const messageId = randomUUID();
    return parts.take('sns', {
      from: number ? asSender(number) : (attributes.get('AWS.SNS.SMS.SenderID') ?? ''),
      to,
      body: text,
      carrierMessageId: messageId,
      answerError: (code) => snsError(code),
      answerAccepted: () => snsResult('Publish', `<MessageId>${messageId}</MessageId>`),
    });
  };
}
