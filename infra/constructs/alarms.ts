import { Duration, Stack } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';

/** How long a metric is looked at before it is judged. */
export const ALARM_PERIOD = Duration.minutes(1);

export interface AlarmsProps {
  /** Stands before each alarm's name. */
  readonly prefix: string;
  /** Who is told. Without it the alarms are seen in the console only. */
  readonly email?: string | undefined;
}

/**
 * Alarms that say what they mean for people and what to do.
 *
 * @example
 * const alarms = new Alarms(this, 'Alarms', { prefix: 'orders', email: 'ops@example.com' });
 * alarms.raise('late', { metric, above: 240, meaning: 'Orders leave late. Look at the errors of the courier.' });
 */
export class Alarms extends Construct {
  private readonly prefix: string;
  private readonly topic: Topic | undefined;

  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    this.prefix = props.prefix;
    this.topic = props.email === undefined ? undefined : this.topicTo(props.email);
  }

  /** @param alarm.above the largest value, within one period, that is still well */
  raise(name: string, alarm: { readonly metric: IMetric; readonly above: number; readonly meaning: string }): void {
    const raised = new Alarm(this, name, {
      alarmName: `${this.prefix}-${name}`,
      alarmDescription: alarm.meaning,
      metric: alarm.metric,
      threshold: alarm.above,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    if (this.topic) raised.addAlarmAction(new SnsAction(this.topic));
  }

  /** Without a key of its own: an alarm's text holds no personal data. */
  private topicTo(email: string): Topic {
    const topic = new Topic(this, 'Topic', { displayName: `Alarms of ${this.prefix}`, enforceSSL: true });
    topic.addSubscription(new EmailSubscription(email));
    // The policy that asks for TLS takes the place of SNS's default one, which had let CloudWatch in.
    topic.addToResourcePolicy(
      new PolicyStatement({
        sid: 'CloudWatchMayPublish',
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    );
    return topic;
  }
}
