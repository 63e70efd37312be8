import { Duration, Stack } from 'aws-cdk-lib';
import { AnyPrincipal, Effect, Grant, type IGrantable, type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Queue, QueueEncryption, RedrivePermission } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { DEAD_LETTER_RETENTION_DAYS, QUEUE_RETENTION_DAYS, type QueueSettings } from '../../shared/runtime/topology.ts';

export interface QueueWithDeadLettersProps extends Pick<QueueSettings, 'visibilityTimeout' | 'maxReceiveCount'> {
  /** At most 67 characters, because the queue beside it is named `{queueName}-dead-letters`. */
  readonly queueName: string;
}

/**
 * A queue, and beside it the one that keeps what could not be worked off. Both are encrypted and take TLS only.
 *
 * @example
 * const orders = new QueueWithDeadLetters(this, 'Orders', { queueName: 'orders', visibilityTimeout: 60, maxReceiveCount: 5 });
 * orders.allowSending(producer);
 */
export class QueueWithDeadLetters extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, props: QueueWithDeadLettersProps) {
    super(scope, id);
    // SQS's own keys: SNS can deliver without a key policy, and there is no key to lose with all that is queued.
    const secured = { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true };
    // Each queue names the other, so one of them has to do it by an ARN that is put together here.
    const queueArn = Stack.of(this).formatArn({ service: 'sqs', resource: props.queueName });

    this.deadLetters = new Queue(this, 'DeadLetters', {
      ...secured,
      queueName: `${props.queueName}-dead-letters`,
      retentionPeriod: Duration.days(DEAD_LETTER_RETENTION_DAYS),
      redriveAllowPolicy: {
        redrivePermission: RedrivePermission.BY_QUEUE,
        sourceQueues: [Queue.fromQueueArn(this, 'QueueByName', queueArn)],
      },
    });
    this.queue = new Queue(this, 'Queue', {
      ...secured,
      queueName: props.queueName,
      visibilityTimeout: Duration.seconds(props.visibilityTimeout),
      retentionPeriod: Duration.days(QUEUE_RETENTION_DAYS),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: props.maxReceiveCount },
    });
  }

  /** Allows sending to the queue, and nothing else. */
  allowSending(grantee: IGrantable): void {
    allowSending(grantee, this.queue);
  }

  /** Allows putting a message straight into the dead-letter queue. */
  allowGivingUp(grantee: IGrantable): void {
    allowSending(grantee, this.deadLetters);
  }

  /**
   * Forbids everybody but these roles and topics to send to the queue, whatever their own policies allow: other services,
   * other roles, and people, whose redrive of the dead letters is sending too.
   */
  denySendingExceptBy(senders: { readonly roles: readonly IRole[]; readonly topics?: readonly ITopic[] }): void {
    const roles = senders.roles.map((role) => role.roleArn);
    const topics = senders.topics?.map((topic) => topic.topicArn) ?? [];
    this.queue.addToResourcePolicy(
      denial(this.queue, {
        // All conditions have to hold for a refusal, and each also holds where the caller has no such ARN at all.
        ArnNotEquals: { 'aws:PrincipalArn': roles, ...(topics.length > 0 ? { 'aws:SourceArn': topics } : {}) },
      }),
    );
  }

  /**
   * Forbids everybody but these roles, and services, to put messages straight into the dead-letter queue, from where a
   * redrive would carry them past `denySendingExceptBy`. Services need leave by the policy anyway; SQS itself, which
   * moves what failed, must not be in doubt.
   */
  denyPlantingDeadLettersExceptBy(...roles: readonly IRole[]): void {
    this.deadLetters.addToResourcePolicy(
      denial(this.deadLetters, {
        ArnNotEquals: { 'aws:PrincipalArn': roles.map((role) => role.roleArn) },
        Bool: { 'aws:PrincipalIsAWSService': 'false' },
      }),
    );
  }

  /** How somebody who is allowed to brings the dead letters back, on the command line of AWS. */
  get redriveCommand(): string {
    // With a destination, because a message that a function put there itself knows of no queue to go back to.
    return `aws sqs start-message-move-task --source-arn ${this.deadLetters.queueArn} --destination-arn ${this.queue.queueArn}`;
  }
}

function denial(queue: Queue, conditions: Record<string, Record<string, string | string[]>>): PolicyStatement {
  return new PolicyStatement({
    sid: 'NobodyElseMaySend',
    effect: Effect.DENY,
    principals: [new AnyPrincipal()],
    actions: ['sqs:SendMessage'],
    resources: [queue.queueArn],
    conditions,
  });
}

function allowSending(grantee: IGrantable, queue: Queue): void {
  Grant.addToPrincipal({ grantee, actions: ['sqs:SendMessage'], resourceArns: [queue.queueArn] }).assertSuccess();
}
