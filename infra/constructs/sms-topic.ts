import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AnyPrincipal, Effect, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import type { QueueWithDeadLetters } from './queue-with-dead-letters.ts';

/** AWS End User Messaging, as it calls other services. */
const END_USER_MESSAGING = new ServicePrincipal('sms-voice.amazonaws.com');

/**
 * The key of the topics. It has to be one of ours, because the policy of SNS's own key cannot let another service in.
 * Nothing is kept under it for longer than a delivery takes, so it goes with the stack.
 */
export class SmsTopicKey extends Construct {
  readonly key: Key;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const stack = Stack.of(this);
    this.key = new Key(this, 'Key', {
      description: 'Stopgate: what AWS End User Messaging publishes',
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.key.addToResourcePolicy(
      new PolicyStatement({
        principals: [END_USER_MESSAGING],
        actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
        resources: ['*'],
        conditions: {
          StringEquals: { 'aws:SourceAccount': stack.account },
          ArnLike: { 'aws:SourceArn': stack.formatArn({ service: 'sms-voice', resource: '*' }) },
        },
      }),
    );
  }
}

export interface SmsTopicProps {
  /** What it carries, in a few words. */
  readonly carries: string;
  readonly key: SmsTopicKey;
  readonly deliversTo: QueueWithDeadLetters;
}

/**
 * A topic to which only this account's AWS End User Messaging may publish, and which delivers to a queue. Delivery is
 * not raw: the envelope says which topic a message came through, and the function trusts nothing else.
 */
export class SmsTopic extends Construct {
  readonly topic: Topic;

  constructor(scope: Construct, id: string, props: SmsTopicProps) {
    super(scope, id);
    this.topic = new Topic(this, 'Topic', {
      displayName: `Stopgate: ${props.carries}`,
      masterKey: props.key.key,
      enforceSSL: true,
    });
    this.topic.addToResourcePolicy(
      new PolicyStatement({
        sid: 'EndUserMessagingMayPublish',
        principals: [END_USER_MESSAGING],
        actions: ['sns:Publish'],
        resources: [this.topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    );
    // Without this, everybody in the account whose own policy allows "sns:Publish" could forge a STOP or a START.
    this.topic.addToResourcePolicy(
      new PolicyStatement({
        sid: 'NobodyElseMayPublish',
        effect: Effect.DENY,
        principals: [new AnyPrincipal()],
        actions: ['sns:Publish'],
        resources: [this.topic.topicArn],
        conditions: { Bool: { 'aws:PrincipalIsAWSService': 'false' } },
      }),
    );
    this.topic.addSubscription(
      new SqsSubscription(props.deliversTo.queue, {
        rawMessageDelivery: false,
        // What SNS cannot deliver is kept and raises the same alarm as what the function cannot store.
        deadLetterQueue: props.deliversTo.deadLetters,
      }),
    );
  }
}
