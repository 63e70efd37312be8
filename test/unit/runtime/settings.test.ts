import * as z from 'zod/mini';
import {
  carrierSettings,
  commonSettings,
  readSettings,
  sendingSettings,
  setting,
  WrongSettings,
} from '../../../shared/runtime/settings.ts';

const schema = z.object({ ...commonSettings, ...carrierSettings, ...sendingSettings });
const RIGHT = {
  STOPGATE_TABLE_NAME: 'stopgate',
  STOPGATE_DEFAULT_ACCOUNT: 'acme',
  STOPGATE_DEFAULT_CARRIER: 'twilio',
  STOPGATE_PUBLIC_URL: 'https://stopgate.example',
  STOPGATE_CARRIER_SECRET_IDS: 'twilio=stopgate/twilio telnyx=arn:aws:a=b',
  STOPGATE_LOG_KEY_SECRET_ID: 'stopgate/log-key',
};

function problemsOf(environment: NodeJS.ProcessEnv): readonly string[] {
  try {
    readSettings(schema, environment);
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(WrongSettings);
    const { message, problems, name } = error as WrongSettings;
    expect(name).toBe('WrongSettings');
    // The message says what the list says, and no more.
    expect(message).toBe(['Wrong settings:', ...problems.map((problem) => `  ${problem}`)].join('\n'));
    return problems;
  }
}

describe('settings', () => {
  it('are read by their names, with defaults where there are some', () => {
    expect(readSettings(schema, { ...RIGHT, PATH: '/bin' })).toEqual({
      ...RIGHT,
      STOPGATE_CARRIER_SECRET_IDS: { twilio: 'stopgate/twilio', telnyx: 'arn:aws:a=b' },
    });
  });

  it.each(['twilio', 'twilio=', '=id', 'Twilio=id', ''])('are refused where the carriers’ secrets are %j', (ids) => {
    expect(problemsOf({ ...RIGHT, STOPGATE_CARRIER_SECRET_IDS: ids })).toHaveLength(1);
  });

  it('name no carrier where a stage has none but AWS', () => {
    const settings = readSettings(schema, { ...RIGHT, STOPGATE_CARRIER_SECRET_IDS: 'none' });
    expect(settings.STOPGATE_CARRIER_SECRET_IDS).toEqual({});
  });

  it('are reported all at once when nothing is set', () => {
    expect(problemsOf({})).toEqual([
      'STOPGATE_TABLE_NAME is not set',
      'STOPGATE_DEFAULT_ACCOUNT is not set',
      'STOPGATE_DEFAULT_CARRIER is not set',
      'STOPGATE_PUBLIC_URL is not set',
      'STOPGATE_CARRIER_SECRET_IDS is not set',
      'STOPGATE_LOG_KEY_SECRET_ID is not set',
    ]);
  });

  it('are not set when they are empty, as a shell writes it', () => {
    expect(problemsOf({ ...RIGHT, STOPGATE_TABLE_NAME: '' })).toEqual(['STOPGATE_TABLE_NAME is not set']);
    expect(readSettings(schema, { ...RIGHT, STOPGATE_MAX_ATTEMPTS: '' }).STOPGATE_MAX_ATTEMPTS).toBeUndefined();
  });

  it('are reported by name and rule and never by value, which might be a secret', () => {
    const problems = problemsOf({
      ...RIGHT,
      STOPGATE_DEFAULT_CARRIER: 'hidden-1',
      STOPGATE_PUBLIC_URL: 'hidden-2',
      STOPGATE_CARRIERS_URL: 'hidden-3',
      STOPGATE_MAX_ATTEMPTS: 'hidden-4',
      STOPGATE_RETRY_BASE_MS: '-5',
    });
    expect(problems).toEqual([
      'STOPGATE_DEFAULT_CARRIER is wrong: must be the name of a carrier',
      'STOPGATE_PUBLIC_URL is wrong: must be a URL',
      'STOPGATE_CARRIERS_URL is wrong: must be a URL',
      'STOPGATE_MAX_ATTEMPTS is wrong: must be a whole number above 0',
      'STOPGATE_RETRY_BASE_MS is wrong: must be a whole number above 0',
    ]);
  });

  test.each(['https://stopgate.example', 'https://stopgate.example/', 'https://stopgate.example///'])(
    'know a URL with and without a slash at its end for the same: %s',
    (url) => {
      expect(readSettings(z.object({ HERE: setting.url }), { HERE: url })).toEqual({
        HERE: 'https://stopgate.example',
      });
    },
  );

  test.each([
    ['1', 1],
    ['900', 900],
    ['999999999', 999_999_999],
  ])('read the whole number %s', (text, number) => {
    const { STOPGATE_MAX_ATTEMPTS } = readSettings(schema, { ...RIGHT, STOPGATE_MAX_ATTEMPTS: text });
    expect(STOPGATE_MAX_ATTEMPTS).toBe(number);
  });

  test.each(['0', '00', '-1', '1.5', '1e3', '0x10', ' 1', '1 ', '1\n', '１', '1000000000', 'NaN', 'Infinity'])(
    'refuse %j for a whole number above 0',
    (text) => {
      expect(problemsOf({ ...RIGHT, STOPGATE_MAX_ATTEMPTS: text })).toHaveLength(1);
    },
  );
});
