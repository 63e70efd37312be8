/**
 * Reads a text the way a person would hear it: as words, whatever letters, marks or pictures a handset put around and into
 * them. One pass, a bounded amount of work per character, and no text makes it throw.
 */

/** What can stand between two words; the flags of one place are added up. */
export const Between = {
  /** Nothing but space. */
  nothing: 0,
  /** The sentence ends: full stop, exclamation mark, line break … */
  sentence: 1,
  /** The clause ends: comma, colon, dash, bracket … */
  clause: 2,
  /** As `sentence`, and what went before was a question. */
  question: 4,
  /** A mark that only opens a quotation. */
  open: 8,
  /** A mark that only closes a quotation. */
  close: 16,
  /** A mark that does either. */
  either: 32,
} as const;

/** Pictures that say something are read as words of one letter, taken from the private use area, which no other word has. */
export const Picture = {
  /** A stop sign, a no-entry sign or the like. */
  stop: 0xe000,
  /** A laughing face. */
  laugh: 0xe001,
  /** A raised hand, which stops or greets. */
  hand: 0xe002,
} as const;

/** A text as words. Words are numbered from 0; offsets count UTF-16 code units. */
export interface Reading {
  /** The text that `from` and `to` refer to: the text that was read, composed if it was decomposed. */
  readonly text: string;
  /** How many words there are. */
  readonly count: number;
  /** How many of them are pictures. */
  readonly pictures: number;
  /** Folded letters and digits of all words, back to back. */
  readonly letters: Uint16Array;
  /** Word `i` is `letters` from `starts[i]` up to `starts[i + 1]`. */
  readonly starts: Uint32Array;
  /** Hash of the letters of word `i`, as `hashOf` makes it. */
  readonly hashes: Int32Array;
  /** Word `i` stands in `text` from `from[i]` up to `to[i]`. */
  readonly from: Uint32Array;
  readonly to: Uint32Array;
  /** What stands before word `i`; at `count`, what stands after the last word. Flags of `Between`. */
  readonly before: Uint8Array;
}

/** Begins the hash of a word; each letter multiplies it by 31 and adds itself, in 32 bits. */
export const HASH_SEED = 7;

/** The hash of a word that is folded already. */
export function hashOf(word: string): number {
  let hash = HASH_SEED;
  for (let index = 0; index < word.length; index++) hash = (Math.imul(hash, 31) + word.charCodeAt(index)) | 0;
  return hash;
}

// Codes of the fold table. A folded letter stands for itself; every letter is greater than these.
const SPACE = 0;
const DROP = 1;
const SENTENCE = 2;
const CLAUSE = 3;
const QUESTION = 4;
const OPEN = 5;
const CLOSE = 6;
const EITHER = 7;
const APOSTROPHE = 8;
const CLOSER_LOOK = 9;
const LAST_CODE = 9;

/** The flag that each code leaves between two words. */
const FLAG_OF_CODE: readonly number[] = [
  Between.nothing,
  Between.nothing,
  Between.sentence,
  Between.clause,
  Between.sentence | Between.question,
  Between.open,
  Between.close,
  Between.either,
];

const MARKS: readonly (readonly [code: number, characters: string])[] = [
  [SENTENCE, '.!\n\r\v\f\u0085\u2028\u2029¡…。！．｡।؟։'],
  [QUESTION, '?¿？'],
  [CLAUSE, ',;:()[]{}/|–—―，、；：（）・·~～→'],
  [OPEN, '“„«‹「『《〈【〝❝'],
  [CLOSE, '”»›」』》〉】〞❞‟'],
  [EITHER, '"＂'],
  [APOSTROPHE, "'’‘‚‛`´ʼ＇′"],
];

/** Letters that are one letter with a stroke to Unicode, and another letter to somebody in a hurry. */
const PLAIN_LETTERS: Readonly<Record<string, string>> = {
  ß: 'ss',
  ẞ: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ħ: 'h',
  ı: 'i',
  ς: 'σ',
};

