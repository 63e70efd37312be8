/** The words that a sender adds to the keywords: its own, and those that end one category of its messages. */
import type { OwnWords } from './keyword-match.ts';
import { allButCategoryPhrase, type CategoryWords, categoryPhrase } from './merge.ts';

/** A sender, as far as its words are concerned. */
export interface SenderWords {
  readonly ownWords?: OwnWords | undefined;
  readonly categoryWords?: CategoryWords | undefined;
}

const known = new WeakMap<SenderWords, OwnWords>();

/**
 * The words to hear a sender's recipients with. What the packs and STOP mean can't be changed by them.
 *
 * @param sender kept by identity: for the same object the answer is the same object, so that its words are folded once
 */
export function wordsOf(sender: SenderWords): OwnWords | undefined {
  const { ownWords, categoryWords } = sender;
  if (categoryWords === undefined) return ownWords;
  const categories = Object.keys(categoryWords);
  const words = known.get(sender) ?? {
    ...ownWords,
    // The category first: where a phrase is both, the narrower wish would be hidden otherwise.
    optOut: [...categories.map(categoryPhrase), ...(ownWords?.optOut ?? [])],
    optIn: [...categories.map(allButCategoryPhrase), ...(ownWords?.optIn ?? [])],
  };
  known.set(sender, words);
  return words;
}
