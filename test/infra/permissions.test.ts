import type { Template } from 'aws-cdk-lib/assertions';
import { listOf, only, resourcesOf, type Statement, said, templateWith } from './synthesise.ts';

let template: Template;

beforeAll(() => {
  template = templateWith();
});

/** Everything that the policies of one role allow or deny, one line each. */
function permissionsOf(role: string, of = template): string[] {
  const lines: string[] = [];
  for (const { Properties } of Object.values(resourcesOf(of, 'AWS::IAM::Policy'))) {
    if (!Properties.Roles.map(said).includes(role)) continue;
    for (const statement of Properties.PolicyDocument.Statement as Statement[]) {
      for (const action of listOf(statement.Action)) {
        for (const resource of listOf(statement.Resource)) {
          lines.push(`${statement.Effect === 'Deny' ? 'not ' : ''}${action} ${said(resource)}`);
        }
      }
    }
  }
  return lines.sort();
}

const OWN = '<AWS::Region>:<AWS::AccountId>';
const consuming = (queue: string) =>
  ['ChangeMessageVisibility', 'DeleteMessage', 'GetQueueAttributes', 'GetQueueUrl', 'ReceiveMessage'].map(
    (action) => `sqs:${action} ${queue}`,
  );
const logging = (log: string) => [`logs:CreateLogStream ${log}`, `logs:PutLogEvents ${log}`];
const onLedger = (...actions: string[]) => actions.map((action) => `dynamodb:${action} LedgerTable`);
const readingSecrets = ['LogKeySecret', 'SecrettwilioSecret'].map(
  (secret) => `secretsmanager:GetSecretValue ${secret}`,
);
const sendingTexts = [
  ...['phone-number', 'pool', 'sender-id'].map(
    (identity) => `sms-voice:SendTextMessage arn:<AWS::Partition>:sms-voice:${OWN}:${identity}/*`,
  ),
  'sns:Publish *',
  'not sns:Publish arn:<AWS::Partition>:sns:*:*:*',
];

describe('what each function may do, in full', () => {
  const expected: Record<string, string[]> = {
    FunctioninboundRole: [
      ...logging('FunctioninboundLog'),
      ...consuming('QueueinboundQueue'),
      ...onLedger('GetItem', 'PutItem', 'Query', 'UpdateItem'),
      'sqs:SendMessage QueueinboundQueue',
      'sqs:SendMessage QueueinboundDeadLetters',
      'sqs:SendMessage QueuerepliesQueue',
      ...readingSecrets,
    ],
    FunctionoutboundRole: [
      ...logging('FunctionoutboundLog'),
      ...consuming('QueueoutboundQueue'),
      ...onLedger('BatchGetItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'),
      'sqs:SendMessage QueueoutboundDeadLetters',
      ...readingSecrets,
      ...sendingTexts,
    ],
    FunctionrepliesRole: [
      ...logging('FunctionrepliesLog'),
      ...consuming('QueuerepliesQueue'),
      ...onLedger('BatchGetItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'),
      'sqs:SendMessage QueuerepliesDeadLetters',
      ...readingSecrets,
      ...sendingTexts,
    ],
    FunctionapiRole: [...logging('FunctionapiLog'), ...onLedger('GetItem', 'Query')],
    FunctionreviewsRole: [
      ...logging('FunctionreviewsLog'),
      ...onLedger('GetItem', 'PutItem', 'Query', 'UpdateItem'),
      'dynamodb:Query LedgerTable/index/open-reviews',
    ],
    FunctionoptoutlistsRole: [
      ...logging('FunctionoptoutlistsLog'),
      ...onLedger('GetItem', 'PutItem', 'Query', 'UpdateItem'),
      `sms-voice:DescribeOptedOutNumbers arn:<AWS::Partition>:sms-voice:${OWN}:opt-out-list/*`,
      'sms-voice:DescribeOptOutLists *',
      'sns:ListPhoneNumbersOptedOut *',
      'sns:OptInPhoneNumber *',
    ],
  };

  test.each(Object.entries(expected))('%s', (role, permissions) => {
    expect(permissionsOf(role)).toEqual([...permissions].sort());
  });

  test('one list of AWS may be changed, where the stage names it, and the keys of a carrier with a list be read', () => {
    const given = templateWith({ awsOptOutList: 'stopgate', carriers: 'twilio,telnyx' });

    expect(permissionsOf('FunctionoptoutlistsRole', given)).toEqual(
      [
        ...(expected.FunctionoptoutlistsRole ?? []),
        `sms-voice:DeleteOptedOutNumber arn:<AWS::Partition>:sms-voice:${OWN}:opt-out-list/stopgate`,
        `sms-voice:PutOptedOutNumber arn:<AWS::Partition>:sms-voice:${OWN}:opt-out-list/stopgate`,
        'secretsmanager:GetSecretValue SecrettelnyxSecret',
      ].sort(),
    );
  });

  test('each function has a role of its own, without managed policies, that Lambda alone may assume', () => {
    const roles = Object.entries(resourcesOf(template, 'AWS::IAM::Role')).filter(
      ([id]) => said({ Ref: id }) in expected,
    );
    expect(roles).toHaveLength(Object.keys(expected).length);
    for (const [, { Properties }] of roles) {
      expect(Properties.ManagedPolicyArns).toBeUndefined();
      expect(Properties.AssumeRolePolicyDocument.Statement).toEqual([
        { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } },
      ]);
    }
  });
});

