/**
 * A small grammar for wishes. A language is data: words in classes, and patterns over those classes.
 *
 * A pattern is written as elements with a space between:
 *
 * | element | means |
 * |---|---|
 * | `CLASS`, `word`, `wor~`, `A\|b` | one word of the class, that word, any word that begins so, one of several |
 * | `A?` `A*` `A+` | at most one, up to six, one to seven of them |
 * | `..3` | up to three words of any kind, with no punctuation mark before any of them |
 * | `^` `$` | the beginning, the end of a sentence |
 * | `^^` `$$` | the beginning, the end of the message; a pattern with `^^` may cross sentences, no other does |
 * | `<` `>` | the beginning, the end of a clause: next to any punctuation mark |
 * | `_` | no punctuation mark here |
 * | `!A..3` | in front: no A among the three words before; behind: no A among the three words after, in the clause |
 */
import { Gate } from './gate.ts';
import { Lexicon } from './lexicon.ts';
import { read, wordAt } from './normalise.ts';

/**
 * What it means that a pattern matches.
 *
 * - `opt-out`, `opt-in`: a clear wish
 * - `maybe-opt-out`, `maybe-opt-in`: may be one
 * - `plea`, `reason`: each may be a wish to opt out, and both together are a clear one: please delete it; wrong number
 * - `hedge`: makes clear wishes in the same sentence doubtful: a question, a joke, a limit
 * - `echo`: repeats our own instruction; may be a wish, and its words are not looked at any more
 * - `aside`: talks about something else; its words are not looked at any more
 * - `cut`: the message ends before it: a signature
 */
export type Meaning =
  | 'opt-out'
  | 'opt-in'
  | 'maybe-opt-out'
  | 'maybe-opt-in'
  | 'plea'
  | 'reason'
  | 'hedge'
  | 'echo'
  | 'aside'
  | 'cut';

/** Patterns that mean the same. Rules are tried in the order in which they are written. */
export interface Rule {
  readonly means: Meaning;
  /** Name of the rule, for the evidence. */
  readonly rule: string;
  readonly patterns: readonly string[];
}

/** A language, as far as wishes go. */
export interface Language {
  readonly name: string;
  /** Words by class, with space between; `text~` stands for all words that begin so. Class names are upper case. */
  readonly words: Readonly<Record<string, string>>;
  readonly rules: readonly Rule[];
  /** Words that most messages have, with space between. They only make matching faster. */
  readonly common?: string;
  /** Written without space between words: the longest entry that fits is a word. */
  readonly unspaced?: true;
}

/** What an element of a pattern does. */
export const Kind = {
  one: 0,
  optional: 1,
  many: 2,
  gap: 3,
  sentenceStart: 4,
  sentenceEnd: 5,
  messageStart: 6,
  messageEnd: 7,
  clauseStart: 8,
  clauseEnd: 9,
  notBefore: 10,
  notAfter: 11,
  joined: 12,
} as const;

/** One element of a pattern: its kind, the class of words it is about, and how many words. */
export interface Element {
  readonly kind: number;
  readonly wordClass: number;
  readonly count: number;
}

/** A pattern, ready to be matched. */
export interface Pattern {
  readonly means: Meaning;
  readonly rule: string;
  readonly elements: readonly Element[];
  /** Classes without a word of which it can't match. */
  readonly needs: readonly number[];
  /** Whether it may cross sentences. */
  readonly whole: boolean;
  /** The most words of a message that it can match. */
  readonly longest: number;
}

/** A language, ready to be matched. */
export interface Grammar {
  readonly name: string;
  readonly unspaced: boolean;
  readonly lexicon: Lexicon;
  /** Word classes are numbered from 0 to this, exclusive. */
  readonly classes: number;
  readonly patterns: readonly Pattern[];
  /** Those of the patterns that end a message. */
  readonly cuts: readonly Pattern[];
  readonly gate: Gate<Pattern>;
}

const ANCHORS: Readonly<Record<string, number>> = {
  '^': Kind.sentenceStart,
  $: Kind.sentenceEnd,
  '^^': Kind.messageStart,
  $$: Kind.messageEnd,
  '<': Kind.clauseStart,
  '>': Kind.clauseEnd,
  _: Kind.joined,
};

/** `A*` stands for up to this many words. */
const MOST_REPEATS = 6;

/** What is no wish by itself, and matters only beside one. */
const SILENT: ReadonlySet<Meaning> = new Set(['hedge', 'aside', 'cut']);

