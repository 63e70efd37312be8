import { Duration } from 'aws-cdk-lib';
import { Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { type FunctionName, QUEUES } from '../shared/runtime/topology.ts';
import { ALARM_PERIOD, type Alarms } from './constructs/alarms.ts';
import { REDRIVABLE } from './outputs.ts';
import { type Functions, mapRecord, type Parts } from './parts.ts';

/** Seconds after which a reply that still waits raises an alarm; after 300 it lapses. */
const REPLIES_LATE_AFTER = 240;
/** Seconds for which what recipients texted may wait to be stored. */
const INBOUND_LATE_AFTER = 120;
/** Refused webhooks within a minute that are still taken for noise of the internet. */
const REFUSALS_EXPECTED = 10;
/** Twice as long as from one run of the reviews function to the next, so that the alarm does not end in between. */
const REVIEWS_PERIOD = Duration.hours(2);

/** Raises an alarm for everything that people would feel. */
export function watch(alarms: Alarms, queues: Parts['queues'], functions: Functions): void {
  mapRecord(QUEUES, (name, { deadLetterMeaning }) =>
    alarms.raise(`${name}-dead-letters`, {
      metric: queues[name].deadLetters.metricApproximateNumberOfMessagesVisible({
        period: ALARM_PERIOD,
        statistic: Stats.MAXIMUM,
      }),
      above: 0,
      meaning: REDRIVABLE.includes(name) ? `${deadLetterMeaning} The outputs of the stack say how.` : deadLetterMeaning,
    }),
  );

  const oldest = (queue: 'replies' | 'inbound') =>
    queues[queue].queue.metricApproximateAgeOfOldestMessage({ period: ALARM_PERIOD, statistic: Stats.MAXIMUM });
  alarms.raise('replies-late', {
    metric: oldest('replies'),
    above: REPLIES_LATE_AFTER,
    meaning:
      'People who texted STOP, START or HELP are still waiting for the answer, which lapses after five minutes. Their consent is stored and heeded. Look at errors and throttles of the replies function and at the state of the carrier.',
  });
  alarms.raise('inbound-late', {
    metric: oldest('inbound'),
    above: INBOUND_LATE_AFTER,
    meaning:
      'What recipients texted, a STOP perhaps, was received but is not in the ledger yet. Until it is, messages may go to people who have left. Look at errors and throttles of the inbound function and at the table; stop campaigns by disabling the event source of the outbound function.',
  });

  alarms.raise('inbound-errors', {
    metric: functions.inbound.lambda.metricErrors({ period: ALARM_PERIOD }),
    above: 0,
    meaning:
      'The function that hears STOP failed. The carrier got an error, and not every carrier tries again. Look at its log; then compare the carrier’s own list of inbound messages with the ledger.',
  });
  alarms.raise('inbound-not-stored', {
    metric: counted(functions, 'inbound', 'InboundNotStored'),
    above: 0,
    meaning:
      'What a recipient texted, a STOP perhaps, could be stored neither in the ledger nor on the queue; the carrier was answered 503 so that it tries again. Look at the table and the queue at once, and at the carrier’s list of failed webhooks.',
  });
  alarms.raise('webhooks-refused', {
    metric: counted(functions, 'inbound', 'WebhooksRefused'),
    above: REFUSALS_EXPECTED,
    meaning:
      'Many webhooks bore no valid signature. Either somebody is trying to forge STOP or START, which changed nothing; or the token or the public URL is wrong, and then genuine STOPs are being refused: compare both with the carrier’s console at once.',
  });

  for (const sender of ['outbound', 'replies'] as const) {
    alarms.raise(`${sender}-unknown-results`, {
      metric: counted(functions, sender, 'UnknownResults'),
      above: 0,
      meaning:
        'A carrier took a message and its answer never came: the message may or may not have been sent, and is not sent again. A receipt settles it. If many come, look at the state of the carrier and at timeouts of the function.',
    });
  }

  alarms.raise('reviews-due-soon', {
    metric: counted(functions, 'reviews', 'ReviewsDueSoon').with({ statistic: Stats.MAXIMUM, period: REVIEWS_PERIOD }),
    above: 0,
    meaning:
      'Messages that may be a wish to be left alone have at most two business days left, or none, and nobody has decided on them. Such a wish has to be heeded within ten business days (47 CFR 64.1200(a)(10)); until then those people are still texted, unless the setting undecidedReview of the sender makes it an opt-out at the deadline. Decide on them, the oldest first; the runbook says how.',
  });
  alarms.raise('reviews-errors', {
    metric: functions.reviews.lambda.metricErrors({ period: ALARM_PERIOD }),
    above: 0,
    meaning:
      'The function that looks after the deadlines of reviews failed. While it does, nobody is warned of a deadline, and what should become an opt-out at its deadline does not. It runs again within the hour and then does all that is due. Look at its log and at the table.',
  });

  alarms.raise('waiting-errors', {
    metric: functions.waiting.lambda.metricErrors({ period: ALARM_PERIOD }),
    above: 0,
    meaning:
      'The function that lets waiting messages go failed. Messages whose quiet hours are over stay where they are until it succeeds; it runs again every minute and goes on where it stopped. Look at its log, at the table and at the outbound queue.',
  });

  alarms.raise('opt-out-lists-errors', {
    metric: functions['opt-out-lists'].lambda.metricErrors({ period: ALARM_PERIOD }),
    above: 0,
    meaning:
      'The function that reads the carriers’ own opt-out lists could not read, or change, all of them. Whoever opted out with a carrier without our hearing it is still taken for somebody who may be texted, and the carrier refuses or drops those messages. It does the rest and runs again every six hours, from where it stopped. Its log names the list: look at that carrier’s state and at the permissions and keys for it.',
  });

  mapRecord(functions, (name, { lambda }) =>
    alarms.raise(`${name}-throttled`, {
      metric: lambda.metricThrottles({ period: ALARM_PERIOD }),
      above: 0,
      meaning: `Lambda turned calls of the ${name} function away, because the account’s concurrent executions are used up. ${THROTTLED_MEANS[name]} Raise the account’s quota, or lower what else runs in the account.`,
    }),
  );
}

const THROTTLED_MEANS: Readonly<Record<FunctionName, string>> = {
  inbound: 'Carriers got an error when a recipient texted STOP, and not every carrier tries again.',
  outbound: 'Messages wait on their queue and are sent later.',
  replies: 'People wait for the answer to their STOP, START or HELP; after five minutes it lapses.',
  waiting: 'Messages whose waiting time is over leave later.',
  api: 'Those who asked for a recipient or a message got an error.',
  'opt-out-lists': 'Opt-outs that only a carrier knows of are heard six hours later.',
  reviews: 'Nobody is warned of the deadlines of reviews until it runs again, which it does every hour.',
};

/** A metric that a function counts itself, through Powertools. */
function counted(functions: Functions, name: FunctionName, metricName: string): Metric {
  return new Metric({
    namespace: 'Stopgate',
    metricName,
    dimensionsMap: { service: functions[name].lambda.functionName },
    statistic: Stats.SUM,
    period: ALARM_PERIOD,
  });
}
