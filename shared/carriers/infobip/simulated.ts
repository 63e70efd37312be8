import { randomInt, randomUUID } from 'node:crypto';
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

const USER = 'stopgate';

/**
 * Statuses of a message that was refused, with the ids and groups that Infobip writes beside them.
 * Source: https://www.infobip.com/docs/essentials/api-essentials/response-status-and-error-codes
 */
const REFUSED: Readonly<Record<string, readonly [id: number, description: string]>> = {
  REJECTED_NETWORK: [6, 'Network is forbidden'],
  REJECTED_PREFIX_MISSING: [8, 'Number prefix missing'],
  REJECTED_DND: [10, 'Destination on DND list'],
  REJECTED_SOURCE: [11, 'Invalid Source address'],
  REJECTED_NOT_ENOUGH_CREDITS: [12, 'Not enough credits'],
  REJECTED_SENDER: [13, 'By Sender'],
  REJECTED_DESTINATION_BLOCKLISTED: [14, 'By Destination'],
  REJECTED_ROUTE_NOT_AVAILABLE: [19, 'Route not available'],
  REJECTED_FLOODING_FILTER: [20, 'Rejected flooding filter'],
  REJECTED_SYSTEM_ERROR: [21, 'System error'],
  REJECTED_DUPLICATE_MESSAGE_ID: [23, 'Rejected duplicate message ID'],
  REJECTED_MESSAGE_TOO_LONG: [25, 'Rejected message too long'],
  REJECTED_DESTINATION: [52, 'Invalid destination address'],
};

/** Source: https://www.infobip.com/docs/developer-resources/api-fundamentals/handling-errors */
function answerStatus(status: number, property?: string): WireAnswer {
  return answerJson(status, {
    errorCode: `E${status}`,
    description: 'Request cannot be processed.',
    action: 'Check the syntax, violations and adjust the request.',
    violations: property === undefined ? [] : [{ property, violation: 'must be valid' }],
    resources: [],
  });
}

/** Its own ids of texts are long numbers. */
const newId = (): string => `${randomInt(1, 10)}${Array.from({ length: 17 }, () => randomInt(10)).join('')}`;

const msisdn = (address: string): string => address.replace('+', '');
const withPlus = (number: string): string => (/^[1-9]\d{8,14}$/.test(number) ? `+${number}` : number);
/** As in `2019-11-09T16:00:00.000+0000`. */
const dateOf = (milliseconds: number): string => new Date(milliseconds).toISOString().replace('Z', '+0000');

