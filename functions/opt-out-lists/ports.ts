import type { CarrierLists } from '../../shared/carriers/opt-out-list.ts';
import type { CarrierBlocks } from '../../shared/ledger/carrier-blocks.ts';
import type { ConsentChanges } from '../../shared/ledger/consent-changes.ts';
import type { ConsentStore } from '../../shared/ledger/consent-store.ts';
import type { EventStore } from '../../shared/ledger/event-store.ts';
import type { ListedNumbers } from '../../shared/ledger/listed-numbers.ts';
import type { SenderRegister } from '../../shared/ledger/sender-register.ts';
import type { Sender } from '../../shared/messages/sender.ts';
import type { Logger } from '../../shared/runtime/logging.ts';
import type { Count } from '../../shared/runtime/metrics.ts';

export interface ListsPorts {
  readonly carriers: readonly CarrierLists[];
  readonly senders: Pick<SenderRegister, 'accounts' | 'ofAccount' | 'find' | 'takesUnregistered'>;
  readonly events: Pick<EventStore, 'keep'>;
  readonly consent: Pick<ConsentStore, 'read' | 'apply'>;
  readonly listedNumbers: ListedNumbers;
  readonly blocks: Pick<CarrierBlocks, 'record' | 'end'>;
  readonly consentChanges: Pick<ConsentChanges, 'workOff' | 'bringUpAgain'>;
  readonly clock: () => number;
  readonly count: Count;
  readonly logger: Logger;
}

/** Some or all of the registered senders of an account. */
export interface SendersOfAccount {
  readonly account: string;
  readonly senders: readonly Sender[];
}
