import { createContext } from '../../local/invocation.ts';
import { ConsentAges } from '../consent-ages.ts';
import { awsAt, createOutboundFunction } from '../outbound-function.ts';
import { runContender, TABLE_NAME } from './contender.ts';

const ages = new ConsentAges();

await runContender((url, carrier) => {
  const handler = createOutboundFunction({ aws: awsAt(url), tableName: TABLE_NAME, carrier, carriersUrl: url, ages });
  return async (event) => {
    const { batchItemFailures } = await handler(event, createContext('outbound', 60));
    if (batchItemFailures.length > 0) throw new Error('Not every message was sent');
  };
}, ages);
