/** Says an explanation in plain words. */
import type { Classification, Policy } from '../../shared/consent/classify.ts';
import type { Keyword } from '../../shared/consent/keyword-match.ts';
import { visible } from '../visible.ts';
import type { Explanation, Find } from './explain.ts';

const LANGUAGE_NAMES = new Intl.DisplayNames('en', { type: 'language' });
const languageName = (name: string) => LANGUAGE_NAMES.of(name) ?? name;

const ASKS: Readonly<Record<Classification['intent'], string>> = {
  'opt-out': 'to be left alone',
  'opt-in': 'to be texted again',
  help: 'for help',
  none: 'for nothing',
};

/** The message with the words of a find in brackets, and not much around them. */
function marked(text: string, { from, to }: Pick<Find, 'from' | 'to'>): string {
  const around = 40;
  const before = text.slice(Math.max(0, from - around), from);
  const after = text.slice(to, to + around);
  const lead = from > around ? '…' : '';
  const trail = to + around < text.length ? '…' : '';
  return `${lead}${visible(before)}[${visible(text.slice(from, to))}]${visible(after)}${trail}`;
}

/** More finds than this say nothing new. */
const MOST_FINDS = 8;

function list(title: string, finds: readonly string[]): readonly string[] {
  if (finds.length === 0) return [];
  const more = finds.length > MOST_FINDS ? [`     … and ${finds.length - MOST_FINDS} more`] : [];
  return [`   ${title}`, ...finds.slice(0, MOST_FINDS).map((find) => `     ${find}`), ...more];
}

function keywordLine({ word, pack, intent, onlyWhenOptedOut }: Keyword, optedOut: boolean): string {
  const line = `Yes: ${word} of the pack "${pack}", which asks ${ASKS[intent]}.`;
  if (!onlyWhenOptedOut) return line;
  const state = optedOut ? 'and they are' : 'and they are not (say --opted-out if they are)';
  return `${line} It counts only from somebody who is opted out, ${state}.`;
}

function keywordStep({ keyword, keywordElsewhere, optedOut }: Explanation): readonly string[] {
  if (keyword !== undefined) return [keywordLine(keyword, optedOut)];
  const others = keywordElsewhere.map(({ word, pack }) => `${word} of the pack "${pack}"`);
  if (others.length === 0) return ['No.'];
  return [`No. It would be ${[...new Set(others)].join(', ')}, but that is not switched on (--language).`];
}

function nearStep({ keyword, nearly }: Explanation): string {
  if (keyword !== undefined) return 'Not asked any more.';
  if (nearly === undefined) return 'No.';
  const sure = nearly.clear ? 'and nothing else can be meant' : 'but something else may be meant';
  return `Yes: nearly ${nearly.keyword.toUpperCase()}, ${sure}.`;
}

const MEANS: Readonly<Record<Find['means'], string>> = {
  'opt-out': 'a clear wish to be left alone',
  'opt-in': 'a clear wish to be texted again',
  'maybe-opt-out': 'may be a wish to be left alone',
  'maybe-opt-in': 'may be a wish to be texted again',
  hedge: 'makes a wish in the same sentence doubtful',
  echo: 'repeats the instruction of a message',
  aside: 'is about something else',
  plea: 'a plea that leaves open what it is about',
  reason: 'a reason to be left alone',
  cut: 'is a signature',
};

function wishStep(explanation: Explanation): readonly string[] {
  const { composed, keyword, nearly, wishes, hedges, asides, cuts, quoted, unheard } = explanation;
  if (keyword !== undefined || nearly !== undefined) return ['   Not asked any more.'];
  const describe = (find: Find) => {
    const clear = find.means === 'opt-out' || find.means === 'opt-in';
    const doubt = find.hedged && clear ? ', in doubt' : '';
    return `${find.rule}, ${MEANS[find.means]}${doubt}: ${marked(composed, find)}`;
  };
  const where = (find: Find) => `${find.rule}: ${marked(composed, find)}`;
  const inDoubt = wishes.some(({ hedged, means }) => hedged && means !== 'echo');
  const lost = wishes.length === 0 ? unheard : [];
  return [
    ...(wishes.length === 0 ? ['   No.'] : list('Heard:', wishes.map(describe))),
    ...list('In doubt because of:', inDoubt ? hedges.map(where) : []),
    ...list('Set aside, since it is about something else:', asides.map(where)),
    ...list(
      'Not heard, since it is quoted:',
      quoted.map((quote) => marked(composed, quote)),
    ),
    ...list('The message ends before this, which is a signature:', cuts.map(where)),
    ...list('But for that it would have been:', lost.map(describe)),
  ];
}

function verdictLine(policy: Policy, { verdict, intent, rule, confidence }: Classification): string {
  const sure = confidence === undefined ? '' : `, confidence ${confidence}`;
  const asks = intent === 'none' ? '' : ` ${intent}`;
  return `   ${policy.padEnd(22)}${verdict}${asks} (${rule}${sure})`;
}

/** What Stopgate does about a verdict. */
export function consequenceOf({ verdict, intent, rule }: Classification): string {
  if (verdict === 'review') {
    // The law's deadline is for those who want to leave.
    const deadline = intent === 'opt-out' ? ', within ten business days' : '';
    return `puts the message up for review: a person decides${deadline}. Until then nothing changes, and nothing is answered.`;
  }
  if (verdict === 'leave') {
    return rule === 'opted-in-already'
      ? 'leaves the message alone: who is not opted out has nothing to opt in to.'
      : 'leaves the message alone: it is an ordinary message.';
  }
  if (intent === 'opt-out') {
    return 'acts: it records the opt-out, confirms it once, and from then on refuses every message from that sender to that recipient.';
  }
  if (intent === 'opt-in') {
    return 'acts: it opens all senders of the account to that recipient again, and confirms it once.';
  }
  return 'acts: it answers with the help text. Consent does not change.';
}

/** The whole explanation, step by step. */
export function describe(explanation: Explanation, policy: Policy): string {
  const { text, normalised, keywordPacks, languages, verdicts } = explanation;
  const lines = [
    `Text      “${visible(text)}”`,
    `Read as   ${normalised === '' ? '(no words)' : visible(normalised)}`,
    `Keywords  of the packs ${keywordPacks.join(', ')}`,
    `Wishes    in ${languages.map(languageName).join(', ')}`,
    '',
    '1. Is it one keyword and nothing else?',
    ...keywordStep(explanation).map((line) => `   ${line}`),
    '2. Is it one word, and nearly a keyword?',
    `   ${nearStep(explanation)}`,
    '3. Is there a wish in other words?',
    ...wishStep(explanation),
    '4. So, under the policy',
    verdictLine('keyword', verdicts.keyword),
    verdictLine('any-reasonable-means', verdicts['any-reasonable-means']),
    '',
    `Under the policy ${policy} Stopgate ${consequenceOf(verdicts[policy])}`,
  ];
  return `${lines.join('\n')}\n`;
}
