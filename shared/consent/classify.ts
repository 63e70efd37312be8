/**
 * Hears what a reply asks for, and says which rule said so. The answer has three parts, since a wrong guess costs either the
 * recipient or the sender: *act* when there is no doubt, *review* when a person has to look, *leave* when it is an ordinary
 * message.
 */
import {
  contradictsItself,
  type Keyword,
  type KeywordTable,
  keywordIn,
  keywordTables,
  OPT_OUT_TEXTS,
  type OwnWords,
} from './keyword-match.ts';
import { type KeywordIntent, type KeywordPackName, packNamed } from './keywords.ts';
import { isPicture, type Reading, read, wordAt } from './normalise.ts';
import { typoOf } from './typos.ts';
import { areReady, CLEAR, grammarsOf, IN_DOUBT, type Wish, wishIn } from './wishes.ts';

/** What a message asks for; under `review`, what it may be asking for. */
export type Intent = KeywordIntent | 'none';

/** What to do about it. */
export type Verdict = 'act' | 'review' | 'leave';

/**
 * How much is acted on: only a message that is one keyword and nothing else, or any clear wish, as 47 CFR 64.1200(a)(10) asks
 * ("any reasonable means"). What the wider policy would act on or doubt, the narrower one puts up for review.
 */
export type Policy = 'keyword' | 'any-reasonable-means';

/** What was heard. */
export interface Classification {
  readonly verdict: Verdict;
  readonly intent: Intent;
  /**
   * The rule that said so, for the evidence: `keyword:` and the name of the pack, `typo`, a language and the name of its rule
   * (`en:stop-texting`), `contradiction` for keywords that ask for opposite things, `opted-in-already` for a YES that changes
   * nothing, or `ordinary`.
   */
  readonly rule: string;
  /** The keyword as the pack spells it. */
  readonly keyword?: string;
  /** The words in which a wish was heard, as they were written. */
  readonly span?: string;
  /** How sure a wish is, from 0 to 1; see `Wish`. */
  readonly confidence?: number;
}

/** How to hear it. */
export interface ClassifyOptions {
  /** `keyword` when not given. */
  readonly policy?: Policy | undefined;
  /** Names of `KEYWORD_PACKS`, or locales (`pt-BR`). English and the words of the United States are always on. */
  readonly keywordPacks?: readonly string[] | undefined;
  /** The sender's own keywords. */
  readonly ownWords?: OwnWords | undefined;
  /** Whether the recipient is opted out of anything; YES opts in only then. False when not given. */
  readonly optedOut?: boolean | undefined;
}

const NO_PACKS: readonly KeywordPackName[] = [];

function packsOf({ keywordPacks }: ClassifyOptions): readonly KeywordPackName[] {
  if (keywordPacks === undefined || keywordPacks.length === 0) return NO_PACKS;
  return keywordPacks.map(packNamed).filter((pack) => pack !== undefined);
}

const ORDINARY: Classification = Object.freeze({ verdict: 'leave', intent: 'none', rule: 'ordinary' });

function heardKeyword({ word, intent, pack, onlyWhenOptedOut }: Keyword, optedOut: boolean): Classification {
  if (onlyWhenOptedOut && !optedOut)
    return { verdict: 'leave', intent: 'none', rule: 'opted-in-already', keyword: word };
  return { verdict: 'act', intent, rule: `keyword:${pack}`, keyword: word };
}

/** The wish of a message whose only word is nearly a keyword. */
function typoIn(reading: Reading): Wish | undefined {
  if (reading.count - reading.pictures !== 1) return undefined;
  let index = 0;
  while (isPicture(reading, index)) index++;
  const typo = typoOf(wordAt(reading, index), OPT_OUT_TEXTS);
  if (typo === undefined) return undefined;
  const span = reading.text.slice(reading.from[index], reading.to[index]);
  return { intent: 'opt-out', clear: typo.clear, rule: 'typo', span, confidence: typo.clear ? CLEAR : IN_DOUBT };
}

/** A message of more words is no row of keywords; where no wish is heard, which is nearly always, it isn't looked at for one. */
const LONGEST_ROW = 12;

/** The wish of a message that is made of keywords which contradict each other. It takes the place of a clear wish or none. */
function contradictionIn(
  reading: Reading,
  tables: readonly KeywordTable[],
  wish: Wish | undefined,
): Classification | undefined {
  if (wish === undefined ? reading.count > LONGEST_ROW : !wish.clear) return undefined;
  const courtesy = wish?.rule.endsWith(':keyword-and-courtesy') === true;
  if (!contradictsItself(reading, tables, courtesy)) return undefined;
  const span = reading.text.slice(reading.from[0], reading.to[reading.count - 1]);
  return { verdict: 'review', intent: 'opt-out', rule: 'contradiction', span, confidence: IN_DOUBT };
}

/**
 * Hears one message. Pure and deterministic; takes any text and never throws.
 *
 * @example classify(' “Stop.” ') // { verdict: 'act', intent: 'opt-out', rule: 'keyword:core', keyword: 'STOP' }
 */
export function classify(text: string, options: ClassifyOptions = {}): Classification {
  const packs = packsOf(options);
  // Words are made ready before the text is read, since there is one reading at a time.
  const tables = keywordTables(packs, options.ownWords);
  let reading = read(text);
  const keyword = keywordIn(reading, tables);
  if (keyword !== undefined) return heardKeyword(keyword, options.optedOut === true);
  const wereReady = areReady(packs);
  const grammars = grammarsOf(packs);
  if (!wereReady) reading = read(text);
  const wish = typoIn(reading) ?? wishIn(reading, grammars);
  const contradiction = contradictionIn(reading, tables, wish);
  if (contradiction !== undefined) return contradiction;
  if (wish === undefined) return ORDINARY;
  const { intent, rule, span, confidence } = wish;
  const verdict = wish.clear && options.policy === 'any-reasonable-means' ? 'act' : 'review';
  return { verdict, intent, rule, span, confidence };
}

/**
 * Whether the answer depends on `optedOut`, so that the caller reads consent only then: the message is YES and nothing
 * else.
 */
export function dependsOnConsent(text: string, options: ClassifyOptions = {}): boolean {
  const tables = keywordTables(packsOf(options), options.ownWords);
  return keywordIn(read(text), tables)?.onlyWhenOptedOut === true;
}
