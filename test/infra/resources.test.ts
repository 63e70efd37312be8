import { Match, type Template } from 'aws-cdk-lib/assertions';
import {
  EVENT_SOURCES,
  FUNCTIONS,
  type FunctionName,
  LEDGER_TABLE,
  QUEUES,
  type QueueName,
  SCHEDULES,
  TOPICS,
} from '../../shared/runtime/topology.ts';
import { only, resourcesOf, type Statement, said, templateWith } from './synthesise.ts';

const DAY = 24 * 60 * 60;
const functionNames = Object.keys(FUNCTIONS) as FunctionName[];
const queueNames = Object.keys(QUEUES) as QueueName[];
let template: Template;

beforeAll(() => {
  template = templateWith();
});

const functionNamed = (name: string) =>
  only(template, 'AWS::Lambda::Function', ({ FunctionName }) => FunctionName === `stopgate-dev-${name}`).Properties;
const queueNamed = (name: string) =>
  only(template, 'AWS::SQS::Queue', ({ QueueName }) => QueueName === `stopgate-dev-${name}`).Properties;

describe('the ledger', () => {
  test('has the keys, the time to live and the indexes that the code works with', () => {
    const { partitionKey, sortKey, timeToLive, failuresIndex, openReviewsIndex } = LEDGER_TABLE;
    template.hasResourceProperties('AWS::DynamoDB::Table', {
      KeySchema: [
        { AttributeName: partitionKey, KeyType: 'HASH' },
        { AttributeName: sortKey, KeyType: 'RANGE' },
      ],
      TimeToLiveSpecification: { AttributeName: timeToLive, Enabled: true },
      GlobalSecondaryIndexes: [
        {
          IndexName: failuresIndex.name,
          KeySchema: [
            { AttributeName: failuresIndex.partitionKey, KeyType: 'HASH' },
            { AttributeName: failuresIndex.sortKey, KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
        {
          IndexName: openReviewsIndex.name,
          KeySchema: [
            { AttributeName: openReviewsIndex.partitionKey, KeyType: 'HASH' },
            { AttributeName: openReviewsIndex.sortKey, KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'ALL' },
        },
      ],
    });
  });

  test('is paid on demand, encrypted, restorable, and outlives a deleted stack', () => {
    template.hasResource('AWS::DynamoDB::Table', {
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        BillingMode: 'PAY_PER_REQUEST',
        SSESpecification: { SSEEnabled: true },
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        DeletionProtectionEnabled: true,
      },
    });
  });
});

describe.each(queueNames)('queue %s', (name) => {
  test('has the times of the topology and gives up into its own dead-letter queue', () => {
    const { Properties } = { Properties: queueNamed(name) };
    expect(Properties.VisibilityTimeout).toBe(QUEUES[name].visibilityTimeout);
    expect(Properties.RedrivePolicy.maxReceiveCount).toBe(QUEUES[name].maxReceiveCount);
    expect(said(Properties.RedrivePolicy.deadLetterTargetArn)).toBe(`Queue${name}DeadLetters`);
  });

  test('has a dead-letter queue that keeps for 14 days, longer than the queue itself, and serves no other queue', () => {
    const deadLetters = queueNamed(`${name}-dead-letters`);
    expect(deadLetters.MessageRetentionPeriod).toBe(14 * DAY);
    expect(queueNamed(name).MessageRetentionPeriod).toBe(7 * DAY);
    expect(deadLetters.RedriveAllowPolicy.redrivePermission).toBe('byQueue');
    expect(deadLetters.RedriveAllowPolicy.sourceQueueArns.map(said)).toEqual([
      `arn:<AWS::Partition>:sqs:<AWS::Region>:<AWS::AccountId>:stopgate-dev-${name}`,
    ]);
  });

  test.each([name, `${name}-dead-letters`])('%s is encrypted and takes TLS only', (queue) => {
    expect(queueNamed(queue).SqsManagedSseEnabled).toBe(true);
    const id = queue === name ? `Queue${name}Queue` : `Queue${name}DeadLetters`;
    const policy = only(template, 'AWS::SQS::QueuePolicy', ({ Queues }) => said(Queues[0]) === id).Properties;
    expect(policy.PolicyDocument.Statement).toContainEqual(
      expect.objectContaining({
        Effect: 'Deny',
        Action: 'sqs:*',
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      }),
    );
  });

  test('hides a message for longer than the function may take', () => {
    const consumer = EVENT_SOURCES.find(({ queue }) => queue === name)!.function;
    expect(queueNamed(name).VisibilityTimeout).toBeGreaterThan(functionNamed(consumer).Timeout);
  });
});

describe.each(functionNames)('function %s', (name) => {
  test('runs on the runtime and the processor that were measured', () => {
    expect(functionNamed(name)).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
      Timeout: FUNCTIONS[name].timeout,
      MemorySize: FUNCTIONS[name].memory,
      Description: FUNCTIONS[name].description,
    });
    expect(functionNamed(name).TracingConfig).toBeUndefined();
  });

  test('writes to a log group of its own that forgets after 90 days', () => {
    const logGroup = resourcesOf(template, 'AWS::Logs::LogGroup')[functionNamed(name).LoggingConfig.LogGroup.Ref]!;
    expect(logGroup.Properties).toEqual({ LogGroupName: `/aws/lambda/stopgate-dev-${name}`, RetentionInDays: 90 });
  });
});

test('there are no other functions: nothing helps CDK at deployment with rights of its own', () => {
  template.resourceCountIs('AWS::Lambda::Function', functionNames.length);
});

describe('the environment of the functions', () => {
  const every = [
    'POWERTOOLS_LOG_LEVEL',
    'POWERTOOLS_METRICS_NAMESPACE',
    'POWERTOOLS_SERVICE_NAME',
    'STOPGATE_DEFAULT_ACCOUNT',
    'STOPGATE_DEFAULT_CARRIER',
    'STOPGATE_TABLE_NAME',
  ];
  const meetsCarriers = [...every, 'STOPGATE_LOG_KEY_SECRET_ID', 'STOPGATE_PUBLIC_URL', 'STOPGATE_CARRIER_SECRET_IDS'];
  const expected: Record<FunctionName, string[]> = {
    inbound: [
      ...meetsCarriers,
      'STOPGATE_INBOUND_DEAD_LETTERS_QUEUE_URL',
      'STOPGATE_INBOUND_QUEUE_URL',
      'STOPGATE_REPLIES_QUEUE_URL',
      'STOPGATE_SMS_EVENTS_TOPIC_ARN',
      'STOPGATE_TWO_WAY_TOPIC_ARN',
    ],
    outbound: [
      ...meetsCarriers,
      'STOPGATE_CONFIGURATION_SET',
      'STOPGATE_OUTBOUND_DEAD_LETTERS_QUEUE_URL',
      'STOPGATE_OUTBOUND_QUEUE_URL',
    ],
    replies: [
      ...meetsCarriers,
      'STOPGATE_CONFIGURATION_SET',
      'STOPGATE_REPLIES_DEAD_LETTERS_QUEUE_URL',
      'STOPGATE_REPLIES_QUEUE_URL',
    ],
    api: every,
    waiting: [...every, 'STOPGATE_OUTBOUND_QUEUE_URL'],
    reviews: every,
    'opt-out-lists': [...every, 'STOPGATE_CARRIER_SECRET_IDS'],
  };

  test.each(functionNames)('%s is told what it needs and no more', (name) => {
    expect(Object.keys(functionNamed(name).Environment.Variables).sort()).toEqual([...expected[name]].sort());
  });

  test('a retention of messages reaches the functions that write messages', () => {
    const withRetention = templateWith({ messageRetentionDays: '400' });
    const told = Object.values(resourcesOf(withRetention, 'AWS::Lambda::Function')).flatMap(({ Properties }) =>
      Properties.Environment.Variables.STOPGATE_MESSAGE_RETENTION_DAYS === '400' ? [Properties.FunctionName] : [],
    );
    expect(told.sort()).toEqual(['stopgate-dev-outbound', 'stopgate-dev-replies']);
  });

  test('the list of AWS that follows the ledger reaches the functions that change consent, and the one that follows', () => {
    const withList = templateWith({ awsOptOutList: 'stopgate' });
    const told = Object.values(resourcesOf(withList, 'AWS::Lambda::Function')).flatMap(({ Properties }) =>
      Properties.Environment.Variables.STOPGATE_AWS_OPT_OUT_LIST === 'stopgate' ? [Properties.FunctionName] : [],
    );
    expect(told.sort()).toEqual(
      ['inbound', 'opt-out-lists', 'outbound', 'replies', 'reviews'].map((name) => `stopgate-dev-${name}`),
    );
  });

  test('the keys of carriers whose list can be read reach the function that reads them, and no others', () => {
    const withTelnyx = templateWith({ carriers: 'twilio,telnyx' });
    const { Environment } = only(
      withTelnyx,
      'AWS::Lambda::Function',
      ({ FunctionName }) => FunctionName === 'stopgate-dev-opt-out-lists',
    ).Properties;
    expect(said(Environment.Variables.STOPGATE_CARRIER_SECRET_IDS)).toBe('telnyx=SecrettelnyxSecret');
  });

  test('the public URL is the custom domain where there is one, and else the API’s own endpoint', () => {
    const url = (given: Template) =>
      only(given, 'AWS::Lambda::Function', ({ FunctionName }) => FunctionName === 'stopgate-dev-inbound').Properties
        .Environment.Variables.STOPGATE_PUBLIC_URL;
    expect(url(template)).toEqual({ 'Fn::GetAtt': [expect.stringMatching(/^Api/), 'ApiEndpoint'] });
    expect(url(templateWith({ publicUrl: 'https://sms.example.com' }))).toBe('https://sms.example.com');
  });
});

test.each(SCHEDULES)('the clock calls $function, and EventBridge alone may do so for it', (schedule) => {
  const id = `Function${schedule.function.replaceAll('-', '')}`;
  const rule = only(
    template,
    'AWS::Events::Rule',
    ({ Targets }) => said(Targets[0].Arn) === `${id}Function`,
  ).Properties;
  const rates = {
    reviews: [60, 'rate(1 hour)'],
    waiting: [1, 'rate(1 minute)'],
    'opt-out-lists': [360, 'rate(6 hours)'],
  } as const;
  const [minutes, rate] = rates[schedule.function];
  expect(schedule.everyMinutes).toBe(minutes);
  expect(rule).toMatchObject({ State: 'ENABLED', ScheduleExpression: rate });
  expect(rule.Targets).toHaveLength(1);
  const permission = only(
    template,
    'AWS::Lambda::Permission',
    ({ Principal, FunctionName }) => Principal === 'events.amazonaws.com' && said(FunctionName) === `${id}Function`,
  ).Properties;
  expect(said(permission.FunctionName)).toBe(`${id}Function`);
  expect(said(permission.SourceArn)).toBe(`${id}Schedule`);
});

test.each(EVENT_SOURCES)('queue $queue calls $function, which reports the messages that failed', (source) => {
  const mapping = only(
    template,
    'AWS::Lambda::EventSourceMapping',
    ({ EventSourceArn }) => said(EventSourceArn) === `Queue${source.queue}Queue`,
  ).Properties;
  expect(said(mapping.FunctionName)).toBe(`Function${source.function}Function`);
  expect(mapping).toMatchObject({
    BatchSize: source.batchSize,
    ScalingConfig: { MaximumConcurrency: source.maxConcurrency },
    FunctionResponseTypes: ['ReportBatchItemFailures'],
  });
});

describe.each(Object.entries(TOPICS))('topic %s', (name, { deliversTo }) => {
  const id = `Topic${name.replace('-', '')}Topic`;

  test('is encrypted with a key that AWS End User Messaging may use, for this account only', () => {
    const { KmsMasterKeyId } = only(template, 'AWS::SNS::Topic', ({ DisplayName }) =>
      DisplayName.endsWith(TOPICS[name as keyof typeof TOPICS].carries),
    ).Properties;
    const key = resourcesOf(template, 'AWS::KMS::Key')[KmsMasterKeyId['Fn::GetAtt'][0]]!.Properties;
    expect(key.EnableKeyRotation).toBe(true);
    expect(key.KeyPolicy.Statement).toContainEqual(
      expect.objectContaining({
        Effect: 'Allow',
        Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
        Principal: { Service: 'sms-voice.amazonaws.com' },
        Condition: expect.objectContaining({ StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } }),
      }),
    );
  });

  test('takes messages from AWS End User Messaging of this account, over TLS, and from nobody else', () => {
    const statements: Statement[] = only(template, 'AWS::SNS::TopicPolicy', ({ Topics }) => said(Topics[0]) === id)
      .Properties.PolicyDocument.Statement;
    const [allowed] = statements.filter(({ Effect }) => Effect === 'Allow');
    const denied = statements.filter(({ Effect }) => Effect === 'Deny');
    expect(allowed).toMatchObject({
      Action: 'sns:Publish',
      Principal: { Service: 'sms-voice.amazonaws.com' },
      Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
    });
    expect(statements).toHaveLength(3);
    expect(denied.map(({ Action, Condition }) => [Action, Condition])).toEqual([
      ['sns:Publish', { Bool: { 'aws:SecureTransport': 'false' } }],
      ['sns:Publish', { Bool: { 'aws:PrincipalIsAWSService': 'false' } }],
    ]);
  });

  test('delivers to its queue in the envelope that names the topic, and loses nothing that it cannot deliver', () => {
    const subscription = only(template, 'AWS::SNS::Subscription', ({ TopicArn }) => said(TopicArn) === id).Properties;
    expect(subscription).toMatchObject({ Protocol: 'sqs', RawMessageDelivery: false });
    expect(said(subscription.Endpoint)).toBe(`Queue${deliversTo}Queue`);
    expect(said(subscription.RedrivePolicy.deadLetterTargetArn)).toBe(`Queue${deliversTo}DeadLetters`);
  });
});

