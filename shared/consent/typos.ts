/** A message that is one word, and that word nearly a keyword. In a longer message a typo is told from a word only by guessing. */

/** Words that are nearly a keyword and mean something else. */
const REAL_WORDS = new Set(
  'unsubscribed unsubscribes unsubscribing unsubscriber qui sop stoop stops stopped shop step stow top atop stomp strop slop stork subscribe subscribed subscriber resubscribe quiet quite suit quilt quits quid quip quota cancels canceled cancelled cancer channel chancel council'.split(
    ' ',
  ),
);

/** Keys next to each other on a QWERTY keyboard. */
const ROWS = ['qwertyuiop', 'asdfghjkl', 'zxcvbnm'];

function areNeighbours(one: string, other: string): boolean {
  for (const [row, keys] of ROWS.entries()) {
    const place = keys.indexOf(one);
    if (place < 0) continue;
    return ROWS.slice(Math.max(0, row - 1), row + 2).some((near) => {
      const distance = near.indexOf(other) - place;
      return near.includes(other) && distance >= -1 && distance <= 1;
    });
  }
  return false;
}

/** The same word with a letter held down: stoppp. */
function isStretched(word: string, keyword: string): boolean {
  let at = 0;
  for (const letter of word) {
    if (letter === keyword[at]) at++;
    else if (at === 0 || letter !== keyword[at - 1]) return false;
  }
  return at === keyword.length;
}

/** Two letters swapped, one hit beside its key, or one left out or doubled in the middle. */
function isSlip(word: string, keyword: string): boolean {
  let start = 0;
  while (start < keyword.length && word[start] === keyword[start]) start++;
  const rest = word.slice(start);
  const wanted = keyword.slice(start);
  if (rest === wanted.slice(1)) return start > 0;
  if (rest.length !== wanted.length) return false;
  if (rest.slice(1) === wanted.slice(1)) return areNeighbours(wanted.charAt(0), rest.charAt(0));
  return rest === wanted.charAt(1) + wanted.charAt(0) + wanted.slice(2);
}

/** How many letters have to be changed, added or left out, as far as two; 3 stands for more. */
function distance(word: string, keyword: string): number {
  let previous = Array.from({ length: keyword.length + 1 }, (_, index) => index);
  for (let row = 1; row <= word.length; row++) {
    const current = [row];
    for (let column = 1; column <= keyword.length; column++) {
      const change = (previous[column - 1] as number) + (word[row - 1] === keyword[column - 1] ? 0 : 1);
      current.push(Math.min(change, (previous[column] as number) + 1, (current[column - 1] as number) + 1));
    }
    previous = current;
  }
  return Math.min(3, previous[keyword.length] as number);
}

/** A keyword this long has no other word near it. */
const LONG = 9;
/** Shorter keywords are too near to other words. */
const SHORT = 4;

/** A keyword that was probably meant. */
export interface Typo {
  readonly keyword: string;
  /** Whether nothing else can have been meant. */
  readonly clear: boolean;
}

/**
 * The keyword that a word was meant to be.
 *
 * @param word folded
 * @param keywords folded opt-out keywords
 */
export function typoOf(word: string, keywords: readonly string[]): Typo | undefined {
  if (REAL_WORDS.has(word)) return undefined;
  for (const keyword of keywords) {
    if (keyword.length < SHORT || Math.abs(keyword.length - word.length) > SHORT * 2) continue;
    if (isStretched(word, keyword)) return { keyword, clear: true };
    if (isSlip(word, keyword)) return { keyword, clear: keyword.length >= LONG };
    const sameStart = word.slice(0, 2) === keyword.slice(0, 2);
    if (keyword.length >= LONG && sameStart && distance(word, keyword) <= 2) return { keyword, clear: true };
  }
  return undefined;
}
