import type { RestCarrierName } from '../shared/carriers/registry.ts';
import type { FunctionName, QueueName, TopicName } from '../shared/runtime/topology.ts';
import type { CarrierSecret, LogKeySecret } from './constructs/generated-secret.ts';
import type { LedgerTable } from './constructs/ledger-table.ts';
import type { QueueWithDeadLetters } from './constructs/queue-with-dead-letters.ts';
import type { RedriveRole } from './constructs/redrive-role.ts';
import type { SmsConfigurationSet } from './constructs/sms-configuration-set.ts';
import type { SmsTopic } from './constructs/sms-topic.ts';
import type { StopgateFunction } from './constructs/stopgate-function.ts';

/** What the functions work with. */
export interface Parts {
  readonly ledger: LedgerTable;
  readonly queues: Readonly<Record<QueueName, QueueWithDeadLetters>>;
  /** Who may bring the inbound queue's dead letters back. */
  readonly redrive: RedriveRole;
  readonly topics: Readonly<Record<TopicName, SmsTopic>>;
  readonly configurationSet: SmsConfigurationSet;
  /** Of the carriers that the stage has switched on. */
  readonly carrierSecrets: ReadonlyMap<RestCarrierName, CarrierSecret>;
  readonly logKey: LogKeySecret;
  /** The one of AWS's opt-out lists that may be changed. */
  readonly awsOptOutList: string | undefined;
  /** Where carriers reach the webhooks, without a slash at the end. */
  readonly publicUrl: string;
}

export type Functions = Readonly<Record<FunctionName, StopgateFunction>>;

/** Makes one thing for each entry of a record, under the same name. */
export const mapRecord = <K extends string, V, R>(
  record: Readonly<Record<K, V>>,
  make: (name: K, value: V) => R,
): Record<K, R> =>
  Object.fromEntries((Object.keys(record) as K[]).map((name) => [name, make(name, record[name])])) as Record<K, R>;
