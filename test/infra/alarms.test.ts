import type { Template } from 'aws-cdk-lib/assertions';
import { FUNCTIONS, QUEUES } from '../../shared/runtime/topology.ts';
import { only, type Resource, resourcesOf, said, templateWith } from './synthesise.ts';

let template: Template;

beforeAll(() => {
  template = templateWith();
});

const alarmNamed = (name: string): Resource['Properties'] =>
  only(template, 'AWS::CloudWatch::Alarm', ({ AlarmName }) => AlarmName === `stopgate-dev-${name}`).Properties;

const dimension = (alarm: Resource['Properties']) => `${alarm.Dimensions[0].Name}=${said(alarm.Dimensions[0].Value)}`;

test.each([
  ['inbound-errors', 'AWS/Lambda', 'Errors', 'FunctionName=FunctioninboundFunction', 0],
  ['reviews-errors', 'AWS/Lambda', 'Errors', 'FunctionName=FunctionreviewsFunction', 0],
  ['opt-out-lists-errors', 'AWS/Lambda', 'Errors', 'FunctionName=FunctionoptoutlistsFunction', 0],
  ['inbound-not-stored', 'Stopgate', 'InboundNotStored', 'service=FunctioninboundFunction', 0],
  ['webhooks-refused', 'Stopgate', 'WebhooksRefused', 'service=FunctioninboundFunction', 10],
  ['outbound-unknown-results', 'Stopgate', 'UnknownResults', 'service=FunctionoutboundFunction', 0],
  ['replies-unknown-results', 'Stopgate', 'UnknownResults', 'service=FunctionrepliesFunction', 0],
  ['replies-late', 'AWS/SQS', 'ApproximateAgeOfOldestMessage', 'QueueName=QueuerepliesQueue', 240],
  ['inbound-late', 'AWS/SQS', 'ApproximateAgeOfOldestMessage', 'QueueName=QueueinboundQueue', 120],
])('%s watches %s %s', (name, namespace, metric, of, above) => {
  const alarm = alarmNamed(name);
  expect(alarm).toMatchObject({ Namespace: namespace, MetricName: metric, Threshold: above, Period: 60 });
  expect(dimension(alarm)).toBe(of);
});

test('reviews that are due soon raise an alarm that lasts from one hourly look to the next', () => {
  const alarm = alarmNamed('reviews-due-soon');
  expect(alarm).toMatchObject({
    Namespace: 'Stopgate',
    MetricName: 'ReviewsDueSoon',
    Statistic: 'Maximum',
    Threshold: 0,
    Period: 7_200,
  });
  expect(dimension(alarm)).toBe('service=FunctionreviewsFunction');
});

test.each(Object.entries(QUEUES))(
  'a single dead letter of %s raises an alarm that says what it means',
  (name, queue) => {
    const alarm = alarmNamed(`${name}-dead-letters`);
    expect(alarm).toMatchObject({
      MetricName: 'ApproximateNumberOfMessagesVisible',
      Threshold: 0,
      Statistic: 'Maximum',
    });
    expect(dimension(alarm)).toBe(`QueueName=Queue${name}DeadLetters`);
    expect(alarm.AlarmDescription).toContain(queue.deadLetterMeaning);
  },
);

test.each(Object.keys(FUNCTIONS))('calls of %s that Lambda turns away raise an alarm', (name) => {
  expect(alarmNamed(`${name}-throttled`)).toMatchObject({ MetricName: 'Throttles', Threshold: 0 });
});

test('the functions’ own metrics carry the service that the alarms look for', () => {
  for (const [id, { Properties }] of Object.entries(resourcesOf(template, 'AWS::Lambda::Function'))) {
    expect(Properties.Environment.Variables.POWERTOOLS_METRICS_NAMESPACE).toBe('Stopgate');
    // The alarms refer to the function, and a reference to a function is its name.
    expect(Properties.Environment.Variables.POWERTOOLS_SERVICE_NAME).toBe(Properties.FunctionName);
    expect(said({ Ref: id })).toMatch(/^Function\w+Function$/);
  }
});

test('every alarm says in whole sentences what it means, fits into CloudWatch, and is quiet without data', () => {
  for (const { Properties } of Object.values(resourcesOf(template, 'AWS::CloudWatch::Alarm'))) {
    expect(Properties.AlarmDescription).toMatch(/^[A-Z].{80,1000}\.$/);
    expect(Properties).toMatchObject({
      ComparisonOperator: 'GreaterThanThreshold',
      EvaluationPeriods: 1,
      TreatMissingData: 'notBreaching',
    });
  }
});

describe('who is told', () => {
  test('nobody by default, and then there is no topic for it', () => {
    expect(
      Object.values(resourcesOf(template, 'AWS::CloudWatch::Alarm')).every((alarm) => !alarm.Properties.AlarmActions),
    ).toBe(true);
    expect(Object.keys(resourcesOf(template, 'AWS::SNS::Topic'))).toHaveLength(2);
  });

  test('with an address, that one, of every alarm', () => {
    const told = templateWith({ alarmEmail: 'ops@example.com' });
    told.hasResourceProperties('AWS::SNS::Subscription', { Protocol: 'email', Endpoint: 'ops@example.com' });
    for (const { Properties } of Object.values(resourcesOf(told, 'AWS::CloudWatch::Alarm'))) {
      expect(Properties.AlarmActions.map(said)).toEqual(['AlarmsTopic']);
    }
    const policy = only(told, 'AWS::SNS::TopicPolicy', ({ Topics }) => said(Topics[0]) === 'AlarmsTopic').Properties;
    expect(policy.PolicyDocument.Statement).toContainEqual(
      expect.objectContaining({
        Effect: 'Allow',
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Action: 'sns:Publish',
      }),
    );
  });
});
