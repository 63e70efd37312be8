import type { Receipt } from '../../shared/carriers/carrier.ts';
import type { Instant } from '../../shared/consent/merge.ts';
import type { CampaignCounters } from '../../shared/ledger/campaign-counters.ts';
import { type OptOutRecorder, recordRefusal } from '../../shared/ledger/carrier-refusal.ts';
import type { MessageStore } from '../../shared/ledger/message-store.ts';
import type { SenderRegister } from '../../shared/ledger/sender-register.ts';
import { statusAfterReceipt } from '../../shared/messages/receipt.ts';
import type { Count } from '../../shared/runtime/metrics.ts';

export interface SettlingPorts extends OptOutRecorder {
  readonly senders: Pick<SenderRegister, 'find'>;
  readonly messages: Pick<MessageStore, 'settleByReceipt'>;
  readonly campaigns: Pick<CampaignCounters, 'add'>;
  readonly count: Count;
}

/** Settles a message by a carrier's receipt. Receipts may come twice, late or in any order. */
export async function settle(receipt: Receipt, heardAt: Instant, ports: SettlingPorts): Promise<void> {
  const sender = await ports.senders.find(receipt.sender);
  const ref = { ...receipt.ref, account: sender.account, to: receipt.recipient };
  const status = statusAfterReceipt(receipt.state);
  const message = await ports.messages.settleByReceipt(ref, status, receipt.carrierMessageId, receipt.detail);
  if (receipt.because === 'opted-out') {
    await recordRefusal({ ref, sender, carrier: receipt.carrier, reach: receipt.reach, heardAt }, ports);
  }
  if (!message) return;
  ports.count('ReceiptsHeard');
  if (message.campaignId) await ports.campaigns.add(message.account, message.campaignId, { [status]: 1 });
}
