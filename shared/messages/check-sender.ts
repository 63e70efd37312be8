/** What is wrong with a sender's settings, found when it is registered and not when somebody texts STOP. */
import type * as z from 'zod/mini';
import { KEYWORD_PACK_NAMES, packNamed } from '../consent/keywords.ts';
import {
  filledIn,
  languageOfLocale,
  PLACEHOLDERS,
  placeholdersIn,
  type ReplyTexts,
  textsByLanguage,
} from '../consent/replies.ts';
import { problemWithQuietHours } from './quiet-windows.ts';
import { type Sender, type SenderInput, senderSchema } from './sender.ts';

/** A sender cannot be registered as given. */
export class WrongSender extends Error {
  override readonly name = 'WrongSender';
  /** All that is wrong with it, in words for whoever registers it. */
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`The sender cannot be registered:\n${problems.map((problem) => `- ${problem}`).join('\n')}`);
    this.problems = problems;
  }
}

/**
 * The sender that somebody registers.
 *
 * @throws WrongSender with all that is wrong
 */
export function validSender(input: SenderInput): Sender {
  const unknown = unknownSettings(input);
  const { data: sender, error } = senderSchema.safeParse(input);
  if (!sender) throw new WrongSender([...unknown, ...error.issues.flatMap((issue) => formProblems(issue, input))]);
  const problems = [
    ...unknown,
    ...packProblems(sender),
    ...languageProblems(sender),
    ...replyErrors(sender),
    ...quietHoursProblems(sender),
  ];
  if (problems.length > 0) throw new WrongSender(problems);
  return sender;
}

const quietHoursProblems = ({ quietHours = [] }: Sender): string[] => {
  const problem = problemWithQuietHours(quietHours);
  return problem === undefined ? [] : [`quietHours: ${problem}`];
};

/** A setting that is misspelt would be forgotten: with `requireOptin` people would be texted who never agreed. */
function unknownSettings(input: SenderInput): string[] {
  const { ownWords } = senderSchema.shape;
  const unknown = (given: object, known: object) => Object.keys(given).filter((name) => !Object.hasOwn(known, name));
  return [
    ...unknown(input, senderSchema.shape),
    ...unknown(input.ownWords ?? {}, ownWords._zod.def.innerType.shape).map((name) => `ownWords.${name}`),
  ].map((name) => `${name}: there is no such setting`);
}

/** What is wanted, where neither the name of a setting nor its values say it. */
const FORMS: Readonly<Partial<Record<string, string>>> = {
  sender: 'a number (+12025550100), a short code or a sender ID',
  account: '1 to 64 of A-Z a-z 0-9 . _ -',
  languages: 'locales (en, fr-CA)',
  country: 'two capital letters (US)',
  replies: 'texts by kind (opt-out, help), or by locale (es, fr-CA) and kind',
  revokeAllFrom: 'a time in UTC with milliseconds (2027-01-31T00:00:00.000Z)',
};

type Issue = z.core.$ZodIssue;

function formProblems(issue: Issue, input: SenderInput): string[] {
  if (issue.code === 'invalid_union') return repliesProblems(issue, input);
  const form = issue.code === 'invalid_value' ? issue.values.join(' or ') : FORMS[String(issue.path[0])];
  const names = issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key]) : [issue.path];
  return names.map((name) => `${name.join('.')}: missing, or not of its form${form === undefined ? '' : `: ${form}`}`);
}

/** What is wrong with replies, taken for what they were meant to be: by language, where any of them is an object. */
function repliesProblems({ errors, path }: Issue & { code: 'invalid_union' }, input: SenderInput): string[] {
  const byLanguage = Object.values(input.replies ?? {}).some((value) => typeof value === 'object');
  const issues = errors[byLanguage ? 1 : 0] as readonly Issue[];
  return issues.flatMap((issue) => formProblems({ ...issue, path: [...path, ...issue.path] }, input));
}

const packProblems = ({ keywordPacks }: Sender): string[] =>
  keywordPacks
    .filter((name) => packNamed(name) === undefined)
    .map((name) => `keywordPacks: there is no pack "${name}"; there are ${KEYWORD_PACK_NAMES.join(', ')}`);

/** The languages that have default replies: those of the packs, `ca` being French. */
const KNOWN_LANGUAGES: readonly string[] = [
  'en',
  ...KEYWORD_PACK_NAMES.filter((name) => !['core', 'us', 'ca'].includes(name)),
];

function languageProblems({ languages, replies = {} }: Sender): string[] {
  if (languages.length === 0) return ['languages: name at least one'];
  const own = [...textsByLanguage(replies).keys()].map(languageOfLocale);
  const known = new Set([...KNOWN_LANGUAGES, ...own]);
  return languages
    .filter((locale) => !known.has(languageOfLocale(locale)))
    .map(
      (locale) =>
        `languages: there are no default replies in "${locale}"; give your own in replies.${locale}, or choose from ${KNOWN_LANGUAGES.join(', ')}`,
    );
}

/** The most characters of a reply: of a message, as for a producer; in Canada of one SMS (source: see `checkReplies`). */
const MAX_CHARACTERS = 1_600;
const MAX_CANADIAN_CHARACTERS = 160;

/** What makes a sender's own reply texts unfit to be sent. */
export function replyErrors(sender: Sender): string[] {
  return ownTexts(sender).flatMap(({ name, text }) => {
    const gaps = placeholderProblems(name, text, sender);
    if (gaps.length > 0) return gaps;
    const filled = filledIn(text, sender) ?? '';
    if (filled.trim() === '') return [`${name}: empty`];
    const [most, where] = sender.country === 'CA' ? [MAX_CANADIAN_CHARACTERS, ' in Canada'] : [MAX_CHARACTERS, ''];
    return filled.length > most ? [`${name}: ${filled.length} characters; carriers${where} take ${most}`] : [];
  });
}

/** A sender's own texts, each with the name of the setting that it stands in: `replies.es.help`. */
function ownTexts({ replies = {} }: Sender): { name: string; text: string }[] {
  return [...textsByLanguage(replies)].flatMap(([language, texts]: [string, ReplyTexts]) =>
    Object.entries(texts).flatMap(([kind, text]) =>
      text === undefined ? [] : [{ name: ['replies', language, kind].filter(Boolean).join('.'), text }],
    ),
  );
}

function placeholderProblems(name: string, text: string, sender: Sender): string[] {
  const known: readonly string[] = PLACEHOLDERS;
  return [...new Set(placeholdersIn(text))].flatMap((placeholder) => {
    if (!known.includes(placeholder))
      return [`${name}: unknown placeholder {${placeholder}}; there are ${known.map((one) => `{${one}}`).join(', ')}`];
    return sender[placeholder as (typeof PLACEHOLDERS)[number]]
      ? []
      : [`${name}: {${placeholder}} has no value; set ${placeholder}`];
  });
}
