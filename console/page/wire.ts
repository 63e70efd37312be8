/**
 * What the simulator tells the page by HTTP. Said here once more, since the page knows the wire and not the simulator; a test
 * holds the two together.
 */

/** How a carrier behaves and what it can do. */
export interface CarrierState {
  readonly carrier: string;
  readonly delayMs: number;
  readonly error: string | null;
  readonly dropAnswer: boolean;
  readonly receipts: boolean;
  /** Receipts that wait to be switched on. */
  readonly heldReceipts: number;
  readonly abilities: {
    readonly hears: boolean;
    readonly reports: boolean;
    /** The error by which it refuses a recipient who has opted out with it; `null` where it has none. */
    readonly optedOutError: string | null;
  };
}

/** How many messages stand where. A message counts once. */
export interface Standing {
  readonly waiting: number;
  /** Taken by a carrier, whatever it told since. */
  readonly sent: number;
  readonly delivered: number;
  readonly undelivered: number;
  /** Failed, since the recipient has opted out. */
  readonly refused: number;
  readonly failed: number;
  readonly unknown: number;
}

export interface Totals extends Standing {
  readonly heard: number;
  readonly replies: number;
  readonly deadLetters: number;
  readonly campaigns: readonly (Standing & { readonly campaignId: string; readonly queued: number })[];
  readonly carriers: readonly CarrierState[];
}

/** What a handset received or sent before the page was opened. */
export interface RememberedBubble {
  readonly direction: 'received' | 'sent';
  readonly sender: string;
  readonly carrier: string;
  readonly body: string;
  readonly at: string;
  readonly carrierMessageId: string;
}

/** Whether a sender may text a recipient (contract, section 7). */
export interface SenderConsent {
  readonly sender: string;
  readonly consent: 'opted-in' | 'opted-out';
  readonly since?: string;
  readonly scope?: string;
  readonly eventId?: string;
}
