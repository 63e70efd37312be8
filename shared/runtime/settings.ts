import * as z from 'zod/mini';

/** Settings that are missing or wrong, all of them at once. Names only: a value might be a secret. */
export class WrongSettings extends Error {
  override readonly name = 'WrongSettings';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`Wrong settings:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
    this.problems = problems;
  }
}

/**
 * Reads settings from the environment by a schema whose field names are the environment's names.
 * @throws WrongSettings that names every missing or wrong setting
 */
export function readSettings<T extends z.ZodMiniType>(schema: T, environment: NodeJS.ProcessEnv): z.output<T> {
  // An empty variable is how a shell says "not set".
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  throw new WrongSettings(
    result.error.issues.map((issue) => {
      const name = String(issue.path[0]);
      return given[name] === undefined ? `${name} is not set` : `${name} is wrong: ${issue.message}`;
    }),
  );
}

const text = z.string().check(z.minLength(1));
/** As in a registered sender: part of the ledger's keys, hence without '#'. */
const accountName = z.string().check(z.regex(/^[A-Za-z0-9._-]{1,64}$/, 'must be 1 to 64 of A-Z a-z 0-9 . _ -'));
const url = z.pipe(
  z.string().check(z.refine((value) => URL.canParse(value), 'must be a URL')),
  z.transform((value: string) => value.replace(/\/+$/, '')),
);
const wholeNumber = z.pipe(
  z.string().check(z.regex(/^[1-9]\d{0,8}$/, 'must be a whole number above 0')),
  z.transform(Number),
);

const CARRIER = /^[a-z][a-z-]{1,30}$/;

/** The carriers that the stage has switched on, with the id of each one's secret: `twilio=arn:… telnyx=arn:…`. */
const carrierSecretIds = z.pipe(
  z
    .string()
    .check(z.refine((list) => list.trim().split(/\s+/).every(isPair), 'must be like twilio=ID telnyx=ID, or none')),
  z.transform(
    (list): Readonly<Record<string, string>> =>
      Object.fromEntries(
        list
          .trim()
          .split(/\s+/)
          .filter((pair) => pair !== 'none')
          .map(splitPair),
      ),
  ),
);

function splitPair(pair: string): [carrier: string, id: string] {
  const [carrier = '', ...id] = pair.split('=');
  return [carrier, id.join('=')];
}

function isPair(pair: string): boolean {
  const [carrier, id] = splitPair(pair);
  return pair === 'none' || (CARRIER.test(carrier) && id !== '');
}

/** Kinds of settings, for the functions' schemas. */
export const setting = { text, url, wholeNumber };

/** What every function needs. */
export const commonSettings = {
  STOPGATE_TABLE_NAME: text,
  STOPGATE_DEFAULT_ACCOUNT: accountName,
  STOPGATE_DEFAULT_CARRIER: z.string().check(z.regex(CARRIER, 'must be the name of a carrier')),
  /** AWS End User Messaging's opt-out list that follows the ledger; none does, when not set. */
  STOPGATE_AWS_OPT_OUT_LIST: z.optional(
    z.string().check(z.regex(/^[A-Za-z0-9_-]{1,64}$/, 'must be 1 to 64 of A-Z a-z 0-9 _ -')),
  ),
};

/** What the functions need that talk to carriers. */
export const carrierSettings = {
  STOPGATE_PUBLIC_URL: url,
  STOPGATE_CARRIER_SECRET_IDS: carrierSecretIds,
  STOPGATE_LOG_KEY_SECRET_ID: text,
};

/** What the functions need that send. */
export const sendingSettings = {
  STOPGATE_CONFIGURATION_SET: z.optional(text),
  /** The simulated carriers, each at a path of its name; the real ones, when not set. */
  STOPGATE_CARRIERS_URL: z.optional(url),
  STOPGATE_MESSAGE_RETENTION_DAYS: z.optional(wholeNumber),
  STOPGATE_MAX_ATTEMPTS: z.optional(wholeNumber),
  STOPGATE_RETRY_BASE_MS: z.optional(wholeNumber),
};
