/**
 * How other open-source systems tell an opt-out, re-expressed from what their sources and documentation say, to be measured
 * on the same replies. Only the words and the way of comparing are theirs; options that a user has to set are left alone.
 */

/** A rule of a peer. */
export interface PeerRule {
  readonly name: string;
  /** The way of comparing, in a few words. */
  readonly how: string;
  /** Whether it opts the author of this text out. */
  optsOut(text: string): boolean;
}

const AWS_WORDS = ['ARRET', 'CANCEL', 'END', 'OPT-OUT', 'OPTOUT', 'QUIT', 'REMOVE', 'STOP', 'TD', 'UNSUBSCRIBE'];

const isLetterOrDigit = (character: string | undefined) => character !== undefined && /[a-z0-9_]/i.test(character);

/** Whether a word stands anywhere in a text, with no letter of ASCII next to it. */
function holdsWord(text: string, word: string): boolean {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    if (!isLetterOrDigit(text[at - 1]) && !isLetterOrDigit(text[at + word.length])) return true;
  }
  return false;
}

/** The whole message, white space at its ends aside, is one of these, in any case. */
function exact(name: string, words: readonly string[]): PeerRule {
  const set = new Set(words.map((word) => word.toLowerCase()));
  return { name, how: `exact, ${set.size} words`, optsOut: (text) => set.has(text.trim().toLowerCase()) };
}

const SPOKE_PHRASES = ['remove my name', 'lose my number', 'delete my number', 'i opt out', 'stop2quit', 'stopall'];
const SPOKE_WHOLE = new Set(['unsubscribe', 'cancel', 'end', 'quit']);

function spokeOptsOut(text: string): boolean {
  const lower = text.toLowerCase();
  const trimmed = lower.trim();
  if (SPOKE_WHOLE.has(trimmed)) return true;
  if (trimmed.startsWith('stop') && !isLetterOrDigit(trimmed[4])) return true;
  if (SPOKE_PHRASES.some((phrase) => lower.includes(phrase))) return true;
  return /\bremove me$/.test(trimmed) || /don.?t contact me/.test(lower) || /\btake me off th\w+ list/.test(lower);
}

export const PEER_RULES: readonly PeerRule[] = [
  {
    // aws-samples/communication-developer-services-reference-architectures, Self-managed_Opt_Outs.yaml
    name: 'AWS self-managed opt-out sample',
    how: `holds any of ${AWS_WORDS.length} words`,
    optsOut: (text) => AWS_WORDS.some((word) => text.toUpperCase().includes(word)),
  },
  {
    // https://docs.aws.amazon.com/sms-voice/latest/userguide/keywords.html
    name: 'AWS End User Messaging, documented',
    how: 'begins with a keyword',
    optsOut: (text) => {
      const trimmed = text.trim().toUpperCase();
      return AWS_WORDS.some((word) => trimmed.startsWith(word) && !isLetterOrDigit(trimmed[word.length]));
    },
  },
  {
    // MoveOnOrg/Spoke, src/extensions/message-handlers/auto-optout, its default list
    name: 'MoveOn Spoke',
    how: 'leading stop, some phrases',
    optsOut: spokeOptsOut,
  },
  // SparkDevNetwork/Rock, SmsActionService
  exact('Rock RMS', ['STOP', 'STOPALL', 'UNSUBSCRIBE', 'CANCEL', 'END', 'QUIT', 'REVOKE', 'OPTOUT']),
  // politics-rewired/Spoke, src/server/api/lib/message-sending
  exact('Politics Rewired Spoke', [
    ...['stop', 'stop all', 'stopall', 'unsub', 'unsubscribe', 'cancel', 'end', 'quit'],
    ...['stop2quit', 'stop 2 quit', 'stop=quit', 'stop = quit', 'stop to quit', 'stoptoquit'],
  ]),
  {
    // kalkun-sms/Kalkun, application/plugins/stop_manager, its default word
    name: 'Kalkun stop manager',
    how: 'holds the word STOP',
    optsOut: (text) => holdsWord(text.toUpperCase(), 'STOP'),
  },
  // dimagi/commcare-hq, the list of its Twilio and Infobip backends
  exact('CommCare', ['STOP', 'STOPALL', 'UNSUBSCRIBE', 'CANCEL', 'END', 'QUIT']),
  // department-of-veterans-affairs/notification-api, two_way_sms_lambda.py
  exact('VA Notify', ['STOP', 'OPTOUT', 'OPT-OUT']),
  {
    // mautic/mautic, SmsBundle, StopSubscriber
    name: 'Mautic',
    how: 'is "stop", untrimmed',
    optsOut: (text) => text.toLowerCase() === 'stop',
  },
];
