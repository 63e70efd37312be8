/**
 * Matches the patterns of a language. A message is looked at in windows of 31 words, and a pattern at all places of a window
 * at once, as bits of one integer: bit `i` stands for the place before word `i`. So the time depends on the number of words and
 * patterns and on nothing else; there is no backtracking that a text could provoke.
 */
import { type Element, type Grammar, Kind, type Meaning, type Pattern } from './grammar.ts';
import { Between, HASH_SEED, type Reading } from './normalise.ts';

/** Where a pattern matched. */
export interface Match {
  readonly means: Meaning;
  readonly rule: string;
  /** Whether a hedge in the same sentence makes it doubtful. */
  readonly hedged: boolean;
  /** Offsets in the text of the reading. */
  readonly from: number;
  readonly to: number;
}

/** A place more than words, since a match may end behind the last one, and an integer has 32 bits. */
const WINDOW = 31;
/** Windows overlap by the words that a pattern may need. */
const STEP = 16;

const SENTENCE = Between.sentence | Between.question;
const CLAUSE = SENTENCE | Between.clause | Between.open | Between.close | Between.either;

/** Letters from here on are of Chinese, Japanese or Korean. */
const FIRST_WIDE = 0x2e80;

const LAST_DIGIT = 0x39;

/** The letters of a word without repetition; no entry is longer. */
const short = new Uint16Array(32);

/** A message as words of one language. Kept and used again, as the reading is. */
class Message {
  count = 0;
  /** Numbers of the lexicon entries of all words; those of word `i` are from `first[i]` up to `first[i + 1]`. */
  readonly entries: number[] = [];
  readonly first: number[] = [0];
  readonly from: number[] = [];
  readonly to: number[] = [];
  /** What stands before each word, flags of `Between`. */
  readonly before: number[] = [];
  private known = 0;

  /** Takes the words of a reading that are not foreign. Returns the patterns that may match them. */
  take(reading: Reading, grammar: Grammar, foreign: Uint8Array | undefined): readonly Pattern[] {
    this.count = 0;
    this.known = 0;
    let skipped = 0;
    for (let index = 0; index < reading.count; index++) {
      const before = (reading.before[index] as number) | skipped;
      if (foreign?.[index] === 1) {
        skipped = before | Between.clause;
        continue;
      }
      skipped = 0;
      const start = reading.starts[index] as number;
      if (grammar.unspaced && (reading.letters[start] as number) >= FIRST_WIDE)
        this.cutUp(reading, grammar, index, before);
      else this.takeWord(reading, grammar, index, before);
    }
    return grammar.gate.open(this.entries, this.known, this.count);
  }

  private takeWord(reading: Reading, grammar: Grammar, index: number, before: number): void {
    const start = reading.starts[index] as number;
    const end = reading.starts[index + 1] as number;
    this.add(grammar, reading, reading.hashes[index] as number, start, end);
    this.place(reading.from[index] as number, reading.to[index] as number, before);
  }

  /** Takes the longest entries that fit, and single letters where none fits. */
  private cutUp(reading: Reading, grammar: Grammar, index: number, before: number): void {
    const { letters } = reading;
    const first = reading.starts[index] as number;
    const last = reading.starts[index + 1] as number;
    const from = reading.from[index] as number;
    const to = reading.to[index] as number;
    const exact = to - from === last - first;
    for (let start = first; start < last; ) {
      let end = start + 1;
      let hash = HASH_SEED;
      let found = HASH_SEED;
      const limit = Math.min(last, start + grammar.lexicon.longest);
      for (let next = start; next < limit; next++) {
        hash = (Math.imul(hash, 31) + (letters[next] as number)) | 0;
        if (next === start || grammar.lexicon.has(hash, letters, start, next + 1)) {
          end = next + 1;
          found = hash;
        }
      }
      this.add(grammar, reading, found, start, end);
      const mark = start === first ? before : Between.nothing;
      // Where marks were dropped inside a run, its words can't be told apart in the text.
      if (exact) this.place(from + start - first, from + end - first, mark);
      else this.place(from, to, mark);
      start = end;
    }
  }

  private add(grammar: Grammar, { letters }: Reading, hash: number, start: number, end: number): void {
    const known = grammar.lexicon.find(hash, letters, start, end, this.entries, this.known);
    this.known = known === this.known ? this.addStretched(grammar, letters, start, end) : known;
  }