describe('what no role may do', () => {
  const statements = () =>
    Object.values(resourcesOf(template, 'AWS::IAM::Policy')).flatMap(
      ({ Properties }) => Properties.PolicyDocument.Statement as Statement[],
    );

  test('a wildcard of actions', () => {
    expect(
      statements()
        .flatMap(({ Action }) => listOf(Action))
        .filter((action) => action.includes('*')),
    ).toEqual([]);
  });

  test('delete from the ledger or scan it', () => {
    const onTable = statements()
      .flatMap(({ Action }) => listOf(Action))
      .filter((action) => action.startsWith('dynamodb:'));
    expect(new Set(onTable)).toEqual(
      new Set([
        'dynamodb:GetItem',
        'dynamodb:BatchGetItem',
        'dynamodb:Query',
        'dynamodb:PutItem',
        'dynamodb:UpdateItem',
      ]),
    );
  });
});

describe('who may send to a queue', () => {
  const policyOf = (queue: string): Statement[] =>
    only(template, 'AWS::SQS::QueuePolicy', ({ Queues }) => said(Queues[0]) === queue).Properties.PolicyDocument
      .Statement;
  const denialOf = (queue: string) => policyOf(queue).find(({ Sid }) => Sid === 'NobodyElseMaySend');
  const role = (id: string) => ({ 'Fn::GetAtt': [expect.stringMatching(`^${id}`), 'Arn'] });
  const topic = (id: string) => ({ Ref: expect.stringMatching(`^${id}`) });

  test('to replies, which skip the consent check: the inbound function and nobody else, whatever their own policies say', () => {
    const denial = denialOf('QueuerepliesQueue');
    expect(denial).toMatchObject({ Effect: 'Deny', Action: 'sqs:SendMessage', Principal: { AWS: '*' } });
    expect(denial?.Condition).toEqual({ ArnNotEquals: { 'aws:PrincipalArn': [role('FunctioninboundRole')] } });
    expect(policyOf('QueuerepliesQueue').filter(({ Effect }) => Effect === 'Allow')).toEqual([]);
  });

  test('to inbound, where signatures are no longer checked: the function, its redrive and the two topics', () => {
    expect(denialOf('QueueinboundQueue')?.Condition).toEqual({
      ArnNotEquals: {
        'aws:PrincipalArn': [role('FunctioninboundRole'), role('RedriveRole')],
        'aws:SourceArn': [topic('TopictwowayTopic'), topic('TopicsmseventsTopic')],
      },
    });
  });

  test('to the dead letters of inbound, which a redrive brings back: the function and services', () => {
    expect(denialOf('QueueinboundDeadLetters')?.Condition).toEqual({
      ArnNotEquals: { 'aws:PrincipalArn': [role('FunctioninboundRole')] },
      Bool: { 'aws:PrincipalIsAWSService': 'false' },
    });
  });

  test.each(['QueueinboundQueue', 'QueueinboundDeadLetters'])('to %s no topic but ours', (queue) => {
    const allowed = policyOf(queue).filter(({ Effect }) => Effect === 'Allow');
    expect(allowed.map(({ Principal, Condition }) => [Principal, Condition])).toEqual([
      [{ Service: 'sns.amazonaws.com' }, { ArnEquals: { 'aws:SourceArn': topic('TopictwowayTopic') } }],
      [{ Service: 'sns.amazonaws.com' }, { ArnEquals: { 'aws:SourceArn': topic('TopicsmseventsTopic') } }],
    ]);
  });

  test('the redrive role can bring back dead letters of inbound, and nothing else', () => {
    expect(permissionsOf('RedriveRole')).toEqual(
      [
        ...['Cancel', 'List', 'Start'].map((verb) => `sqs:${verb}MessageMoveTask${verb === 'List' ? 's' : ''}`),
        'sqs:DeleteMessage',
        'sqs:GetQueueAttributes',
        'sqs:ReceiveMessage',
      ]
        .map((action) => `${action} QueueinboundDeadLetters`)
        .concat('sqs:SendMessage QueueinboundQueue')
        .sort(),
    );
  });
});
