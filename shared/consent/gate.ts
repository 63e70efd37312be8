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
  /** The bit of its second rarest class among those that were seen; 0 when it needs one class only. */
  readonly part: number;
  readonly bit: number;
  /** The entries of each other class, as bits; they are gone through one by one, since few messages have words of the first two. */
  readonly others: readonly Int32Array[];
  readonly longest: number;
}

/** A common word weighs as much as this many others. */
const COMMON = 1000;

function mark(bits: Int32Array, place: number): void {
  bits[place >>> 5] = (bits[place >>> 5] as number) | (1 << (place & 31));
}

/** Whether each of the classes has one of the first `count` entries. */
function hasOfEach(classes: readonly Int32Array[], entries: readonly number[], count: number): boolean {
  for (let number = 0; number < classes.length; number++) {
    const members = classes[number] as Int32Array;
    let index = 0;
    while (index < count && !isMarked(members, entries[index] as number)) index++;
    if (index === count) return false;
  }
  return true;
}

const isMarked = (bits: Int32Array, place: number) => (((bits[place >>> 5] as number) >>> (place & 31)) & 1) === 1;

/** The needs of the patterns of a language. */
export class Gate<Pattern extends Needy> {
  /** How many integers hold one bit for each class that is the second rarest of a pattern. */
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
    const weights = new Map<number, number>();
    for (const [number, classes] of entries.entries()) {
      const weight = common.has(number) ? COMMON : 1;
      for (const wordClass of classes) weights.set(wordClass, (weights.get(wordClass) ?? 0) + weight);
    }
    const places = new Map<number, number>();
    const members = new Map<number, Int32Array>();
    const membersOf = (wordClass: number) => {
      const known = members.get(wordClass) ?? new Int32Array(Math.ceil(entries.length / 32));
      members.set(wordClass, known);
      return known;
    };
    const needsOf = new Map<number | undefined, Need<Pattern>[]>();
    for (const pattern of patterns) {
      const [rarest, second, ...others] = [...pattern.needs].sort(
        (one, other) => (weights.get(one) as number) - (weights.get(other) as number),
      );
      const place = second === undefined ? 0 : (places.get(second) ?? places.size);
      if (second !== undefined) places.set(second, place);
      const bit = second === undefined ? 0 : 1 << (place & 31);
      const need = { pattern, part: place >>> 5, bit, others: others.map(membersOf), longest: pattern.longest };
      const known = needsOf.get(rarest);
      if (known === undefined) needsOf.set(rarest, [need]);
      else known.push(need);
    }
    this.width = Math.ceil(places.size / 32);
    this.seen = new Int32Array(this.width);
    this.bits = new Int32Array(this.width * entries.length);
    for (const [number, classes] of entries.entries()) {
      for (const wordClass of classes) {
        const place = places.get(wordClass);
        if (place !== undefined) mark(this.bits, number * this.width * 32 + place);
        const bits = members.get(wordClass);
        if (bits !== undefined) mark(bits, number);
      }
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
      const needs = this.needsAt(entries, index);
      for (let number = 0; number < needs.length; number++) {
        const { pattern, part, bit, others, longest } = needs[number] as Need<Pattern>;
        if (((this.seen[part] as number) & bit) !== bit || words > longest) continue;
        if (hasOfEach(others, entries, count)) this.through.push(pattern);
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
}