  /** A word that nobody knows may be one with letters held down: stoooop, textsss. */
  private addStretched({ lexicon }: Grammar, letters: Uint16Array, start: number, end: number): number {
    let stretched = false;
    for (let index = start + 2; index < end && !stretched; index++) {
      const letter = letters[index] as number;
      stretched = letter > LAST_DIGIT && letter === letters[index - 1] && letter === letters[index - 2];
    }
    if (!stretched) return this.known;
    let length = 0;
    let hash = HASH_SEED;
    for (let index = start; index < end && length < short.length; index++) {
      const letter = letters[index] as number;
      if (length > 0 && letter === short[length - 1]) continue;
      short[length++] = letter;
      hash = (Math.imul(hash, 31) + letter) | 0;
    }
    return lexicon.find(hash, short, 0, length, this.entries, this.known);
  }

  private place(from: number, to: number, before: number): void {
    this.from[this.count] = from;
    this.to[this.count] = to;
    this.before[this.count] = before;
    this.count++;
    this.first[this.count] = this.known;
  }
}

const message = new Message();

/** The place where the lowest bit is. */
const lowest = (bits: number) => 31 - Math.clz32(bits & -bits);
/** The place where the highest bit is. */
const highest = (bits: number) => 31 - Math.clz32(bits);
/** The bits from place `from` up to place `to`. */
const between = (from: number, to: number) => ((1 << to) - 1) & ~((1 << from) - 1);

/** One window: for each class the places of its words, and the places next to punctuation. */
class Window {
  base = 0;
  private length = 0;
  private masks = new Int32Array(64);
  private words = 0;
  private sentences = 0;
  private clauses = 0;
  private starts = 0;
  private ends = 0;
  private hedged = 0;

  /** Moves to the words from `base` on. */
  open(grammar: Grammar, base: number): void {
    if (this.masks.length < grammar.classes) this.masks = new Int32Array(grammar.classes);
    this.masks.fill(0);
    this.base = base;
    this.length = Math.max(0, Math.min(WINDOW, message.count - base));
    this.words = between(0, this.length);
    this.sentences = 0;
    this.clauses = 0;
    this.hedged = 0;
    for (let place = 0; place < this.length; place++) this.put(place, grammar);
    this.starts = base === 0 ? 1 : 0;
    this.ends = base + this.length === message.count ? 1 << this.length : 0;
  }

  private put(place: number, { lexicon }: Grammar): void {
    const bit = 1 << place;
    const word = this.base + place;
    const before = message.before[word] as number;
    if ((before & CLAUSE) !== 0) this.clauses |= bit;
    if ((before & SENTENCE) !== 0) this.sentences |= bit;
    const end = message.first[word + 1] as number;
    for (let entry = message.first[word] as number; entry < end; entry++) {
      for (const wordClass of lexicon.classesOf(message.entries[entry] as number)) {
        this.masks[wordClass] = (this.masks[wordClass] as number) | bit;
      }
    }
  }

  /** Tries one pattern. Returns whether the message ends here. */
  attempt(pattern: Pattern, matches: Match[]): boolean {
    return this.matches(pattern) && this.note(pattern, matches);
  }

  /** Whether a pattern matches anywhere. */
  matches(pattern: Pattern): boolean {
    for (let index = 0; index < pattern.needs.length; index++) {
      if (this.masks[pattern.needs[index] as number] === 0) return false;
    }
    return this.reach(pattern, this.words) !== 0;
  }

  private note(pattern: Pattern, matches: Match[]): boolean {
    const { means } = pattern;
    if (means === 'cut') {
      message.count = this.base + lowest(this.beginnings(pattern));
      return true;
    }
    if (means === 'hedge') this.hedge(pattern);
    else if (means === 'aside' || means === 'echo') this.forget(pattern, matches);
    else this.record(pattern, matches);
    return false;
  }

  /** The places where the pattern can begin. */
  private beginnings(pattern: Pattern): number {
    let beginnings = 0;
    for (let place = 0; place < this.length; place++) {
      if (this.reach(pattern, 1 << place) !== 0) beginnings |= 1 << place;
    }
    return beginnings;
  }

  /** Marks the sentences of all matches. */
  private hedge(pattern: Pattern): void {
    for (let rest = this.beginnings(pattern); rest !== 0; rest &= rest - 1) {
      const place = lowest(rest);
      const before = this.sentences & between(0, place + 1);
      const after = this.sentences & ~between(0, place + 1);
      this.hedged |= between(before === 0 ? 0 : highest(before), after === 0 ? this.length : lowest(after));
    }
  }

  /** Takes the words of all matches out of their classes. */
  private forget(pattern: Pattern, matches: Match[]): void {
    for (let rest = this.beginnings(pattern); rest !== 0; rest &= rest - 1) {
      const place = lowest(rest);
      const end = highest(this.reach(pattern, 1 << place));
      if (pattern.means === 'echo') matches.push(this.match(pattern, place, end, true));
      const keep = ~between(place, end);
      for (let index = 0; index < this.masks.length; index++) this.masks[index] = (this.masks[index] as number) & keep;
    }
  }

