import { AwsSolutionsChecks } from 'cdk-nag';
import type { StopgateStack } from '../../infra/stopgate-stack.ts';
import { stackWith, templateWith } from './synthesise.ts';

const EVERYTHING = {
  alarmEmail: 'ops@example.com',
  publicUrl: 'https://sms.example.com',
  messageRetentionDays: '400',
  awsOptOutList: 'stopgate',
};

test.each([
  ['with defaults', {}],
  ['with everything set', EVERYTHING],
])('cdk-nag finds nothing that is not answered for, %s', (_, context) => {
  const stack: StopgateStack = stackWith(context);

  const { violations } = new AwsSolutionsChecks().validateScope(stack);

  expect(
    violations.map(({ ruleName, violatingResources }) => [ruleName, violatingResources[0]?.constructPath]),
  ).toEqual([]);
});

test('cdk-nag is really asked: it finds a topic that takes plain HTTP', async () => {
  const { Topic } = await import('aws-cdk-lib/aws-sns');
  const stack = stackWith();
  new Topic(stack, 'Careless');

  const { violations } = new AwsSolutionsChecks().validateScope(stack);

  expect(violations.map(({ ruleName }) => ruleName)).toEqual(['AwsSolutions-SNS3']);
});

test('the template names no account and no region, so that it fits into any', () => {
  const text = JSON.stringify(templateWith(EVERYTHING).toJSON());

  expect(text).not.toMatch(/(?<![0-9a-f])\d{12}(?![0-9a-f])/);
  expect(text).not.toMatch(/\b(us|eu|ap|sa|ca|af|me)-[a-z]+-\d\b/);
});

test('two stages fit into one account: what has a name has the stage in it', () => {
  const names = (stage: string) => {
    const { Resources } = templateWith({ stage, defaultAccount: 'acme', defaultCarrier: 'aws' }).toJSON();
    return Object.values<{ Properties?: Record<string, unknown> }>(Resources).flatMap(({ Properties = {} }) =>
      [
        'FunctionName',
        'QueueName',
        'LogGroupName',
        'AlarmName',
        'ConfigurationSetName',
        'RoleName',
        'TopicName',
        'TableName',
      ].flatMap((key) => (typeof Properties[key] === 'string' ? [`${key} ${Properties[key]}`] : [])),
    );
  };

  const both = [...names('blue'), ...names('green')];

  expect(new Set(both).size).toBe(both.length);
});

test('whoever deploys is told the next steps', () => {
  const outputs = templateWith({ publicUrl: 'https://sms.example.com' }).findOutputs('*');

  expect(Object.keys(outputs).sort()).toEqual([
    'HowToRedriveInbound',
    'HowToRedriveOutbound',
    'HowToSetSecretTwilio',
    'OutboundQueueUrl',
    'RedriveRoleArn',
    'TableName',
    'TopicArnSmsEvents',
    'TopicArnTwoWay',
    'WebhookUrlTwilio',
  ]);
  expect(outputs.WebhookUrlTwilio?.Value).toBe('https://sms.example.com/webhooks/twilio');
});
