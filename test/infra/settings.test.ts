import { App } from 'aws-cdk-lib';
import { readSettings } from '../../infra/settings.ts';
import { LONGEST_QUIET_DAYS } from '../../shared/messages/quiet-hours.ts';
import { DEAD_LETTER_RETENTION_DAYS, QUEUE_RETENTION_DAYS } from '../../shared/runtime/topology.ts';

const read = (context: Record<string, unknown>) => readSettings(new App({ context }));
const DEV = {
  stage: 'dev',
  stages: { dev: { defaultAccount: 'acme', carriers: ['twilio'], defaultCarrier: 'twilio' } },
};

/** Days. */
const LEAST = 50;

test('settings come from the stage’s entry, with defaults for the rest', () => {
  expect(read(DEV)).toEqual({
    stage: 'dev',
    defaultAccount: 'acme',
    carriers: ['twilio'],
    defaultCarrier: 'twilio',
    requestsPerSecond: 1_000,
    burst: 2_000,
    logLevel: 'INFO',
  });
});

test('the command line overrides them, and numbers from there are text', () => {
  expect(
    read({ ...DEV, defaultCarrier: 'aws', messageRetentionDays: '50', publicUrl: 'https://sms.example.com/in' }),
  ).toMatchObject({
    defaultAccount: 'acme',
    defaultCarrier: 'aws',
    messageRetentionDays: 50,
    publicUrl: 'https://sms.example.com/in',
  });
});

test('another stage has its own settings and nothing of the first', () => {
  expect(() => read({ ...DEV, stage: 'prod' })).toThrow(
    /stage "prod".*\n {2}defaultAccount: is not set\n {2}defaultCarrier: is not set$/,
  );
});

test('everything that is wrong is reported at once, and how to mend it', () => {
  const wrong = {
    stage: 'Prod!',
    defaultAccount: 'ac#me',
    carriers: 'pigeon',
    defaultCarrier: 'pigeon',
    publicUrl: 'http://sms.example.com/',
    awsOptOutList: 'a list',
    alarmEmail: 'ops',
    messageRetentionDays: '0',
    requestsPerSecond: 'many',
    burst: '1.5',
    logLevel: 'LOUD',
  };

  const act = () => read(wrong);

  expect(act).toThrow(/cdk\.json.*-c name=value/);
  for (const name of Object.keys(wrong)) expect(act).toThrow(new RegExp(`\n  ${name}: `));
});

test.each(['1', '14', '15', '49'])(
  'an id is not forgotten while a copy of its message may still be under way: %s days',
  (messageRetentionDays) => {
    const days = 'at least 50: a message may be on its queues, waiting or a dead letter for 49 days';
    expect(() => read({ ...DEV, messageRetentionDays })).toThrow(`messageRetentionDays: ${days}`);
  },
);

test('a retention that is longer than any message may be under way is taken', () => {
  expect(LEAST).toBeGreaterThan(DEAD_LETTER_RETENTION_DAYS + LONGEST_QUIET_DAYS + 3 * QUEUE_RETENTION_DAYS);
  expect(read({ ...DEV, messageRetentionDays: LEAST })).toMatchObject({ messageRetentionDays: LEAST });
});

test.each(['https://sms.example.com/', 'https://sms.example.com?x=1', 'https://SMS.example.com', 'sms.example.com'])(
  'a public URL that carriers would sign in another form is refused: %s',
  (publicUrl) => {
    expect(() => read({ ...DEV, publicUrl })).toThrow(/publicUrl: an https:/);
  },
);

test('a misspelt setting is reported, not ignored', () => {
  expect(() => read({ stage: 'dev', stages: { dev: { ...DEV.stages.dev, alarmMail: 'ops@example.com' } } })).toThrow(
    /alarmMail/,
  );
});
