import { AccountRootPrincipal, Grant, Role } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { QueueWithDeadLetters } from './queue-with-dead-letters.ts';

/**
 * The role in which people bring the dead letters of a queue back that refuses what other people send
 * (`denySendingExceptBy`). Who may assume it is for the account's own policies to say; CloudTrail tells who did.
 */
export class RedriveRole extends Construct {
  readonly role: Role;

  constructor(scope: Construct, id: string, props: { readonly queue: QueueWithDeadLetters }) {
    super(scope, id);
    this.role = new Role(this, 'Role', {
      assumedBy: new AccountRootPrincipal(),
      description: 'Brings dead letters back to the queue on which they failed',
    });
    Grant.addToPrincipal({
      grantee: this.role,
      actions: [
        'sqs:StartMessageMoveTask',
        'sqs:ListMessageMoveTasks',
        'sqs:CancelMessageMoveTask',
        'sqs:ReceiveMessage',
        'sqs:DeleteMessage',
        'sqs:GetQueueAttributes',
      ],
      resourceArns: [props.queue.deadLetters.queueArn],
    }).assertSuccess();
    props.queue.allowSending(this.role);
  }
}
