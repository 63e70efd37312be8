/** Hears wishes in other words than keywords, in the languages that are switched on and always in English. */

import { LANGUAGE_NAMES, languageNamed } from '#languages';
import { compile, type Grammar } from './grammar.ts';
import { type Match, matchesIn } from './matcher.ts';
import type { Reading } from './normalise.ts';
import { foreignWords } from './own-words.ts';

/** A wish, or what may be one. */
export interface Wish {
  readonly intent: 'opt-out' | 'opt-in';
  /** Whether any reasonable person would read it so. */
  readonly clear: boolean;
  /** The language and the rule that heard it: `en:stop-texting`. */
  readonly rule: string;
  /** The words that it was heard in, as written. */
  readonly span: string;
  /** From 0 to 1: 0.95 for a clear wish, 0.6 for a clear wish in doubt (a question, a limit), 0.4 for what may be one. */
  readonly confidence: number;
}

/** Confidence of a clear wish. */
export const CLEAR = 0.95;
/** Confidence of a clear wish that is put as a question, as a joke or with a limit, or that contradicts another. */
export const IN_DOUBT = 0.6;
/** Confidence of what may be a wish. */
export const POSSIBLE = 0.4;

const grammars = new Map<string, Grammar>();

/** A language is read and made ready when it is first needed: a stage needs one or two, and a STOP needs none. */
function grammarOf(language: string): Grammar {
  const ready = grammars.get(language) ?? compile(languageNamed(language));
  grammars.set(language, ready);
  return ready;
}

let englishOnly: readonly Grammar[] | undefined;

function languagesOf(packs: readonly string[]): readonly string[] {
  const names = new Set(['en', ...packs]);
  return LANGUAGE_NAMES.filter((name) => names.has(name));
}

/** Whether `grammarsOf` has nothing to make ready. What was read before it had to stands no longer: there is one reading at a time. */
export const areReady = (packs: readonly string[]): boolean =>
  packs.length === 0 ? englishOnly !== undefined : languagesOf(packs).every((name) => grammars.has(name));

/**
 * The grammars of English and of the packs that have a language.
 *
 * @param packs names of packs; names without a language are passed over
 */
export function grammarsOf(packs: readonly string[]): readonly Grammar[] {
  if (packs.length > 0) return languagesOf(packs).map(grammarOf);
  englishOnly ??= [grammarOf('en')];
  return englishOnly;
}

interface Heard extends Match {
  readonly language: string;
}

function wish(reading: Reading, heard: Heard, intent: Wish['intent'], confidence: number): Wish {
  const span = reading.text.slice(heard.from, heard.to);
  return { intent, clear: confidence === CLEAR, rule: `${heard.language}:${heard.rule}`, span, confidence };
}

/**
 * The weightiest of what was heard, which is at least one thing. A plea that leaves open what it is about, and a reason to go, are
 * a wish together. Who asks to go and to stay has to be asked.
 */
function weigh(reading: Reading, heard: readonly Heard[]): Wish {
  const clear = (means: string) => heard.find((one) => one.means === means && !one.hedged);
  const optOut = clear('opt-out') ?? (clear('reason') && clear('plea'));
  const optIn = clear('opt-in');
  if (optOut !== undefined) return wish(reading, optOut, 'opt-out', optIn === undefined ? CLEAR : IN_DOUBT);
  if (optIn !== undefined) return wish(reading, optIn, 'opt-in', CLEAR);
  const hedged = heard.find(({ means }) => means === 'opt-out') ?? heard.find(({ means }) => means === 'opt-in');
  if (hedged !== undefined) return wish(reading, hedged, hedged.means as Wish['intent'], IN_DOUBT);
  const possible = heard[0] as Heard;
  return wish(reading, possible, possible.means === 'maybe-opt-in' ? 'opt-in' : 'opt-out', POSSIBLE);
}

/**
 * The wish in a message, if there is one.
 *
 * @param ready what `grammarsOf` returned, before the text was read
 */
export function wishIn(reading: Reading, ready: readonly Grammar[]): Wish | undefined {
  const foreign = foreignWords(reading);
  let heard: Heard[] | undefined;
  for (const grammar of ready) {
    for (const match of matchesIn(reading, grammar, foreign)) {
      heard ??= [];
      heard.push({ ...match, language: grammar.name });
    }
  }
  return heard === undefined ? undefined : weigh(reading, heard);
}