const LETTER_OR_DIGIT = /^[\p{L}\p{N}]$/u;
const MARK = /\p{M}/gu;
/** Signs that would be taken for letters, as in "STOP™". */
const NO_LETTERS = new Set(['™', '℠']);
/** Characters that nobody sees: control characters, joiners, direction marks, variation selectors, tags, fillers. */
const INVISIBLE = /^[\p{Cc}\p{Cf}\p{M}\p{Default_Ignorable_Code_Point}]$/u;

const foldedMarks = new Map(
  MARKS.flatMap(([code, characters]) => [...characters].map((mark) => [mark, code] as const)),
);

/** Folds one character to letters and digits without case, accents or compatibility forms; '' when it is neither. */
function lettersOf(character: string): string {
  let letters = '';
  for (const part of character.normalize('NFKD').toLowerCase().normalize('NFKD').replace(MARK, '')) {
    const plain = PLAIN_LETTERS[part] ?? part;
    if (LETTER_OR_DIGIT.test(part) && !foldedMarks.has(part)) letters += plain;
  }
  return letters.normalize('NFC');
}

/** The code or letter of any character. */
function look(character: string): number {
  const mark = foldedMarks.get(character);
  if (mark !== undefined) return mark;
  if (INVISIBLE.test(character) && character !== '\t') return DROP;
  const letters = NO_LETTERS.has(character) ? '' : lettersOf(character);
  if (letters === '') return SPACE;
  return letters.length === 1 ? letters.charCodeAt(0) : CLOSER_LOOK;
}

/** Latin, Greek, Cyrillic, Armenian and Hebrew: looked up, not worked out. */
const TABLE_SIZE = 0x600;
const table = new Uint16Array(TABLE_SIZE).map((_, code) => look(String.fromCharCode(code)));

const STOP_PICTURES = new Set(['🛑', '⛔', '🚫', '🚷', '📵', '🔕', '🙅']);
const LAUGH_PICTURES = new Set(['😂', '🤣', '😆', '😹', '😜', '😝', '🤪', '😉', '😅', '😁', '😄', '💀', '😭']);
const HAND_PICTURES = new Set(['✋', '🤚', '🖐', '🖕', '❌', '✖']);

function pictureOf(character: string): number {
  if (STOP_PICTURES.has(character)) return Picture.stop;
  if (LAUGH_PICTURES.has(character)) return Picture.laugh;
  return HAND_PICTURES.has(character) ? Picture.hand : 0;
}

const isIdeograph = (code: number) => (code >= 0x4e00 && code <= 0x9fff) || (code >= 0x3400 && code <= 0x4dbf);
const isHangul = (code: number) => code >= 0xac00 && code <= 0xd7a3;
const isKana = (code: number) =>
  code >= 0x3041 && code <= 0x30fe && code !== 0x30fb && (code < 0x3097 || code > 0x309c);

/** The code or letter of a character that the table does not settle. */
function lookFar(point: number, character: string): number {
  if (isIdeograph(point) || isHangul(point) || isKana(point)) return point;
  if (point >= 0xff01 && point <= 0xff5e) return table[point - 0xfee0] as number;
  return pictureOf(character) || look(character);
}

/** Letters that are written in several parts: conjoining jamo, kana with a separate voicing mark, half-width forms. */
const isPart = (code: number) =>
  (code >= 0x1100 && code <= 0x11ff) || code === 0x3099 || code === 0x309a || (code >= 0xff61 && code <= 0xffdc);
/** What nobody sees or no word needs, but not the voicing marks of kana, the keycap, and controls that end a line. */
const BETWEEN_PARTS =
  /(?![\t\n\v\f\r\u0085]|\u20e3|\u3099|\u309a)[\p{Cc}\p{Cf}\p{M}\p{Default_Ignorable_Code_Point}]/gu;

/**
 * Puts letters together that came in parts. Marks and invisible characters go first: they would keep the parts of a letter
 * apart, and a long run of marks in the wrong order would take quadratic time to put in order.
 */
const compose = (text: string) => text.replace(BETWEEN_PARTS, '').normalize('NFKC');

/** Words of Chinese, Japanese and Korean; a change from or to them ends a word even without a space. */
const FIRST_WIDE = 0x2e80;
const KEYCAP = 0x20e3;
const isDigit = (letter: number) => letter >= 0x30 && letter <= 0x39;

