/** Finds the keyword that a whole message is. */
import {
  ALWAYS_ON,
  KEYWORD_PACK_NAMES,
  KEYWORD_PACKS,
  type KeywordGroup,
  type KeywordIntent,
  type KeywordPackName,
} from './keywords.ts';
import { isPicture, normalise, type Reading, wordAt } from './normalise.ts';

/** A sender's own words, in addition to the packs. What the packs and STOP mean can't be changed by them. */
export interface OwnWords {
  readonly optOut?: readonly string[] | undefined;
  readonly optIn?: readonly string[] | undefined;
  readonly help?: readonly string[] | undefined;
}

/** A keyword, ready to be compared. */
export interface Keyword {
  /** As the pack or the sender spells it. */
  readonly word: string;
  readonly intent: KeywordIntent;
  readonly pack: KeywordPackName | 'own';
  readonly onlyWhenOptedOut: boolean;
}

/** Keywords by their folded text. */
export interface KeywordTable {
  readonly byText: ReadonlyMap<string, Keyword>;
  /** No keyword has more words or letters, so longer messages need not be looked up. */
  readonly mostWords: number;
  readonly mostLetters: number;
}

function tableOf(keywords: readonly Keyword[]): KeywordTable {
  const byText = new Map<string, Keyword>();
  let mostWords = 0;
  let mostLetters = 0;
  for (const keyword of keywords) {
    const text = normalise(keyword.word);
    if (text === '' || byText.has(text)) continue;
    byText.set(text, keyword);
    mostWords = Math.max(mostWords, text.split(' ').length);
    mostLetters = Math.max(mostLetters, text.replaceAll(' ', '').length);
  }
  return { byText, mostWords, mostLetters };
}

function packTable(pack: KeywordPackName): KeywordTable {
  const groups: readonly KeywordGroup[] = KEYWORD_PACKS[pack];
  return tableOf(
    groups.flatMap(({ intent, words, onlyWhenOptedOut = false }) =>
      words.map((word) => ({ word, intent, pack, onlyWhenOptedOut })),
    ),
  );
}

const packTables = Object.fromEntries(KEYWORD_PACK_NAMES.map((pack) => [pack, packTable(pack)])) as Readonly<
  Record<KeywordPackName, KeywordTable>
>;
const alwaysOn: readonly KeywordTable[] = ALWAYS_ON.map((pack) => packTables[pack]);

const ownTables = new WeakMap<OwnWords, KeywordTable>();

function ownTable(own: OwnWords): KeywordTable {
  const known = ownTables.get(own);
  if (known !== undefined) return known;
  const keywords = (intent: KeywordIntent, words: readonly string[] = []) =>
    words.map((word): Keyword => ({ word, intent, pack: 'own', onlyWhenOptedOut: false }));
  const table = tableOf([
    ...keywords('opt-out', own.optOut),
    ...keywords('opt-in', own.optIn),
    ...keywords('help', own.help),
  ]);
  ownTables.set(own, table);
  return table;
}

/**
 * The tables to look in, English and the United States first.
 *
 * @param own kept by identity: pass the same object again and its words are folded once
 */
export function keywordTables(packs: readonly KeywordPackName[], own: OwnWords | undefined): readonly KeywordTable[] {
  if (packs.length === 0 && own === undefined) return alwaysOn;
  const tables = [...alwaysOn, ...packs.map((pack) => packTables[pack])];
  if (own !== undefined) tables.push(ownTable(own));
  return tables;
}

/** The keyword that the whole message is, pictures aside. */
export function keywordIn(reading: Reading, tables: readonly KeywordTable[]): Keyword | undefined {
  const words = reading.count - reading.pictures;
  const letters = (reading.starts[reading.count] as number) - reading.pictures;
  let text: string | undefined;
  for (const { byText, mostWords, mostLetters } of tables) {
    if (words > mostWords || letters > mostLetters) continue;
    text ??= textOf(reading);
    const keyword = byText.get(text);
    if (keyword !== undefined) return keyword;
  }
  return undefined;
}

function wordsOf(reading: Reading): string[] {
  const words: string[] = [];
  for (let index = 0; index < reading.count; index++) {
    if (!isPicture(reading, index)) words.push(wordAt(reading, index));
  }
  return words;
}

const textOf = (reading: Reading) => wordsOf(reading).join(' ');

/** The keyword that the words from `first` on begin with, the longest there is, and of how many words it is. */
function keywordAt(words: readonly string[], first: number, most: number, tables: readonly KeywordTable[]) {
  for (let count = Math.min(most, words.length - first); count > 0; count--) {
    const text = words.slice(first, first + count).join(' ');
    for (const { byText } of tables) {
      const keyword = byText.get(text);
      if (keyword !== undefined) return { keyword, count };
    }
  }
  return undefined;
}

/**
 * Whether a message that is made of keywords asks to opt out and for something else too: "start, stop".
 *
 * @param courtesy whether up to half of its words may be none: "start please, stop please"
 */
export function contradictsItself(reading: Reading, tables: readonly KeywordTable[], courtesy: boolean): boolean {
  const words = wordsOf(reading);
  const longest = Math.max(...tables.map(({ mostWords }) => mostWords));
  const most = courtesy ? words.length / 2 : 0;
  const intents = new Set<KeywordIntent>();
  let others = 0;
  for (let first = 0; first < words.length && others <= most; ) {
    const found = keywordAt(words, first, longest, tables);
    if (found === undefined) others++;
    else intents.add(found.keyword.intent);
    first += found?.count ?? 1;
  }
  return others <= most && intents.size > 1 && intents.has('opt-out');
}

/** Folded opt-out keywords that are always on, for a word that is nearly one of them. */
export const OPT_OUT_TEXTS: readonly string[] = alwaysOn.flatMap(({ byText }) =>
  [...byText].filter(([, { intent }]) => intent === 'opt-out').map(([text]) => text),
);
