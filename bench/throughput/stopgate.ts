import { createContext } from '../../local/invocation.ts';
import { ConsentAges } from '../consent-ages.ts';
import { awsAt, createOutboundFunction } from '../outbound-function.ts';
import { runContender, TABLE_NAME } from './contender.ts';

/** How often what comes back is handed over again before it is a fault. */
const MOST_RECEIVES = 5;

const ages = new ConsentAges();

await runContender((url, carrier) => {
  const handler = createOutboundFunction({ aws: awsAt(url), tableName: TABLE_NAME, carrier, carriersUrl: url, ages });
  return async ({ Records }) => {
    let inHand = Records;
    // On a machine that stands still for a moment, a consent read becomes too old: then a message comes back, which takes time that counts.
    for (let receives = 0; inHand.length > 0; receives += 1) {
      if (receives === MOST_RECEIVES) throw new Error('Not every message was sent');
      const { batchItemFailures } = await handler({ Records: inHand }, createContext('outbound', 60));
      const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
      inHand = inHand.filter(({ messageId }) => failed.has(messageId));
    }
  };
}, ages);
