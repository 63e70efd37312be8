/** What is wrong with a sender's settings, found when it is registered and not when somebody texts STOP. */
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
  const { data: sender, error } = senderSchema.safeParse(input);
  if (!sender) throw new WrongSender(error.issues.map(({ path }) => `${path.join('.')}: missing, or not of its form`));
  const problems = [
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

/** In Canada a reply may have at most this many characters. Source: see `checkReplies`. */
const MAX_CANADIAN_CHARACTERS = 160;

/** What makes a sender's own reply texts unfit to be sent. */
export function replyErrors(sender: Sender): string[] {
  return ownTexts(sender).flatMap(({ name, text }) => {
    if (text.trim() === '') return [`${name}: empty`];
    const gaps = placeholderProblems(name, text, sender);
    if (gaps.length > 0) return gaps;
    const { length } = `${filledIn(text, sender)}`;
    return sender.country === 'CA' && length > MAX_CANADIAN_CHARACTERS
      ? [`${name}: ${length} characters; Canada allows ${MAX_CANADIAN_CHARACTERS}`]
      : [];
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
