/** Whether a sender's own words can do what it wants of them. Advice, not a gate: a keyword always keeps its meaning. */
import { classify } from '../consent/classify.ts';
import { categoryPhrase } from '../consent/merge.ts';
import { normalise } from '../consent/normalise.ts';
import { wordsOf } from '../consent/sender-words.ts';
import type { Sender } from './sender.ts';

/** What a text means by the keywords that are on; undefined when it is none. */
function keywordMeaning(text: string, keywordPacks: readonly string[]): string | undefined {
  const { rule, intent } = classify(text, { keywordPacks, optedOut: true });
  return rule.startsWith('keyword:') ? intent : undefined;
}

const OWN_INTENTS = { optOut: 'opt-out', optIn: 'opt-in', help: 'help' } as const;

/** The words of a sender that mean something else already, or that nobody can text, so that they have no effect. */
export function checkWords(sender: Sender): string[] {
  return [...ownWordProblems(sender), ...categoryProblems(sender)].map((warning) => `${sender.sender}: ${warning}`);
}

function ownWordProblems({ ownWords = {}, categoryWords, keywordPacks }: Sender): string[] {
  // Of words that are given twice the first is heard, and an opt-out before all else.
  const heard = new Map((wordsOf({ categoryWords })?.optOut ?? []).map((word) => [normalise(word), 'opt-out']));
  return Object.entries(OWN_INTENTS).flatMap(([field, intent]) =>
    (ownWords[field as keyof typeof OWN_INTENTS] ?? []).flatMap((word) => {
      const name = `ownWords.${field}: "${word}"`;
      const text = normalise(word);
      if (text === '') return [`${name} has no letters, and is never heard`];
      const means = keywordMeaning(word, keywordPacks);
      if (means !== undefined) return means === intent ? [] : [`${name} always means ${means}`];
      const before = heard.get(text) ?? intent;
      heard.set(text, before);
      return before === intent ? [] : [`${name} already means ${before}`];
    }),
  );
}

function categoryProblems({ categoryWords = {}, keywordPacks }: Sender): string[] {
  const words = Object.keys(categoryWords);
  const texts = words.map(normalise);
  return words.flatMap((word, index) => {
    if (texts.indexOf(texts[index] as string) < index) return [`categoryWords: "${word}" is given twice`];
    const taken = keywordMeaning(word, keywordPacks) ?? keywordMeaning(categoryPhrase(word), keywordPacks);
    return taken !== undefined || meansPlainStop(word)
      ? [`categoryWords: "${word}" has another meaning, alone or after STOP`]
      : [];
  });
}

/** Whether people who text STOP and this word want no messages at all: STOP NOW. */
function meansPlainStop(word: string): boolean {
  const { rule } = classify(categoryPhrase(word));
  return rule.endsWith(':keyword-and-courtesy') || /^stop\b/.test(normalise(word));
}
