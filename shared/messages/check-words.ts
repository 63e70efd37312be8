/** Whether a sender's own words can do what it wants of them. Advice, not a gate: a keyword always keeps its meaning. */
import { classify } from '../consent/classify.ts';
import { categoryPhrase } from '../consent/merge.ts';
import type { Sender } from './sender.ts';

/** What a text means by the keywords that are on; undefined when it is none. */
function keywordMeaning(text: string, keywordPacks: readonly string[]): string | undefined {
  const { rule, intent } = classify(text, { keywordPacks, optedOut: true });
  return rule.startsWith('keyword:') ? intent : undefined;
}

const OWN_INTENTS = { optOut: 'opt-out', optIn: 'opt-in', help: 'help' } as const;

/** The words of a sender that mean something else already, so that they have no effect. */
export function checkWords({ sender, ownWords = {}, categoryWords = {}, keywordPacks }: Sender): string[] {
  const own = Object.entries(OWN_INTENTS).flatMap(([field, intent]) =>
    (ownWords[field as keyof typeof OWN_INTENTS] ?? []).flatMap((word) => {
      const means = keywordMeaning(word, keywordPacks);
      return means === undefined || means === intent ? [] : [`ownWords.${field}: "${word}" always means ${means}`];
    }),
  );
  const categories = Object.keys(categoryWords).filter(
    (word) => keywordMeaning(word, keywordPacks) ?? keywordMeaning(categoryPhrase(word), keywordPacks),
  );
  const taken = categories.map((word) => `categoryWords: "${word}" has another meaning, alone or after STOP`);
  return [...own, ...taken].map((warning) => `${sender}: ${warning}`);
}
