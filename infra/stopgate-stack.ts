import { fileURLToPath } from 'node:url';
import { Stack } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { EVENT_SOURCES, FUNCTIONS, QUEUES, ROUTES, SCHEDULES, TOPICS } from '../shared/runtime/topology.ts';
import { Alarms } from './constructs/alarms.ts';
import { CarrierSecret, LogKeySecret } from './constructs/generated-secret.ts';
import { HttpApi } from './constructs/http-api.ts';
import { LedgerTable } from './constructs/ledger-table.ts';
import { QueueWithDeadLetters } from './constructs/queue-with-dead-letters.ts';
import { RedriveRole } from './constructs/redrive-role.ts';
import { SmsConfigurationSet } from './constructs/sms-configuration-set.ts';
import { SmsTopic, SmsTopicKey } from './constructs/sms-topic.ts';
import { StopgateFunction } from './constructs/stopgate-function.ts';
import { environmentOf } from './environment.ts';
import { tell } from './outputs.ts';
import { mapRecord, type Parts } from './parts.ts';
import { givePermissions } from './permissions.ts';
import type { Settings } from './settings.ts';
import { watch } from './watch.ts';

/** Long enough to look into a complaint; what has to be proved later is in the ledger. */
const LOG_RETENTION = RetentionDays.THREE_MONTHS;

/** One stage of Stopgate, built from `shared/runtime/topology.ts`, from which the local run is built too. */
export class StopgateStack extends Stack {
  constructor(scope: Construct, id: string, settings: Settings) {
    super(scope, id, { description: 'Stopgate: hears, remembers and heeds SMS consent', analyticsReporting: false });
    const prefix = `stopgate-${settings.stage}`;

    const api = new HttpApi(this, 'Api', { name: prefix, logRetention: LOG_RETENTION, ...settings });
    const queues = mapRecord(
      QUEUES,
      (name, queue) => new QueueWithDeadLetters(this, `Queue-${name}`, { queueName: `${prefix}-${name}`, ...queue }),
    );
    const key = new SmsTopicKey(this, 'TopicKey');
    const topics = mapRecord(
      TOPICS,
      (name, { carries, deliversTo }) =>
        new SmsTopic(this, `Topic-${name}`, { carries, key, deliversTo: queues[deliversTo] }),
    );
    const parts: Parts = {
      ledger: new LedgerTable(this, 'Ledger'),
      queues,
      redrive: new RedriveRole(this, 'Redrive', { queue: queues.inbound }),
      topics,
      configurationSet: new SmsConfigurationSet(this, 'Sms', { name: prefix, events: topics['sms-events'] }),
      carrierSecrets: new Map(
        settings.carriers.map((carrier) => [carrier, new CarrierSecret(this, `Secret-${carrier}`, { carrier })]),
      ),
      logKey: new LogKeySecret(this, 'LogKey'),
      awsOptOutList: settings.awsOptOutList,
      publicUrl: settings.publicUrl ?? api.url,
    };

    const functions = mapRecord(
      FUNCTIONS,
      (name, props) =>
        new StopgateFunction(this, `Function-${name}`, {
          ...props,
          functionName: `${prefix}-${name}`,
          entry: fileURLToPath(new URL(`../functions/${name}/index.ts`, import.meta.url)),
          environment: environmentOf(name, parts, settings),
          logLevel: settings.logLevel,
          logRetention: LOG_RETENTION,
        }),
    );
    for (const source of EVENT_SOURCES) functions[source.function].consume(queues[source.queue], source);
    for (const schedule of SCHEDULES) functions[schedule.function].callEvery(schedule.everyMinutes);
    for (const route of ROUTES) api.route(route, functions[route.function].lambda);
    givePermissions(this, parts, functions);
    watch(new Alarms(this, 'Alarms', { prefix, email: settings.alarmEmail }), queues, functions);
    tell(this, parts);
  }
}
