import { LISTING_CARRIER_NAMES } from '../shared/carriers/registry.ts';
import type { FunctionName } from '../shared/runtime/topology.ts';
import type { Parts } from './parts.ts';
import type { Settings } from './settings.ts';

/** What each function is told through its environment. The functions read these names; keep the two in step. */
export function environmentOf(name: FunctionName, parts: Parts, settings: Settings): Record<string, string> {
  const { ledger, queues, topics, logKey, carrierSecrets, configurationSet, publicUrl } = parts;

  const everyFunction = {
    STOPGATE_TABLE_NAME: ledger.name,
    STOPGATE_DEFAULT_ACCOUNT: settings.defaultAccount,
    STOPGATE_DEFAULT_CARRIER: settings.defaultCarrier,
  };
  const secretIds = (of: typeof carrierSecrets) =>
    [...of].map(([carrier, { id }]) => `${carrier}=${id}`).join(' ') || 'none';
  const changesConsent = {
    ...everyFunction,
    ...(settings.awsOptOutList === undefined ? {} : { STOPGATE_AWS_OPT_OUT_LIST: settings.awsOptOutList }),
  };
  const meetsCarriers = {
    ...changesConsent,
    STOPGATE_PUBLIC_URL: publicUrl,
    STOPGATE_LOG_KEY_SECRET_ID: logKey.id,
    STOPGATE_CARRIER_SECRET_IDS: secretIds(carrierSecrets),
  };
  const sends = {
    ...meetsCarriers,
    STOPGATE_CONFIGURATION_SET: configurationSet.name,
    ...(settings.messageRetentionDays === undefined
      ? {}
      : { STOPGATE_MESSAGE_RETENTION_DAYS: String(settings.messageRetentionDays) }),
  };

  switch (name) {
    case 'inbound':
      return {
        ...meetsCarriers,
        STOPGATE_INBOUND_QUEUE_URL: queues.inbound.queue.queueUrl,
        STOPGATE_INBOUND_DEAD_LETTERS_QUEUE_URL: queues.inbound.deadLetters.queueUrl,
        STOPGATE_REPLIES_QUEUE_URL: queues.replies.queue.queueUrl,
        STOPGATE_TWO_WAY_TOPIC_ARN: topics['two-way'].topic.topicArn,
        STOPGATE_SMS_EVENTS_TOPIC_ARN: topics['sms-events'].topic.topicArn,
      };
    case 'outbound':
      return {
        ...sends,
        STOPGATE_OUTBOUND_QUEUE_URL: queues.outbound.queue.queueUrl,
        STOPGATE_OUTBOUND_DEAD_LETTERS_QUEUE_URL: queues.outbound.deadLetters.queueUrl,
      };
    case 'replies':
      return {
        ...sends,
        STOPGATE_REPLIES_QUEUE_URL: queues.replies.queue.queueUrl,
        STOPGATE_REPLIES_DEAD_LETTERS_QUEUE_URL: queues.replies.deadLetters.queueUrl,
      };
    case 'waiting':
      return { ...everyFunction, STOPGATE_OUTBOUND_QUEUE_URL: queues.outbound.queue.queueUrl };
    case 'opt-out-lists': {
      const listing = new Map([...carrierSecrets].filter(([carrier]) => LISTING_CARRIER_NAMES.includes(carrier)));
      return { ...changesConsent, STOPGATE_CARRIER_SECRET_IDS: secretIds(listing) };
    }
    case 'reviews':
      return changesConsent;
    case 'api':
      return everyFunction;
  }
}
