import { Stack, Validations } from 'aws-cdk-lib';
import { Effect, type IRole, Policy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';

/** From what AWS End User Messaging may send: the account's own numbers, pools and sender IDs. */
const IDENTITIES = ['phone-number', 'pool', 'sender-id'] as const;

/**
 * Leave to send texts through AWS: through End User Messaging from this account's identities, and through SNS to phone
 * numbers only.
 *
 * @example
 * new SmsSending(this, 'SmsSending', { roles: [outbound.role] });
 */
export class SmsSending extends Construct {
  constructor(scope: Construct, id: string, props: { readonly roles: IRole[] }) {
    super(scope, id);
    const stack = Stack.of(this);
    const policy = new Policy(this, 'Policy', {
      roles: props.roles,
      statements: [
        new PolicyStatement({
          actions: ['sms-voice:SendTextMessage'],
          resources: IDENTITIES.map((identity) =>
            stack.formatArn({ service: 'sms-voice', resource: identity, resourceName: '*' }),
          ),
        }),
        // A phone number has no ARN, so the leave has to be general; topics are taken out of it again.
        new PolicyStatement({ actions: ['sns:Publish'], resources: ['*'] }),
        new PolicyStatement({
          effect: Effect.DENY,
          actions: ['sns:Publish'],
          resources: [`arn:${stack.partition}:sns:*:*:*`],
        }),
      ],
    });
    Validations.of(policy).acknowledge(
      ...IDENTITIES.map((identity) => ({
        id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:sms-voice:<AWS::Region>:<AWS::AccountId>:${identity}/*]`,
        reason: 'Senders are registered at run time, so which of the account’s identities are used is not known here.',
      })),
      {
        id: 'AwsSolutions-IAM5[Resource::*]',
        reason: 'Publishing to a phone number has no resource to name; publishing to any topic is denied beside it.',
      },
    );
  }
}
