import { CfnOutput } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { type QueueName, TOPICS } from '../shared/runtime/topology.ts';
import { mapRecord, type Parts } from './parts.ts';

/** The queues whose dead letters are worth bringing back; a reply has lapsed by then. */
export const REDRIVABLE: readonly QueueName[] = ['inbound', 'outbound'];

/** Tells whoever deploys what they need next: addresses, and the commands that only a person can give. */
export function tell(scope: Construct, { ledger, queues, redrive, topics, carrierSecrets, publicUrl }: Parts): void {
  const output = (id: string, value: string, description: string) => new CfnOutput(scope, id, { value, description });

  for (const [carrier, secret] of carrierSecrets) {
    output(
      `WebhookUrl${pascal(carrier)}`,
      `${publicUrl}/webhooks/${carrier}`,
      `Give this to ${carrier} as the address for inbound messages and delivery receipts`,
    );
    output(
      `HowToSetSecret${pascal(carrier)}`,
      `aws secretsmanager put-secret-value --secret-id ${secret.id} --secret-string file://carrier.json`,
      `docs/carriers/${carrier}.md says what carrier.json holds; until it is set, nothing is believed or sent`,
    );
  }
  mapRecord(topics, (name, { topic }) =>
    output(`TopicArn${pascal(name)}`, topic.topicArn, `Carries ${TOPICS[name].carries}`),
  );
  output('OutboundQueueUrl', queues.outbound.queue.queueUrl, 'Producers put messages here');
  output('TableName', ledger.name, 'The ledger');
  for (const name of REDRIVABLE) {
    output(`HowToRedrive${pascal(name)}`, queues[name].redriveCommand, `Brings the dead letters of ${name} back`);
  }
  output(
    'RedriveRoleArn',
    redrive.role.roleArn,
    'Assume this to bring the dead letters of inbound back; nobody else may',
  );
}

/** `two-way` as `TwoWay`: the name of an output has letters and digits only. */
const pascal = (name: string): string => name.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());
