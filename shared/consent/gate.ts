/**
 * Turns ordinary messages away before any pattern is tried: a pattern can only match a message that has a word of every class that
 * it needs. Most messages have no such pattern, and that can be told from the words alone, in any order.
 */
import type { Lexicon } from './lexicon.ts';

/** What the gate has to know of a pattern. */
export interface Needy {
  /** Classes without a word of which the pattern can't match. */
  readonly needs: readonly number[];
  /** The most words of a message that the pattern can match. */
  readonly longest: number;
}

interface Need<Pattern> {
  readonly pattern: Pattern;
  /** Bits of the needed classes, in as many integers as the gate has. */
  readonly bits: Int32Array;
  readonly longest: number;
}

/** A common word weighs as much as this many others. */
const COMMON = 1000;

/** The needs of the patterns of a language. */
export class Gate<Pattern extends Needy> {
  /** How many integers hold one bit for each class that is needed. */
  private readonly width: number;
  /** The bits of each entry of the lexicon, one after the other. */
  private readonly bits: Int32Array;
  /** By entry of the lexicon: the patterns whose rarest class it is in. */
  private readonly needs: readonly (readonly Need<Pattern>[])[];
  /** The bits of the words of a message. */
  private readonly seen: Int32Array;
  private readonly through: Pattern[] = [];
  /** By entry: the last message that it was asked in, so that a word said a thousand times is asked once. */
  private readonly asked: Int32Array;
  private messages = 0;

  /** @param common words that are in most messages, so that classes with them say little; folded */
  constructor(lexicon: Lexicon, patterns: readonly Pattern[], common: ReadonlySet<number>) {
    this.asked = new Int32Array(lexicon.size);
    const entries = Array.from({ length: lexicon.size }, (_, number) => lexicon.classesOf(number));
    const bitOf = new Map(
      [...new Set(patterns.flatMap(({ needs }) => needs))].map((wordClass, bit) => [wordClass, bit]),
    );
    this.width = Math.ceil(bitOf.size / 32);
    this.seen = new Int32Array(this.width);
    const bitsOf = (classes: Iterable<number>) => {
      const bits = new Int32Array(this.width);
      for (const wordClass of classes) {
        const bit = bitOf.get(wordClass);
        if (bit !== undefined) bits[bit >>> 5] = (bits[bit >>> 5] as number) | (1 << (bit & 31));
      }
      return bits;
    };
    this.bits = new Int32Array(this.width * entries.length);
    for (const [number, classes] of entries.entries()) this.bits.set(bitsOf(classes), number * this.width);
    const weights = new Map<number, number>();
    for (const [number, classes] of entries.entries()) {
      const weight = common.has(number) ? COMMON : 1;
      for (const wordClass of classes) weights.set(wordClass, (weights.get(wordClass) ?? 0) + weight);
    }
    const needsOf = new Map<number | undefined, Need<Pattern>[]>();
    for (const pattern of patterns) {
      const { needs, longest } = pattern;
      const [rarest] = [...needs].sort((one, other) => (weights.get(one) as number) - (weights.get(other) as number));
      needsOf.set(rarest, [...(needsOf.get(rarest) ?? []), { pattern, bits: bitsOf(needs), longest }]);
    }
    this.needs = entries.map((classes) => [...classes].flatMap((wordClass) => needsOf.get(wordClass) ?? []));
  }

  /**
   * The patterns that may match a message. The array is the same each time and good until the next call.
   *
   * @param entries numbers of the lexicon entries of its words, as many as `count`
   * @param words how many words it has, entries or not
   */
  open(entries: readonly number[], count: number, words: number): readonly Pattern[] {
    this.through.length = 0;
    let first = 0;
    while (first < count && this.needsAt(entries, first).length === 0) first++;
    if (first === count) return this.through;
    this.look(entries, count);
    this.messages = (this.messages + 1) | 0;
    for (let index = first; index < count; index++) {
      const entry = entries[index] as number;
      if (this.asked[entry] === this.messages) continue;
      this.asked[entry] = this.messages;
      for (const need of this.needsAt(entries, index)) {
        if (words <= need.longest && this.hasAll(need.bits)) this.through.push(need.pattern);
      }
    }
    return this.through;
  }

  private needsAt(entries: readonly number[], index: number): readonly Need<Pattern>[] {
    return this.needs[entries[index] as number] as readonly Need<Pattern>[];
  }

  private look(entries: readonly number[], count: number): void {
    const { width, seen, bits } = this;
    seen.fill(0);
    for (let index = 0; index < count; index++) {
      const start = (entries[index] as number) * width;
      for (let part = 0; part < width; part++) seen[part] = (seen[part] as number) | (bits[start + part] as number);
    }
  }

  private hasAll(bits: Int32Array): boolean {
    for (let index = 0; index < this.width; index++) {
      if (((bits[index] as number) & ~(this.seen[index] as number)) !== 0) return false;
    }
    return true;
  }
}