test('AWS End User Messaging reports every event of a text to the topic of events', () => {
  template.hasResourceProperties('AWS::SMSVOICE::ConfigurationSet', {
    ConfigurationSetName: 'stopgate-dev',
    EventDestinations: [
      {
        Enabled: true,
        EventDestinationName: Match.anyValue(),
        MatchingEventTypes: ['TEXT_ALL'],
        SnsDestination: { TopicArn: { Ref: Match.stringLikeRegexp('^Topicsmsevents') } },
      },
    ],
  });
});

describe('secrets', () => {
  test('each carrier’s is made without a token, so that nothing is believed until somebody sets it', () => {
    for (const carrier of ['twilio']) {
      const { GenerateSecretString } = only(template, 'AWS::SecretsManager::Secret', ({ Description }) =>
        Description.includes(` ${carrier}:`),
      ).Properties;
      // Any change of this value makes CloudFormation generate the secret anew, over the tokens that people have set.
      expect(GenerateSecretString).toEqual({
        SecretStringTemplate: '{}',
        GenerateStringKey: 'notSetYet',
      });
    }
  });

  test('the key of the logs’ hashes is generated with 256 bits, and stays as it is', () => {
    template.hasResourceProperties('AWS::SecretsManager::Secret', {
      GenerateSecretString: {
        SecretStringTemplate: '{}',
        GenerateStringKey: 'key',
        PasswordLength: 43,
        ExcludePunctuation: true,
      },
    });
  });

  test('no value of a secret stands in the template', () => {
    for (const { Properties } of Object.values(resourcesOf(template, 'AWS::SecretsManager::Secret'))) {
      expect(Properties.SecretString).toBeUndefined();
    }
  });
});
