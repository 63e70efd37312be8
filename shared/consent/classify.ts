/**
 * Hears what a reply asks for, and says which rule said so. The answer has three parts, since a wrong guess costs either the
 * recipient or the sender: *act* when there is no doubt, *review* when a person has to look, *leave* when it is an ordinary
 * message.
 */
import { ALWAYS_ON, KEYWORD_PACKS, type KeywordIntent, type KeywordPackName, packNamed } from './keywords.ts';
import { Between, hashOf, isPicture, normalise, type Reading, read, wordAt } from './normalise.ts';

/** What a message asks for; under `review`, what it may be asking for. */
export type Intent = KeywordIntent | 'none';

/** What to do about it. */
export type Verdict = 'act' | 'review' | 'leave';

/**
 * How much is acted on: only a message that is one keyword and nothing else, or any clear wish, as 47 CFR 64.1200(a)(10) asks
 * ("any reasonable means").
 */
export type Policy = 'keyword' | 'any-reasonable-means';

/** What was heard. */
export interface Classification {
  readonly verdict: Verdict;
  readonly intent: Intent;
  /** The rule that said so, for the evidence: `keyword:` and the name of the pack, or the name of another rule. */
  readonly rule: string;
  /** The keyword as the pack spells it. */
  readonly keyword?: string;
}

/** How to hear it. */
export interface ClassifyOptions {
  /** `keyword` when not given. */
  readonly policy?: Policy | undefined;
  /** Names of `KEYWORD_PACKS`, or locales (`pt-BR`). English and the words of the United States are always on. */
  readonly keywordPacks?: readonly string[] | undefined;
  /** Whether the recipient is opted out of anything; YES opts in only then. False when not given. */
  readonly optedOut?: boolean | undefined;
}

interface Keyword {
  readonly word: string;
  readonly intent: KeywordIntent;
  readonly pack: KeywordPackName;
  readonly onlyWhenOptedOut: boolean;
}

function keywordsOf(pack: KeywordPackName): Map<string, Keyword> {
  const keywords = new Map<string, Keyword>();
  for (const group of KEYWORD_PACKS[pack]) {
    for (const word of group.words) {
      const { intent } = group;
      keywords.set(normalise(word), { word, intent, pack, onlyWhenOptedOut: 'onlyWhenOptedOut' in group });
    }
  }
  return keywords;
}

const keywordsByPack = new Map(
  (Object.keys(KEYWORD_PACKS) as KeywordPackName[]).map((pack) => [pack, keywordsOf(pack)] as const),
);

/** No keyword has more words or letters; longer messages need not be looked up. */
const keywordTexts = [...keywordsByPack.values()].flatMap((keywords) => [...keywords.keys()]);
const MOST_WORDS = Math.max(...keywordTexts.map((text) => text.split(' ').length));
const MOST_LETTERS = Math.max(...keywordTexts.map((text) => text.replaceAll(' ', '').length));

/** The keyword that the whole message is. */
function keywordIn(reading: Reading, packs: readonly string[]): Keyword | undefined {
  const words = reading.count - reading.pictures;
  const letters = (reading.starts[reading.count] as number) - reading.pictures;
  if (words === 0 || words > MOST_WORDS || letters > MOST_LETTERS) return undefined;
  const parts: string[] = [];
  for (let index = 0; index < reading.count; index++) {
    if (!isPicture(reading, index)) parts.push(wordAt(reading, index));
  }
  const text = parts.join(' ');
  for (const name of ALWAYS_ON) {
    const keyword = keywordsByPack.get(name)?.get(text);
    if (keyword !== undefined) return keyword;
  }
  for (const name of packs) {
    const pack = packNamed(name);
    const keyword = pack === undefined ? undefined : keywordsByPack.get(pack)?.get(text);
    if (keyword !== undefined) return keyword;
  }
  return undefined;
}

const NO_PACKS: readonly string[] = [];

/** Hashes of the words that may be a wish to be left alone. */
const TRIGGERS = new Set(
  'stop stopp stopping unsubscribe unsub optout revoke quit cancel end remove'.split(' ').map(hashOf),
);
/** A longer message that only mentions one of them talks about something else. */
const LONGEST_WISH = 12;

const QUOTED = Between.open | Between.either;

/** Something in its own words, not quoting ours, that reads like a wish to be left alone. */
function wishIn(reading: Reading): boolean {
  if (reading.count > LONGEST_WISH) return false;
  for (let index = 0; index < reading.count; index++) {
    if (index > 0 && ((reading.before[index] as number) & QUOTED) !== 0) return false;
    if (TRIGGERS.has(reading.hashes[index] as number)) return true;
  }
  return false;
}

const LEAVE: Classification = Object.freeze({ verdict: 'leave', intent: 'none', rule: 'ordinary' });

/**
 * Hears one message. Pure and deterministic; takes any text and never throws.
 *
 * @example classify(' “Stop.” ') // { verdict: 'act', intent: 'opt-out', rule: 'keyword:core', keyword: 'STOP' }
 */
export function classify(text: string, options: ClassifyOptions = {}): Classification {
  const reading = read(text);
  const keyword = keywordIn(reading, options.keywordPacks ?? NO_PACKS);
  if (keyword !== undefined) {
    if (keyword.onlyWhenOptedOut && options.optedOut !== true) {
      return { verdict: 'leave', intent: 'none', rule: 'opted-in-already', keyword: keyword.word };
    }
    return { verdict: 'act', intent: keyword.intent, rule: `keyword:${keyword.pack}`, keyword: keyword.word };
  }
  return wishIn(reading) ? { verdict: 'review', intent: 'opt-out', rule: 'wish' } : LEAVE;
}

/**
 * Whether the answer depends on `optedOut`, so that the caller reads consent only then: the message is YES and nothing
 * else.
 */
export function dependsOnConsent(text: string, options: ClassifyOptions = {}): boolean {
  return keywordIn(read(text), options.keywordPacks ?? NO_PACKS)?.onlyWhenOptedOut === true;
}
