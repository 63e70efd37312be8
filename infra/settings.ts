import type { Construct } from 'constructs';
import * as z from 'zod';
import { CARRIER_NAMES, isRestCarrier, REST_CARRIER_NAMES } from '../shared/carriers/registry.ts';
import { DEAD_LETTER_RETENTION_DAYS, QUEUE_RETENTION_DAYS } from '../shared/runtime/topology.ts';

/** A message fails whose quiet hours leave no gap in so many days (`shared/messages/quiet-hours.ts`). */
const LONGEST_QUIET_DAYS = 14;
/**
 * How long a copy of a message may be under way while another copy is sent: on the outbound queue, waiting for quiet hours to
 * end, on the queue again, among the dead letters, and on the queue once more when it is redriven. Days.
 */
const LONGEST_UNDER_WAY_DAYS = 3 * QUEUE_RETENTION_DAYS + LONGEST_QUIET_DAYS + DEAD_LETTER_RETENTION_DAYS;
/** An id has to be known for longer than that, or the copy would be sent, too. */
const LEAST_RETENTION_DAYS = LONGEST_UNDER_WAY_DAYS + 1;

const count = (most: number) => z.coerce.number().int().min(1).max(most);

/**
 * What one stage may set. The values come from the CDK context: from `stages.{stage}` in `cdk.json`, each overridden by
 * `-c name=value` on the command line.
 */
const settingsFields = z.strictObject({
  /** Names the stage's resources, so that several stages fit into one AWS account. */
  stage: z.string().regex(/^[a-z][a-z0-9-]{0,19}$/, 'a small letter, then at most 19 of a-z 0-9 -'),
  /** The account meant by callers and messages that name none. `#` is not in it: keys of the ledger are `{account}#{number}`. */
  defaultAccount: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, '1 to 64 of A-Z a-z 0-9 . _ -'),
  /**
   * The carriers that this stage uses beside AWS's own, each of which gets a secret and a webhook; on the command line with
   * commas between. A carrier that is not in it has no address here.
   */
  carriers: z.preprocess(
    (given = []) => (typeof given === 'string' ? given.split(',').filter((name) => name !== '') : given),
    z
      .array(z.enum(REST_CARRIER_NAMES))
      .refine((names) => new Set(names).size === names.length, 'names a carrier twice'),
  ),
  /** The carrier of senders that are not registered: one of `carriers`, AWS End User Messaging (`aws`) or plain `sns`. */
  defaultCarrier: z.enum(CARRIER_NAMES),
  /**
   * The opt-out list of AWS End User Messaging that follows the ledger: whoever none of its senders may text is put on it, and
   * taken off it after an opt-in. No other list is ever changed; without it, none is.
   */
  awsOptOutList: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}$/, '1 to 64 of A-Z a-z 0-9 _ -')
    .optional(),
  /**
   * Where carriers reach the webhooks, if not at the HTTP API's own endpoint: a custom domain. Some carriers sign this very
   * URL, so it has to be what they were told. Without a slash at the end.
   */
  publicUrl: z
    .string()
    .regex(
      /^https:\/\/[a-z0-9.-]+(\/[A-Za-z0-9._-]+)*$/,
      'an https:// address without query and without a slash at the end',
    )
    .optional(),
  /** Who is told of alarms. AWS asks the address for confirmation first. */
  alarmEmail: z.email().optional(),
  /**
   * Days until messages are removed from the ledger, 50 at least; without it they stay. Consent and its evidence always stay. A
   * message that is queued once more after its id is forgotten is sent once more.
   */
  messageRetentionDays: count(3_650)
    .min(
      LEAST_RETENTION_DAYS,
      `at least ${LEAST_RETENTION_DAYS}: a message may be on its queues, waiting or a dead letter for ${LONGEST_UNDER_WAY_DAYS} days, and would be sent twice if its id were forgotten meanwhile`,
    )
    .optional(),
  /** Requests a second that each route takes. Above it API Gateway answers 429, which some carriers do not retry. */
  requestsPerSecond: count(10_000).default(1_000),
  /** Requests that each route takes at once. */
  burst: count(5_000).default(2_000),
  logLevel: z.enum(['DEBUG', 'INFO', 'WARN', 'ERROR']).default('INFO'),
});

const settingsSchema = settingsFields.refine(
  ({ carriers, defaultCarrier }) => !isRestCarrier(defaultCarrier) || carriers.includes(defaultCarrier),
  { path: ['defaultCarrier'], error: 'has to be among the carriers, too' },
);

export type Settings = z.infer<typeof settingsSchema>;

/**
 * Reads the settings of the stage that the context names.
 * @throws Error with everything that is wrong with them, not only the first
 */
export function readSettings({ node }: Construct): Settings {
  const stage: unknown = node.tryGetContext('stage');
  const stages: Record<string, object> = node.tryGetContext('stages') ?? {};
  const given = Object.keys(settingsFields.shape).flatMap((name) => {
    const value: unknown = node.tryGetContext(name);
    return value === undefined ? [] : [[name, value]];
  });
  const settings: Record<string, unknown> = { ...stages[String(stage)], ...Object.fromEntries(given) };
  const result = settingsSchema.safeParse(settings);
  if (result.success) return result.data;
  const wrong = result.error.issues.map(({ path: [name], message }) => {
    if (name === undefined) return `\n  ${message}`;
    return `\n  ${String(name)}: ${settings[String(name)] === undefined ? 'is not set' : message}`;
  });
  throw new Error(
    `The settings of stage "${stage}" are wrong. Mend them in cdk.json (context.stages) or give -c name=value:${wrong.join('')}`,
  );
}
