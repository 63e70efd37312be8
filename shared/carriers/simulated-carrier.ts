/**
 * A carrier as the local run plays it: the other side of the wire. It takes what we send as the carrier's documents say,
 * and calls our webhook with the carrier's own signature. Written from those documents and apart from our own reading and
 * writing of the same formats, so that a mistake on one side does not hide one on the other.
 */
export interface SimulatedCarrier {
  /** What Stopgate keeps as this carrier's secret in the local run. */
  readonly secret: Readonly<Record<string, unknown>>;
  /** What it takes to call our webhook as this carrier; printed at the start. */
  readonly keys: readonly SimulatedKey[];
  /** The error by which it refuses a recipient who has opted out with it; `null` where it has none. */
  readonly optedOutError: string | null;
  /** Whether its webhooks say when a text was sent. */
  readonly tellsSentAt: boolean;
  /** Whether it can answer a send with this error of its own. */
  isError(code: string): boolean;
  /** How to name an error, for whoever named one that is none: `must be …`. */
  readonly errorHint: string;
  /** An id as this carrier gives them to messages. */
  newMessageId(): string;
  /** Takes a send to its REST API, or refuses one that is wrong. */
  take(request: SimulatedRequest): Submission | WireAnswer;
  /** The calls that tell us what a handset texted. */
  inbound(text: SimulatedText): readonly WebhookCall[];
  /** The calls, in order, that tell us that a message was sent and then delivered. */
  receipts(owed: OwedReceipt): readonly WebhookCall[];
  /** Its own opt-out list, for carriers that let it be read; whoever plays with it fills it. */
  readonly optOuts?: { readonly list: string; numbers: readonly SimulatedOptOut[] };
  /** The replies in our answer to a call, for carriers that send those. */
  repliesIn?(answer: { readonly contentType: string; readonly body: string }): string[];
}

/** A number on a carrier's own opt-out list. */
export interface SimulatedOptOut {
  readonly number: string;
  /** ISO 8601. */
  readonly at?: string | undefined;
  /** Whether the recipient asked for it, and not somebody at the carrier's console. */
  readonly byRecipient?: boolean | undefined;
  /** The sender that the recipient left, where the list is kept by sender. */
  readonly sender?: string | undefined;
  readonly keyword?: string | undefined;
  /** The carrier does not let it be taken off. */
  readonly locked?: boolean | undefined;
}

export interface SimulatedKey {
  readonly name: string;
  /** The variable of the environment that sets it. */
  readonly variable: string;
  readonly value: string;
}

/** What a simulated carrier finds around it. */
export interface SimulatedWorld {
  /** Our webhook's address at this carrier. */
  webhookUrl(): string;
  /** Whether a URL that we gave is one that the simulator may call: it never leaves this machine. */
  mayCall(url: string): boolean;
  /** How many SMS a text takes. */
  segmentsOf(text: string): { readonly segments: number };
  /** Milliseconds since the epoch. */
  clock(): number;
  /** A key from the environment, or the usual one. */
  key(name: string, variable: string, usual: string): SimulatedKey;
}

export interface SimulatedRequest {
  readonly method: string;
  /** Below the carrier's own address: it begins with a slash. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

/** A send that is well formed in the carrier's own terms. */
export interface Submission {
  readonly from: string;
  readonly to: string;
  readonly body: string;
  readonly carrierMessageId: string;
  /** What the carrier needs to report on the message, in little space; nothing where it was not asked to. */
  readonly receipt?: unknown;
  /** The answers in the carrier's wire format. */
  answerAccepted(): WireAnswer;
  answerError(code: string): WireAnswer;
}

/** What a handset texts to one of our senders; both as we write them. */
export interface SimulatedText {
  readonly from: string;
  readonly to: string;
  readonly body: string;
  readonly carrierMessageId: string;
  /** Milliseconds since the epoch. */
  readonly sentAt: number;
}

/** A delivery receipt that a carrier owes us. */
export interface OwedReceipt {
  readonly from: string;
  readonly to: string;
  readonly carrierMessageId: string;
  /** As the submission had it. */
  readonly receipt: unknown;
}

/** A call of our webhook. */
export interface WebhookCall {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/**
 * What a carrier answers, byte by byte, before it is known which server writes it; `'drop'` means that the connection ends
 * without an answer.
 */
export type WireAnswer =
  | { readonly status: number; readonly headers: Record<string, string>; readonly body: string }
  | 'drop';

/** An answer of JSON. */
export const answerJson = (status: number, body: object, headers: Record<string, string> = {}): WireAnswer => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
});

/** The two halves of HTTP Basic's credentials; nothing where the header holds none. */
export function basicCredentials(header: string | undefined): readonly [user: string, password: string] | undefined {
  const encoded = /^basic ([A-Za-z0-9+/=]+)$/i.exec(header ?? '')?.[1];
  const colon = /^([^:]*):(.*)$/s.exec(Buffer.from(encoded ?? '', 'base64').toString('utf8'));
  return encoded === undefined || !colon ? undefined : [colon[1] ?? '', colon[2] ?? ''];
}