const CLASS_NAME = /^[A-Z][A-Z_]*$/;

/** Numbers the classes of one language and keeps which word is in which. */
class Classes {
  readonly byWord = new Map<string, Set<number>>();
  private readonly numbers = new Map<string, number>();
  private readonly folded = new Map<string, readonly string[]>();
  private readonly language: Language;

  constructor(language: Language) {
    this.language = language;
  }

  get size(): number {
    return this.numbers.size;
  }

  /** The number of the class that `names` (`CLASS`, `word` or several with `|` between) stands for. */
  number(names: string): number {
    const known = this.numbers.get(names);
    if (known !== undefined) return known;
    const number = this.numbers.size;
    this.numbers.set(names, number);
    for (const name of names.split('|')) {
      for (const word of this.foldedWordsOf(name)) {
        const classes = this.byWord.get(word);
        if (classes === undefined) this.byWord.set(word, new Set([number]));
        else classes.add(number);
      }
    }
    return number;
  }

  /** A class is part of many others, so its words are folded once. */
  private foldedWordsOf(name: string): readonly string[] {
    const known = this.folded.get(name);
    if (known !== undefined) return known;
    const words = this.wordsOf(name).map((word) => this.fold(word));
    this.folded.set(name, words);
    return words;
  }

  private wordsOf(name: string): readonly string[] {
    if (!CLASS_NAME.test(name)) return [name];
    const words = this.language.words[name];
    if (words === undefined) throw new Error(`language ${this.language.name} has no class ${name}`);
    return words.split(/\s+/).filter((word) => word !== '');
  }

  private fold(word: string): string {
    const reading = read(word);
    if (reading.count !== 1) throw new Error(`language ${this.language.name}: "${word}" is not one word`);
    return wordAt(reading, 0) + (word.endsWith('~') ? '~' : '');
  }
}

function elementsOf(part: string, leading: boolean, classes: Classes): Element[] {
  const anchor = ANCHORS[part];
  if (anchor !== undefined) return [{ kind: anchor, wordClass: 0, count: 0 }];
  if (part.startsWith('..')) return [{ kind: Kind.gap, wordClass: 0, count: Number(part.slice(2)) }];
  if (part.startsWith('!')) {
    const dots = part.lastIndexOf('..');
    const kind = leading ? Kind.notBefore : Kind.notAfter;
    return [{ kind, wordClass: classes.number(part.slice(1, dots)), count: Number(part.slice(dots + 2)) }];
  }
  const suffix = part.slice(-1);
  const wordClass = classes.number('?*+'.includes(suffix) ? part.slice(0, -1) : part);
  const one = { kind: Kind.one, wordClass, count: 1 };
  const many = { kind: Kind.many, wordClass, count: MOST_REPEATS };
  if (suffix === '?') return [{ kind: Kind.optional, wordClass, count: 1 }];
  if (suffix === '*') return [many];
  return suffix === '+' ? [one, many] : [one];
}

function patternOf(text: string, { means, rule }: Rule, classes: Classes): Pattern {
  const elements: Element[] = [];
  for (const part of text.split(' ')) {
    const leading = elements.every(({ kind }) => kind >= Kind.sentenceStart);
    elements.push(...elementsOf(part, leading, classes));
  }
  const needs = elements.filter(({ kind }) => kind === Kind.one).map(({ wordClass }) => wordClass);
  const words = elements.reduce((sum, { kind, count }) => sum + (kind <= Kind.gap ? count : 0), 0);
  const longest = text.startsWith('^^') && text.endsWith('$$') ? words : Number.POSITIVE_INFINITY;
  return { means, rule, elements, needs: [...new Set(needs)], whole: text.startsWith('^^'), longest };
}

/**
 * Makes a language ready to be matched.
 *
 * @throws Error when a pattern names a class that the language lacks, or an entry is not one word
 */
export function compile(language: Language): Grammar {
  const classes = new Classes(language);
  const patterns = language.rules.flatMap((rule) => rule.patterns.map((text) => patternOf(text, rule, classes)));
  const lexicon = new Lexicon(classes.byWord);
  const heard = patterns.filter(({ means }) => !SILENT.has(means));
  const gate = new Gate(lexicon, heard, lexicon.numbersOf(language.common ?? ''));
  const cuts = patterns.filter(({ means }) => means === 'cut');
  const unspaced = language.unspaced === true;
  return { name: language.name, unspaced, lexicon, classes: classes.size, patterns, cuts, gate };
}
