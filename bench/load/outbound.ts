import { startEventSource, WAIT_SECONDS } from '../../local/event-source.ts';
import { createContext } from '../../local/invocation.ts';
import { createSqs } from '../../shared/runtime/clients.ts';
import { ConsentAges } from '../consent-ages.ts';
import { awsAt, createOutboundFunction } from '../outbound-function.ts';
import { BATCH } from '../queued-messages.ts';
import { type Engines, givenToPart, serveAsPart } from './parts.ts';

/** Batches at once, as in the local run. */
const CONCURRENCY = 4;

const { engines, carriersUrl } = givenToPart<{ engines: Engines; carriersUrl: string }>();
const { outbound: queue, tableName } = engines;
const aws = awsAt(engines.dynamodb, engines.sqs);
const ages = new ConsentAges();
const outbound = createOutboundFunction({
  aws,
  tableName,
  carrier: 'twilio',
  carriersUrl,
  queueUrl: queue.url,
  deadLettersUrl: queue.deadLettersUrl,
  ages,
});
startEventSource({
  sqs: createSqs(aws, WAIT_SECONDS * 1_000),
  queue,
  batchSize: BATCH,
  concurrency: CONCURRENCY,
  invoke: (event) => outbound(event, createContext('outbound', 60)),
});
serveAsPart({}, () => ages.counts);
