import type { Construct } from 'constructs';
import { LISTING_CARRIER_NAMES } from '../shared/carriers/registry.ts';
import { OptOutListAccess } from './constructs/opt-out-list-access.ts';
import { SmsSending } from './constructs/sms-sending.ts';
import type { Functions, Parts } from './parts.ts';

/**
 * Who may do what, and nothing beyond it: the page to read when asking what a function could do at worst. Nobody may
 * delete from the ledger or scan it. (Taking from a queue and writing the own log are allowed where those are made.)
 */
export function givePermissions(
  scope: Construct,
  { ledger, queues, topics, redrive, carrierSecrets, logKey, awsOptOutList }: Parts,
  functions: Functions,
): void {
  const { inbound, outbound, replies, waiting, api, reviews, 'opt-out-lists': lists } = functions;

  ledger.allow(inbound.role, 'GetItem', 'Query', 'PutItem', 'UpdateItem');
  ledger.allow(api.role, 'GetItem', 'Query');
  ledger.allow(reviews.role, 'GetItem', 'Query', 'PutItem', 'UpdateItem');
  ledger.allowFindingOpenReviews(reviews.role);
  ledger.allow(waiting.role, 'GetItem', 'Query', 'UpdateItem');
  ledger.allow(lists.role, 'GetItem', 'Query', 'PutItem', 'UpdateItem');
  for (const sender of [outbound, replies]) {
    ledger.allow(sender.role, 'GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem');
  }

  // What arrives while the ledger is down waits on the inbound queue, its signature already checked: whoever could write
  // to that queue could forge a STOP or a START.
  queues.inbound.allowSending(inbound.role);
  queues.inbound.denySendingExceptBy({
    roles: [inbound.role, redrive.role],
    topics: Object.values(topics).map(({ topic }) => topic),
  });
  queues.inbound.denyPlantingDeadLettersExceptBy(inbound.role);
  // Replies skip the consent check, so being on their queue has to prove that a recipient asked.
  queues.replies.allowSending(inbound.role);
  queues.replies.denySendingExceptBy({ roles: [inbound.role] });

  // What waited goes back to where it came from.
  queues.outbound.allowSending(waiting.role);

  queues.inbound.allowGivingUp(inbound.role);
  queues.outbound.allowGivingUp(outbound.role);
  queues.replies.allowGivingUp(replies.role);
  new SmsSending(scope, 'SmsSending', { roles: [outbound.role, replies.role] });

  new OptOutListAccess(scope, 'OptOutLists', { role: lists.role, ownList: awsOptOutList });
  for (const carrier of LISTING_CARRIER_NAMES) carrierSecrets.get(carrier)?.allowReading(lists.role);

  for (const secret of [logKey, ...carrierSecrets.values()]) {
    for (const reader of [inbound, outbound, replies]) secret.allowReading(reader.role);
  }
}