/** The simulated Infobip, with a subscription to texts and reports whose profile has Basic credentials. */
export function simulated(world: SimulatedWorld): SimulatedCarrier {
  const apiKey = world.key('API key', 'STOPGATE_INFOBIP_API_KEY', 'local-infobip-api-key');
  const password = world.key(`password of "${USER}"`, 'STOPGATE_INFOBIP_PASSWORD', 'local-infobip-password');

  /** Source: https://www.infobip.com/docs/api/platform/subscriptions-api/create-profile */
  const call = (body: object): WebhookCall => ({
    url: world.webhookUrl(),
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Basic ${Buffer.from(`${USER}:${password.value}`).toString('base64')}`,
    },
    body: JSON.stringify(body),
  });

  return {
    secret: {
      apiKey: apiKey.value,
      baseUrl: 'https://local.api.infobip.com',
      basicAuth: [{ user: USER, password: password.value }],
    },
    keys: [apiKey, password],
    optedOutError: 'REJECTED_DESTINATION_BLOCKLISTED',
    tellsSentAt: true,
    isError: (code) => Object.hasOwn(REFUSED, code) || /^[45]\d\d$/.test(code),
    errorHint: 'must be a status of Infobip such as REJECTED_DND, an HTTP status such as 500, or null',
    newMessageId: newId,
    take: (request) => take(request, apiKey.value, world),
    inbound: (text) => [call({ results: [inboundMessage(text)], messageCount: 1, pendingMessageCount: 0 })],
    receipts: (owed) => [call({ results: [report(owed, world)] })],
  };
}

/** `POST /sms/3/messages`. Source: https://www.infobip.com/docs/api/channels/sms/outbound-sms/send-sms-messages */
function take(request: SimulatedRequest, apiKey: string, world: SimulatedWorld): Submission | WireAnswer {
  if (request.headers.authorization !== `App ${apiKey}`) return answerStatus(401);
  if (request.method !== 'POST' || request.path !== '/sms/3/messages') return answerStatus(404);
  let message: {
    sender?: unknown;
    destinations?: readonly { to?: unknown; messageId?: unknown }[];
    content?: { text?: unknown };
    webhooks?: { delivery?: { url?: unknown }; callbackData?: unknown };
  };
  try {
    const { messages } = JSON.parse(request.body);
    // Several messages in one call would have several answers here, which nobody sends.
    if (messages.length !== 1 || messages[0].destinations.length !== 1) return answerStatus(400, 'messages');
    message = messages[0];
  } catch {
    return answerStatus(400, 'messages');
  }
  const { sender, destinations = [], content, webhooks } = message;
  const from = withPlus(String(sender));
  const to = `+${destinations[0]?.to}`;
  if (!isRecipient(to)) return answerStatus(400, 'messages[0].destinations[0].to');
  if (!isSender(from)) return answerStatus(400, 'messages[0].sender');
  const body = content?.text;
  if (typeof body !== 'string' || body === '') return answerStatus(400, 'messages[0].content.text');
  const callbackData = webhooks?.callbackData;
  if (callbackData !== undefined && String(callbackData).length > 4_000)
    return answerStatus(400, 'messages[0].webhooks.callbackData');
  // Calls to an address of the message's own have none of the profile's credentials.
  if (webhooks?.delivery?.url !== undefined) return answerStatus(400, 'messages[0].webhooks.delivery.url');
  const messageId = String(destinations[0]?.messageId ?? randomUUID());
  if (messageId.length > 200) return answerStatus(400, 'messages[0].destinations[0].messageId');

  const answer = (groupId: number, groupName: string, id: number, name: string, description: string): WireAnswer =>
    answerJson(200, {
      bulkId: newId(),
      messages: [
        {
          messageId,
          status: { groupId, groupName, id, name, description },
          destination: msisdn(to),
          details: { messageCount: world.segmentsOf(body).segments },
        },
      ],
    });
  return {
    from,
    to,
    body,
    carrierMessageId: messageId,
    receipt: callbackData,
    answerAccepted: () => answer(1, 'PENDING', 26, 'PENDING_ACCEPTED', 'Message sent to next instance'),
    answerError(code) {
      const refused = REFUSED[code];
      return refused ? answer(5, 'REJECTED', refused[0], code, refused[1]) : answerStatus(Number(code));
    },
  };
}

/** Source: https://www.infobip.com/docs/api/channels/sms/inbound-sms/receive-inbound-sms-messages */
const inboundMessage = ({ from, to, body, carrierMessageId, sentAt }: SimulatedText) => ({
  messageId: carrierMessageId,
  from: msisdn(from),
  to: msisdn(to),
  text: body,
  cleanText: body,
  keyword: '',
  receivedAt: dateOf(sentAt),
  smsCount: 1,
  price: { pricePerMessage: 0, currency: 'USD' },
  callbackData: '',
});

/** Source: https://www.infobip.com/docs/api/channels/sms/logs-and-status-reports/receive-outbound-sms-message-report-v3 */
const report = ({ from, to, carrierMessageId, receipt }: OwedReceipt, world: SimulatedWorld) => ({
  bulkId: newId(),
  price: { pricePerMessage: 0.01, currency: 'USD' },
  status: {
    groupId: 3,
    groupName: 'DELIVERED',
    id: 5,
    name: 'DELIVERED_TO_HANDSET',
    description: 'Message delivered to handset',
  },
  error: { groupId: 0, groupName: 'OK', id: 0, name: 'NO_ERROR', description: 'No Error', permanent: false },
  messageId: carrierMessageId,
  to: msisdn(to),
  sender: msisdn(from),
  sentAt: dateOf(world.clock()),
  doneAt: dateOf(world.clock()),
  messageCount: 1,
  callbackData: receipt,
});