  private record(pattern: Pattern, matches: Match[]): void {
    const beginnings = this.beginnings(pattern);
    const clear = beginnings & ~this.hedged;
    const place = lowest(clear === 0 ? beginnings : clear);
    matches.push(this.match(pattern, place, highest(this.reach(pattern, 1 << place)), clear === 0));
  }

  private match({ means, rule }: Pattern, place: number, end: number, hedged: boolean): Match {
    const last = Math.max(place, end - 1);
    const from = message.from[this.base + place] as number;
    return { means, rule, hedged, from, to: message.to[this.base + last] as number };
  }

  /** The places where the pattern can end when it begins at one of `begin`. */
  private reach(pattern: Pattern, begin: number): number {
    const { elements, whole } = pattern;
    // A pattern may begin at any mark, but not go on across the end of a sentence.
    const walls = whole ? 0 : this.sentences;
    // Where it can be before and after its first word.
    let fresh = begin;
    let places = 0;
    for (let index = 0; index < elements.length && (fresh | places) !== 0; index++) {
      const element = elements[index] as Element;
      const { kind } = element;
      if (kind >= Kind.sentenceStart) {
        const allowed = this.allowed(element);
        fresh &= allowed;
        places &= allowed;
      } else if (kind === Kind.one) {
        places = ((fresh | (places & ~walls)) & (this.masks[element.wordClass] as number)) << 1;
        fresh = 0;
      } else places = this.several(element, fresh, places, walls);
    }
    return fresh | places;
  }

  private several(element: Element, fresh: number, begin: number, walls: number): number {
    const words = element.kind === Kind.gap ? this.words & ~this.clauses : (this.masks[element.wordClass] as number);
    let first = fresh & words;
    let places = begin;
    for (let count = 0; count < element.count; count++) {
      places |= (first | (places & words & ~walls)) << 1;
      first = 0;
    }
    return places;
  }

  /** The places where an anchor or a guard holds. */
  private allowed({ kind, wordClass, count }: Element): number {
    switch (kind) {
      case Kind.sentenceStart:
        return this.starts | this.sentences;
      case Kind.sentenceEnd:
        return this.ends | this.sentences;
      case Kind.messageStart:
        return this.starts;
      case Kind.messageEnd:
        return this.ends;
      case Kind.clauseStart:
        return this.starts | this.clauses;
      case Kind.clauseEnd:
        return this.ends | this.clauses;
      case Kind.joined:
        return ~this.clauses;
      case Kind.notBefore:
        return ~this.behind(this.masks[wordClass] as number, count);
      default:
        return ~this.inFrontOf(this.masks[wordClass] as number, count);
    }
  }

  /** The places up to `count` words behind one of `words`, in the same clause. */
  private behind(words: number, count: number): number {
    let step = words;
    let places = 0;
    for (let index = 0; index < count; index++) {
      step = (step << 1) & ~this.clauses;
      places |= step;
    }
    return places;
  }

  /** The places up to `count` words in front of one of `words`, in the same clause. */
  private inFrontOf(words: number, count: number): number {
    let step = words & ~this.clauses;
    let places = step;
    for (let index = 1; index < count; index++) {
      step = (step >>> 1) & ~this.clauses;
      places |= step;
    }
    return places;
  }
}

const window = new Window();
const NO_MATCHES: readonly Match[] = [];

/** Where the windows of a message begin; there is at least one. */
function* windowBases(): Generator<number> {
  let base = 0;
  do {
    yield base;
    base += STEP;
  } while (base + WINDOW - STEP < message.count);
}

/**
 * Whether any of the patterns matches before asides are taken out: asides and hedges take away, so when none does, there is
 * nothing to hear. Only a cut can bring a match, by moving the end of the message.
 */
function anyMatches(patterns: readonly Pattern[], grammar: Grammar): boolean {
  for (const base of windowBases()) {
    window.open(grammar, base);
    for (const pattern of patterns) if (window.matches(pattern)) return true;
    for (const pattern of grammar.cuts) if (window.matches(pattern)) return true;
  }
  return false;
}

/**
 * All matches of a language in a message; of one pattern in one window, the first.
 *
 * @param foreign which words of the reading are not the speaker's own
 */
export function matchesIn(reading: Reading, grammar: Grammar, foreign: Uint8Array | undefined): readonly Match[] {
  const possible = message.take(reading, grammar, foreign);
  if (possible.length === 0 || !anyMatches(possible, grammar)) return NO_MATCHES;
  const matches: Match[] = [];
  for (const base of windowBases()) {
    window.open(grammar, base);
    for (const pattern of grammar.patterns) {
      // Behind a cut there is nothing, so the window is looked at again without it.
      if (window.attempt(pattern, matches)) window.open(grammar, base);
    }
  }
  return matches;
}