/** The part before an apostrophe that stands for a word of its own (l’arrêt, m’écrire, I’m) is never longer than this. */
const LONGEST_ELISION = 2;

/** Grows a typed array to twice its size. */
function grown<Numbers extends Uint8Array | Uint16Array | Uint32Array | Int32Array>(numbers: Numbers): Numbers {
  const larger = new (numbers.constructor as new (length: number) => Numbers)(numbers.length * 2);
  larger.set(numbers);
  return larger;
}

/**
 * Writes words down. One is kept and used again for every text, since making the arrays would cost more than the reading;
 * nothing in it outlives the call that reads it.
 */
class Reader implements Reading {
  text = '';
  count = 0;
  pictures = 0;
  letters = new Uint16Array(512);
  starts = new Uint32Array(128);
  hashes = new Int32Array(128);
  from = new Uint32Array(128);
  to = new Uint32Array(128);
  before = new Uint8Array(128);
  private length = 0;
  private hash = HASH_SEED;
  private inWord = false;
  private wide = false;

  read(given: string): void {
    if (!this.readWhole(given, false)) this.readWhole(compose(given), true);
  }

  /** Returns false, having read in vain, when the text has to be composed first. */
  private readWhole(text: string, composed: boolean): boolean {
    this.text = text;
    this.count = 0;
    this.pictures = 0;
    this.length = 0;
    this.inWord = false;
    this.before[0] = 0;
    while (this.letters.length < text.length) this.letters = grown(this.letters);
    for (let index = 0; index < text.length; index++) {
      const code = text.charCodeAt(index);
      const fold = code < TABLE_SIZE ? (table[code] as number) : CLOSER_LOOK;
      if (fold > LAST_CODE) index = this.plainWords(text, index);
      else if (fold === SPACE) this.endWord();
      else if (fold !== DROP) {
        if (!composed && isPart(code)) return false;
        index = this.special(fold, code, index);
      }
    }
    this.endWord();
    this.starts[this.count] = this.length;
    return true;
  }

  /**
   * The fast way through most texts: letters that the table settles, and spaces between them. Returns the index of the last
   * unit that it read.
   */
  private plainWords(text: string, first: number): number {
    if (!this.inWord || this.wide) this.beginWord(false, first);
    const { letters, starts, hashes, from, to, before } = this;
    const most = starts.length - 2;
    let { hash, length, count } = this;
    let inWord = true;
    let index = first;
    for (; index < text.length; index++) {
      const code = text.charCodeAt(index);
      const fold = code < TABLE_SIZE ? (table[code] as number) : CLOSER_LOOK;
      if (fold > LAST_CODE) {
        if (!inWord) {
          inWord = true;
          hash = HASH_SEED;
          starts[count] = length;
          from[count] = index;
        }
        letters[length++] = fold;
        hash = (Math.imul(hash, 31) + fold) | 0;
      } else if (fold !== SPACE || count >= most) {
        break;
      } else if (inWord) {
        inWord = false;
        hashes[count] = hash;
        to[count] = index;
        before[++count] = 0;
      }
    }
    if (inWord) to[count] = index;
    this.inWord = inWord;
    this.hash = hash;
    this.length = length;
    this.count = count;
    return index - 1;
  }

  private beginWord(wide: boolean, index: number): void {
    this.endWord();
    this.inWord = true;
    this.wide = wide;
    this.hash = HASH_SEED;
    this.starts[this.count] = this.length;
    this.from[this.count] = index;
  }

  /** Anything but a plain letter, a space or an invisible character. Returns the index of the last unit that it read. */
  private special(fold: number, code: number, index: number): number {
    if (fold === APOSTROPHE) this.apostrophe();
    else if (fold === CLOSER_LOOK) return this.lookCloser(code, index);
    else this.mark(fold);
    return index;
  }

  private mark(fold: number): void {
    this.endWord();
    this.before[this.count] = (this.before[this.count] as number) | (FLAG_OF_CODE[fold] as number);
  }

