import type { SQSRecord } from 'aws-lambda';
import type { CampaignCounters, Counts } from '../../shared/ledger/campaign-counters.ts';
import { safeError } from '../../shared/runtime/logging.ts';
import type { Count } from '../../shared/runtime/metrics.ts';
import { type SqsHandler, type SqsHandlerPorts, sqsHandler } from '../../shared/runtime/sqs-handler.ts';
import {
  type CheckingPorts,
  checkThenSend,
  type Ending,
  leaveAlone,
  prepareCarriers,
  readConsent,
} from './check-then-send.ts';
import { chooseCarrier } from './choose-carrier.ts';
import { type Claimed, type ClaimingPorts, claimRecord, type Job } from './claim-record.ts';
import { type HoldingPorts, holdBack } from './hold-back.ts';
import { type PacingPorts, type Turn, takeTurns } from './wait-for-turn.ts';

export type OutboundPorts = ClaimingPorts &
  CheckingPorts &
  PacingPorts &
  HoldingPorts &
  SqsHandlerPorts & {
    readonly campaigns: Pick<CampaignCounters, 'add'>;
    readonly count: Count;
  };

/** How long a message stays away that another function is sending at this moment. Milliseconds. */
const BUSY_MS = 10_000;
const NOT_KNOWN: Turn = { kind: 'not known' };

/** Sends what producers queued: claims each message, asks the ledger, hands it to its carrier, writes down the end. */
export function createOutboundHandler(ports: OutboundPorts): SqsHandler {
  return sqsHandler((event) => sendBatch(event.Records, ports), ports);
}

async function sendBatch(records: readonly SQSRecord[], ports: OutboundPorts): Promise<PromiseSettledResult<void>[]> {
  const claims = await Promise.allSettled(
    records.map(async (record) => route(await claimRecord(record, ports), ports)),
  );
  const jobs = claims.flatMap((claim) =>
    claim.status === 'fulfilled' && claim.value.kind === 'job' ? [claim.value] : [],
  );
  const [turns] = await Promise.all([takeTurns(jobs, ports), prepareCarriers(jobs, ports)]);
  // Consent is read when every claim is made, in one call for all who do not wait: only such a read allows a send.
  const consent = await readConsent(jobs, turns, ports);
  const endings: Ending[] = [];
  const results = await Promise.allSettled(
    claims.map(async (claim, index) => {
      if (claim.status === 'rejected') throw claim.reason;
      const claimed = claim.value;
      if (claimed.kind === 'nothing to do') return;
      const record = records[index] as SQSRecord;
      if (claimed.kind === 'busy')
        return holdBack(record, BUSY_MS, ports, { detail: 'another function is sending it' });
      if (claimed.kind === 'wait') return holdBack(record, claimed.delayMs, ports, { detail: 'quiet hours' });
      const ending =
        claimed.kind === 'job'
          ? await checkThenSend(claimed, turns.get(claimed) ?? NOT_KNOWN, consent, ports)
          : claimed;
      endings.push(ending);
      if (ending.kind === 'again') return holdBack(record, ending.delayMs, ports, ending);
    }),
  );
  countEndings(endings, ports.count);
  await countForCampaigns(endings, ports);
  return results;
}

/** Gives a job the carrier that it leaves by; puts it back while there is none that may be called. */
async function route(claimed: Claimed, ports: OutboundPorts): Promise<Claimed | Ending> {
  if (claimed.kind !== 'job') return claimed;
  const choice = chooseCarrier(claimed.sender, claimed.claim.attempt, ports.breaker);
  if ('carrier' in choice) return { ...claimed, carrier: choice.carrier };
  return leaveAlone(claimed, choice.waitMs, ports);
}

function countEndings(endings: readonly Ending[], count: Count): void {
  for (const ending of endings) {
    if (ending.kind === 'again') count('MessagesRetried');
    else if (ending.status === 'Sent') count('MessagesSent');
    else if (ending.status === 'Unknown') count('UnknownResults');
    else count(ending.reason === 'OptedOut' ? 'MessagesRefused' : 'MessagesFailed');
  }
}

/** One write for each campaign in the batch. Failures are not counted: the failures index has each of them. */
async function countForCampaigns(endings: readonly Ending[], ports: OutboundPorts): Promise<void> {
  const campaigns = new Map<string, { job: Job; counts: Counts }>();
  for (const { job, ...ending } of endings) {
    if (ending.kind === 'again' || ending.status === 'Failed' || !job.claim.campaignId) continue;
    const key = `${job.claim.account}#${job.claim.campaignId}`;
    const campaign = campaigns.get(key) ?? { job, counts: {} };
    campaign.counts[ending.status] = (campaign.counts[ending.status] ?? 0) + 1;
    campaigns.set(key, campaign);
  }
  const writes = [...campaigns.values()].map(({ job: { claim }, counts }) =>
    ports.campaigns.add(claim.account, claim.campaignId ?? '', counts),
  );
  for (const write of await Promise.allSettled(writes)) {
    if (write.status === 'rejected')
      ports.logger.warn('A campaign was not counted', { error: safeError(write.reason) });
  }
}
