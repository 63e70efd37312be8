/**
 * Works out why the classifier says what it says, by asking its parts one by one. What it says comes from the classifier
 * itself, never from here.
 */
import { type Classification, classify, type Policy } from '../../shared/consent/classify.ts';
import { compile, type Grammar, type Language, type Meaning, type Rule } from '../../shared/consent/grammar.ts';
import {
  contradictsItself,
  type Keyword,
  keywordIn,
  keywordTables,
  OPT_OUT_TEXTS,
} from '../../shared/consent/keyword-match.ts';
import { ALWAYS_ON, KEYWORD_PACK_NAMES, type KeywordPackName, packNamed } from '../../shared/consent/keywords.ts';
import { LANGUAGES } from '../../shared/consent/languages/languages.ts';
import { matchesIn } from '../../shared/consent/matcher.ts';
import { normalise, type Reading, read } from '../../shared/consent/normalise.ts';
import { foreignWords } from '../../shared/consent/own-words.ts';
import { type Typo, typoOf } from '../../shared/consent/typos.ts';

/** Words that a rule matched. */
export interface Find {
  /** The language and the rule: `en:stop-texting`. */
  readonly rule: string;
  readonly means: Meaning;
  /** Whether something in the same sentence makes it doubtful. */
  readonly hedged: boolean;
  /** Offsets in `Explanation.composed`. */
  readonly from: number;
  readonly to: number;
}

/** Why the classifier says what it says. */
export interface Explanation {
  readonly text: string;
  /** The text with letters that came in parts put together, which is what offsets refer to. */
  readonly composed: string;
  /** Its words without case, accents, marks and pictures. */
  readonly normalised: string;
  readonly keywordPacks: readonly KeywordPackName[];
  readonly languages: readonly string[];
  readonly optedOut: boolean;
  /** The keyword that the whole message is. */
  readonly keyword?: Keyword | undefined;
  /** The keyword that it would be if another pack were on; only if it is none. */
  readonly keywordElsewhere: readonly Keyword[];
  /** The keyword that its only word is nearly. */
  readonly nearly?: Typo | undefined;
  /** What is quoted, so that it isn't heard: offsets in `composed`. */
  readonly quoted: readonly Pick<Find, 'from' | 'to'>[];
  /** Wishes, and what may be one. */
  readonly wishes: readonly Find[];
  /** What makes wishes of the same sentence doubtful. */
  readonly hedges: readonly Find[];
  /** What is about something else, so that its words aren't looked at. */
  readonly asides: readonly Find[];
  /** Where the message ends for us: a signature. */
  readonly cuts: readonly Find[];
  /** What would be heard if nothing were set aside or quoted, and isn't. */
  readonly unheard: readonly Find[];
  readonly verdicts: Readonly<Record<Policy, Classification>>;
}

/** How the message is to be heard. */
export interface Hearing {
  /** Locales or names of packs. */
  readonly languages: readonly string[];
  readonly optedOut: boolean;
}

/** Asides, hedges and cuts leave no match behind, so in a probe they leave one under a name that tells. */
const TRACE: Partial<Record<Meaning, string>> = { aside: 'aside/', hedge: 'hedge/', cut: 'cut/' };

function traced(rule: Rule): readonly Rule[] {
  const prefix = TRACE[rule.means];
  if (prefix === undefined) return [rule];
  const name = prefix + rule.rule;
  // An echo sets words aside as an aside does, and is reported. A wish that may be one changes nothing for the others.
  if (rule.means === 'aside') return [{ ...rule, means: 'echo', rule: name }];
  return [{ ...rule, means: 'maybe-opt-out', rule: name }, rule];
}

/** A language that was changed to ask it something. Made ready once, since that takes longer than the asking. */
function probe(change: (rules: readonly Rule[]) => readonly Rule[]): (language: Language) => Grammar {
  const ready = new Map<Language, Grammar>();
  return (language) => {
    const grammar = ready.get(language) ?? compile({ ...language, rules: change(language.rules) });
    ready.set(language, grammar);
    return grammar;
  };
}

/** The same language, reporting all that it does. */
const withTraces = probe((rules) => rules.flatMap(traced));

const TAKES_AWAY: ReadonlySet<Meaning> = new Set(['aside', 'echo', 'cut']);

/** The same language, setting nothing aside. */
const withoutAsides = probe((rules) => rules.filter(({ means }) => !TAKES_AWAY.has(means)));