  /** Inside a word an apostrophe is dropped (don’t), but for an elision, which is a word (m’écrire). */
  private apostrophe(): void {
    if (this.inWord && this.length - (this.starts[this.count] as number) <= LONGEST_ELISION) this.endWord();
  }

  private lookCloser(code: number, index: number): number {
    if (code === KEYCAP) {
      this.dropKeycap();
      return index;
    }
    const point = this.text.codePointAt(index) as number;
    const character = String.fromCodePoint(point);
    const fold = lookFar(point, character);
    if (fold >= Picture.stop && fold <= Picture.hand) this.picture(fold, index, character.length);
    else if (fold > LAST_CODE) this.letter(fold, index, character.length);
    else if (fold === CLOSER_LOOK) this.severalLetters(lettersOf(character), index, character.length);
    else if (fold === APOSTROPHE) this.apostrophe();
    else if (fold !== DROP) this.mark(fold);
    return index + character.length - 1;
  }

  private severalLetters(letters: string, index: number, width: number): void {
    for (let part = 0; part < letters.length; part++) this.letter(letters.charCodeAt(part), index, width);
  }

  private picture(fold: number, index: number, width: number): void {
    this.endWord();
    this.letter(fold, index, width);
    this.endWord();
    this.pictures++;
  }

  /** A keycap turns the digit before it into a picture. */
  private dropKeycap(): void {
    if (this.inWord && isDigit(this.letters[this.length - 1] as number)) {
      this.length--;
      if (this.length === this.starts[this.count]) this.inWord = false;
      else this.rehash();
    }
    this.endWord();
  }

  private rehash(): void {
    this.hash = HASH_SEED;
    for (let index = this.starts[this.count] as number; index < this.length; index++) {
      this.hash = (Math.imul(this.hash, 31) + (this.letters[index] as number)) | 0;
    }
  }

  private letter(fold: number, index: number, width: number): void {
    const wide = fold >= FIRST_WIDE && fold < Picture.stop;
    if (!this.inWord || wide !== this.wide) this.beginWord(wide, index);
    // One character can fold to eighteen letters; there must be room for them and for all that is still to be read.
    if (this.length + this.text.length - index >= this.letters.length) this.letters = grown(this.letters);
    this.letters[this.length++] = fold;
    this.hash = (Math.imul(this.hash, 31) + fold) | 0;
    this.to[this.count] = index + width;
  }

  private endWord(): void {
    if (!this.inWord) return;
    this.inWord = false;
    this.hashes[this.count] = this.hash;
    this.count++;
    if (this.count + 1 >= this.starts.length) this.growWords();
    this.before[this.count] = 0;
  }

  private growWords(): void {
    this.starts = grown(this.starts);
    this.hashes = grown(this.hashes);
    this.from = grown(this.from);
    this.to = grown(this.to);
    this.before = grown(this.before);
  }
}

const reader = new Reader();

/**
 * Reads a text. The result is the same object each time and good until the next call; copy what must last.
 *
 * @param text any string: lone surrogates, 100,000 characters and nothing at all are welcome
 */
export function read(text: string): Reading {
  reader.read(text);
  return reader;
}

/** Words are never put together from more letters than this, so that a call never gets too many arguments. */
const LONGEST_WORD = 4096;

/** Word `index` of a reading, folded; no more than its first 4,096 letters. */
export function wordAt(reading: Reading, index: number): string {
  const start = reading.starts[index] as number;
  const end = Math.min(reading.starts[index + 1] as number, start + LONGEST_WORD);
  return String.fromCharCode(...reading.letters.subarray(start, end));
}

/** Whether word `index` of a reading is a picture. */
export function isPicture(reading: Reading, index: number): boolean {
  const letter = reading.letters[reading.starts[index] as number] as number;
  return letter >= Picture.stop && letter <= Picture.hand;
}

/**
 * A text as its folded words with one space between, without pictures.
 *
 * @example normalise(' “Stóp.” 🛑') === 'stop'
 */
export function normalise(text: string): string {
  const reading = read(text);
  const words: string[] = [];
  for (let index = 0; index < reading.count; index++)
    if (!isPicture(reading, index)) words.push(wordAt(reading, index));
  return words.join(' ');
}
