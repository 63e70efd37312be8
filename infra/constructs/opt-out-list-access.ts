import { Stack, Validations } from 'aws-cdk-lib';
import { type IRole, Policy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';

export interface OptOutListAccessProps {
  readonly role: IRole;
  /** The only list on which numbers may be put and from which they may be taken. */
  readonly ownList?: string | undefined;
}

/**
 * Leave to read the account's opt-out lists of AWS End User Messaging and SNS, to change one of the former, and to opt a number in
 * with SNS.
 *
 * @example
 * new OptOutListAccess(this, 'OptOutLists', { role: follower.role, ownList: 'Default' });
 */
export class OptOutListAccess extends Construct {
  constructor(scope: Construct, id: string, { role, ownList }: OptOutListAccessProps) {
    super(scope, id);
    const listArn = (name: string) =>
      Stack.of(this).formatArn({ service: 'sms-voice', resource: 'opt-out-list', resourceName: name });
    const policy = new Policy(this, 'Policy', {
      roles: [role],
      statements: [
        new PolicyStatement({ actions: ['sms-voice:DescribeOptedOutNumbers'], resources: [listArn('*')] }),
        new PolicyStatement({
          actions: ['sms-voice:DescribeOptOutLists', 'sns:ListPhoneNumbersOptedOut', 'sns:OptInPhoneNumber'],
          resources: ['*'],
        }),
        ...(ownList === undefined
          ? []
          : [
              new PolicyStatement({
                actions: ['sms-voice:PutOptedOutNumber', 'sms-voice:DeleteOptedOutNumber'],
                resources: [listArn(ownList)],
              }),
            ]),
      ],
    });
    Validations.of(policy).acknowledge(
      {
        id: 'AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:sms-voice:<AWS::Region>:<AWS::AccountId>:opt-out-list/*]',
        reason: 'Who opted out is heard from every list of the account; only reading is allowed by it.',
      },
      {
        id: 'AwsSolutions-IAM5[Resource::*]',
        reason: 'Naming the lists, and the calls of SNS about phone numbers, have no resource to name.',
      },
    );
  }
}
