/** The words of a language, found by hash without cutting them out of the text. */
import { HASH_SEED, hashOf } from './normalise.ts';

interface Entry {
  readonly word: string;
  readonly classes: Uint16Array;
}

/** No entry. */
export const UNKNOWN = -1;

/** Entries by hash; a word is compared letter by letter with the few entries that share its place. */
class Entries {
  readonly longest: number;
  readonly shortest: number;
  private readonly slots: Int32Array;
  private readonly mask: number;
  private readonly list: readonly string[];

  constructor(list: readonly string[]) {
    let size = 64;
    while (size < list.length * 4) size *= 2;
    this.list = list;
    this.mask = size - 1;
    this.slots = new Int32Array(size).fill(UNKNOWN);
    this.longest = Math.max(0, ...list.map((word) => word.length));
    this.shortest = Math.min(this.longest, ...list.map((word) => word.length));
    for (const [number, word] of list.entries()) {
      let slot = this.slotOf(hashOf(word));
      while (this.slots[slot] !== UNKNOWN) slot = (slot + 1) & this.mask;
      this.slots[slot] = number;
    }
  }

  find(hash: number, letters: Uint16Array, start: number, end: number): number {
    let slot = this.slotOf(hash);
    let number = this.slots[slot] as number;
    while (number !== UNKNOWN && !this.is(number, letters, start, end)) {
      slot = (slot + 1) & this.mask;
      number = this.slots[slot] as number;
    }
    return number;
  }

  private slotOf(hash: number): number {
    return (hash ^ (hash >>> 15)) & this.mask;
  }

  private is(number: number, letters: Uint16Array, start: number, end: number): boolean {
    const word = this.list[number] as string;
    if (word.length !== end - start) return false;
    for (let index = 0; index < word.length; index++) {
      if (word.charCodeAt(index) !== letters[start + index]) return false;
    }
    return true;
  }
}

/** Whole words and beginnings of words, each with the numbers of its classes. Entries are numbered from 0. */
export class Lexicon {
  /** The most letters of an entry that is a whole word. */
  readonly longest: number;
  /** How many entries there are. */
  readonly size: number;
  private readonly list: readonly Entry[];
  private readonly whole: Entries;
  private readonly stems: Entries;
  private readonly firstStem: number;

  /** @param classesByWord folded words, or folded beginnings with `~` behind */
  constructor(classesByWord: ReadonlyMap<string, ReadonlySet<number>>) {
    const entries = [...classesByWord].map(([word, classes]) => ({ word, classes: Uint16Array.from(classes) }));
    const whole = entries.filter(({ word }) => !word.endsWith('~'));
    const stems = entries.filter(({ word }) => word.endsWith('~'));
    this.list = [...whole, ...stems];
    this.size = this.list.length;
    this.firstStem = whole.length;
    this.whole = new Entries(whole.map(({ word }) => word));
    this.stems = new Entries(stems.map(({ word }) => word.slice(0, -1)));
    this.longest = this.whole.longest;
  }

  /** Whether these letters are an entry. */
  has(hash: number, letters: Uint16Array, start: number, end: number): boolean {
    return this.whole.find(hash, letters, start, end) !== UNKNOWN;
  }

  /** Writes the numbers of all entries that these letters are or begin with to `found`, from `at` on. Returns where it ended. */
  find(hash: number, letters: Uint16Array, start: number, end: number, found: number[], at: number): number {
    let next = at;
    const word = this.whole.find(hash, letters, start, end);
    if (word !== UNKNOWN) found[next++] = word;
    if (this.stems.longest === 0) return next;
    const last = Math.min(end, start + this.stems.longest);
    let prefix = HASH_SEED;
    for (let index = start; index < last; index++) {
      prefix = (Math.imul(prefix, 31) + (letters[index] as number)) | 0;
      if (index + 1 - start < this.stems.shortest) continue;
      const stem = this.stems.find(prefix, letters, start, index + 1);
      if (stem !== UNKNOWN) found[next++] = this.firstStem + stem;
    }
    return next;
  }

  /** The numbers of those of some folded words, with space between, that are entries. */
  numbersOf(words: string): ReadonlySet<number> {
    const wanted = new Set(words.split(' '));
    return new Set([...this.list.keys()].filter((number) => wanted.has((this.list[number] as Entry).word)));
  }

  /** The classes of an entry. */
  classesOf(number: number): Uint16Array {
    return (this.list[number] as Entry).classes;
  }
}