/** One rule often matches the same words in several ways; the first is the one that the verdict names. */
const isSame = (one: Find, other: Find) =>
  one.rule === other.rule &&
  one.means === other.means &&
  one.hedged === other.hedged &&
  one.from < other.to &&
  other.from < one.to;

/** Matches of all grammars, each once. */
function findsOf(reading: Reading, grammars: readonly Grammar[], foreign: Uint8Array | undefined): readonly Find[] {
  const finds: Find[] = [];
  for (const grammar of grammars) {
    for (const { means, rule, hedged, from, to } of matchesIn(reading, grammar, foreign)) {
      const find = { rule: `${grammar.name}:${rule}`, means, hedged, from, to };
      if (!finds.some((known) => isSame(known, find))) finds.push(find);
    }
  }
  return finds;
}

/** Takes the finds of one kind of trace, under their own names. */
function tracesOf(finds: readonly Find[], means: Meaning): readonly Find[] {
  const mark = `:${TRACE[means]}`;
  return finds
    .filter(({ rule }) => rule.includes(mark))
    .map((find) => ({ ...find, means, rule: find.rule.replace(mark, ':') }));
}

function quotedIn(reading: Reading, foreign: Uint8Array | undefined): Explanation['quoted'] {
  const quoted: { from: number; to: number }[] = [];
  for (let index = 0; index < reading.count; index++) {
    if (foreign?.[index] !== 1) continue;
    const [from, to] = [reading.from[index] as number, reading.to[index] as number];
    const last = quoted.at(-1);
    if (last !== undefined && foreign[index - 1] === 1) last.to = to;
    else quoted.push({ from, to });
  }
  return quoted;
}

const isOneWord = (normalised: string) => !normalised.includes(' ');

/** Explains one message. */
export function explain(text: string, { languages, optedOut }: Hearing): Explanation {
  const packs = [...new Set(languages.map(packNamed).filter((pack) => pack !== undefined))];
  const spoken = LANGUAGES.filter(({ name }) => name === 'en' || packs.includes(name as KeywordPackName));
  // As in the classifier: all is made ready before the text is read, since there is one reading at a time.
  const tracing = spoken.map(withTraces);
  const plain = spoken.map(withoutAsides);
  const tables = keywordTables(packs, undefined);
  const off = KEYWORD_PACK_NAMES.filter((pack) => !packs.includes(pack) && !ALWAYS_ON.includes(pack));
  const tablesOff = off.map((pack) => keywordTables([pack], undefined));
  const normalised = normalise(text);

  const reading = read(text);
  const composed = reading.text;
  const keyword = keywordIn(reading, tables);
  const keywordElsewhere =
    keyword === undefined ? tablesOff.map((each) => keywordIn(reading, each)).filter((each) => each !== undefined) : [];
  const foreign = foreignWords(reading);
  const finds = findsOf(reading, tracing, foreign);
  const asides = tracesOf(finds, 'aside');
  const hedges = tracesOf(finds, 'hedge');
  const cuts = tracesOf(finds, 'cut');
  const wishes = finds.filter(({ rule }) => !rule.includes('/'));
  if (
    contradictsItself(
      reading,
      tables,
      wishes.some(({ rule }) => rule.endsWith(':keyword-and-courtesy')),
    )
  ) {
    const to = reading.to[reading.count - 1] as number;
    wishes.unshift({
      rule: 'contradiction',
      means: 'maybe-opt-out',
      hedged: false,
      from: reading.from[0] as number,
      to,
    });
  }
  const unheard = findsOf(reading, plain, undefined).filter(
    (find) => !wishes.some((wish) => wish.rule === find.rule && wish.means === find.means),
  );
  const options = { keywordPacks: packs, optedOut };
  return {
    text,
    composed,
    normalised,
    keywordPacks: [...ALWAYS_ON, ...packs.filter((pack) => !ALWAYS_ON.includes(pack))],
    languages: spoken.map(({ name }) => name),
    optedOut,
    keyword,
    keywordElsewhere,
    nearly: keyword === undefined && isOneWord(normalised) ? typoOf(normalised, OPT_OUT_TEXTS) : undefined,
    quoted: quotedIn(reading, foreign),
    wishes,
    hedges,
    asides,
    cuts,
    unheard,
    verdicts: {
      keyword: classify(text, { ...options, policy: 'keyword' }),
      'any-reasonable-means': classify(text, { ...options, policy: 'any-reasonable-means' }),
    },
  };
}
