import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { isRecipient, isSender } from '../../messages/address.ts';
import {
  answerJson,
  type OwedReceipt,
  type SimulatedCarrier,
  type SimulatedRequest,
  type SimulatedText,
  type SimulatedWorld,
  type Submission,
  type WebhookCall,
  type WireAnswer,
} from '../simulated-carrier.ts';

const SERVICE_PLAN_ID = '0'.repeat(32);

/** Sinch's error codes for a batch. Source: https://developers.sinch.com/docs/sms/api-reference/status-codes */
const KNOWN: Readonly<Record<string, readonly [status: number, text: string]>> = {
  syntax_invalid_json: [400, 'The JSON in the request is invalid'],
  syntax_invalid_parameter_format: [400, 'The format of a field value is invalid'],
  syntax_constraint_violation: [400, 'The request body does not fulfil all constraints'],
  unknown_group: [403, 'A referenced group ID is unknown'],
  unknown_campaign: [403, 'The campaign ID does not match the originator'],
  missing_callback_url: [403, 'A callback was requested but no URL is provided'],
};

function answerError(code: string): WireAnswer {
  const [status, text] = KNOWN[code] ?? [Number(code), `HTTP ${code}`];
  if (KNOWN[code]) return answerJson(status, { code, text });
  return answerJson(status, { error: { code: status, message: text, status: 'ERROR' } });
}

/** A batch id looks like a ULID. */
const newId = (): string =>
  `01${[...randomBytes(24)].map((byte) => '0123456789ABCDEFGHJKMNPQRSTVWXYZ'[byte % 32]).join('')}`;

/** Sinch writes numbers without their plus. */
const msisdn = (address: string): string => address.replace('+', '');
const withPlus = (number: string): string => (/^[1-9]\d{8,14}$/.test(number) ? `+${number}` : number);

/** The simulated Sinch, whose account manager has enabled signatures, with our webhook as the plan's callback. */
export function simulated(world: SimulatedWorld): SimulatedCarrier {
  const apiToken = world.key('API token', 'STOPGATE_SINCH_API_TOKEN', 'local-sinch-api-token');
  const key = world.key('signing secret', 'STOPGATE_SINCH_SIGNING_SECRET', 'local-sinch-signing-secret');

  /** Source: https://developers.sinch.com/docs/sms/api-reference/sms/tag/Webhooks/ */
  function call(url: string, event: object): WebhookCall {
    const body = JSON.stringify(event);
    const nonce = randomUUID();
    const timestamp = `${Math.floor(world.clock() / 1_000)}`;
    const headers = {
      'content-type': 'application/json',
      'x-sinch-webhook-signature': createHmac('sha256', key.value)
        .update(`${body}.${nonce}.${timestamp}`)
        .digest('base64'),
      'x-sinch-webhook-signature-algorithm': 'HmacSHA256',
      'x-sinch-webhook-signature-nonce': nonce,
      'x-sinch-webhook-signature-timestamp': timestamp,
    };
    return { url, method: 'POST', headers, body };
  }

  return {
    secret: { servicePlanId: SERVICE_PLAN_ID, apiToken: apiToken.value, signingSecrets: [key.value] },
    keys: [apiToken, key],
    // It has no error that only an opt-out gives.
    optedOutError: null,
    tellsSentAt: true,
    isError: (code) => Object.hasOwn(KNOWN, code) || /^[45]\d\d$/.test(code),
    errorHint: 'must be a code of Sinch such as syntax_constraint_violation, an HTTP status such as 500, or null',
    newMessageId: newId,
    take: (request) => take(request, apiToken.value, world),
    inbound: (text) => [call(world.webhookUrl(), inboundMessage(text))],
    receipts: (owed) => {
      const { url, reference } = owed.receipt as { url: string; reference?: string };
      return (
        [
          ['Dispatched', 401],
          ['Delivered', 0],
        ] as const
      ).map(([status, code]) => call(url, report(owed, status, code, reference, world)));
    },
  };
}

/** `POST /xms/v1/{service_plan_id}/batches`. Source: https://developers.sinch.com/docs/sms/api-reference/sms/tag/Batches/ */
function take(request: SimulatedRequest, apiToken: string, world: SimulatedWorld): Submission | WireAnswer {
  if (request.headers.authorization !== `Bearer ${apiToken}`) return answerError('401');
  if (request.method !== 'POST' || request.path !== `/xms/v1/${SERVICE_PLAN_ID}/batches`) return answerError('404');
  let batch: Record<string, unknown>;
  try {
    batch = Object(JSON.parse(request.body));
  } catch {
    return answerError('syntax_invalid_json');
  }
  const { from, to, body, delivery_report, callback_url, client_reference } = batch;
  // A batch to several would be several messages here, which nobody sends.
  if (!Array.isArray(to) || to.length !== 1 || typeof body !== 'string' || body === '' || body.length > 2_000)
    return answerError('syntax_constraint_violation');
  const recipient = `+${String(to[0]).replace('+', '')}`;
  const sender = withPlus(String(from));
  if (!isRecipient(recipient) || !isSender(sender)) return answerError('syntax_invalid_parameter_format');
  const url = callback_url === undefined ? world.webhookUrl() : String(callback_url);
  if (!world.mayCall(url)) return answerError('syntax_invalid_parameter_format');

  const id = newId();
  const at = new Date(world.clock()).toISOString();
  return {
    from: sender,
    to: recipient,
    body,
    carrierMessageId: id,
    receipt: delivery_report === 'per_recipient' ? { url, reference: client_reference } : undefined,
    answerError,
    answerAccepted: () =>
      answerJson(201, {
        id,
        to: [msisdn(recipient)],
        from: msisdn(sender),
        canceled: false,
        body,
        type: 'mt_text',
        created_at: at,
        modified_at: at,
        delivery_report,
        expire_at: new Date(world.clock() + 3 * 24 * 3_600_000).toISOString(),
        flash_message: false,
        client_reference,
      }),
  };
}

const inboundMessage = ({ from, to, body, carrierMessageId, sentAt }: SimulatedText) => ({
  type: 'mo_text',
  id: carrierMessageId,
  from: msisdn(from),
  to: msisdn(to),
  body,
  operator_id: '310260',
  sent_at: new Date(sentAt).toISOString(),
  received_at: new Date(sentAt).toISOString(),
});

const report = (
  { to, carrierMessageId }: OwedReceipt,
  status: string,
  code: number,
  client_reference: string | undefined,
  world: SimulatedWorld,
) => ({
  type: 'recipient_delivery_report_sms',
  batch_id: carrierMessageId,
  recipient: msisdn(to),
  code,
  status,
  at: new Date(world.clock()).toISOString(),
  operator_status_at: new Date(world.clock()).toISOString(),
  client_reference,
});
