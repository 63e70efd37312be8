/** What we answer to an opt-out, an opt-in or a call for help: in which language, and in which words. */
import { DEFAULT_REPLIES, type DefaultReplyKind, type ReplyKind } from './default-replies.ts';
import { packNamed } from './keywords.ts';

/**
 * A sender's own texts in one language. `clarification` is added to the reply to an opt-out: the question which kinds of
 * messages to end, which 47 CFR 64.1200(a)(12) allows there. Until it is answered, all of them stay closed.
 */
export type ReplyTexts = Readonly<Partial<Record<ReplyKind | 'clarification', string | undefined>>>;

/** A sender's own texts: the same for all languages, or by language (`es`, `fr-CA`). */
export type Replies = ReplyTexts | Readonly<Record<string, ReplyTexts>>;

/** What a sender says about its replies. */
export interface ReplySettings {
  readonly replies?: Replies | undefined;
  readonly brand?: string | undefined;
  readonly supportContact?: string | undefined;
  /** ISO 3166-1, two letters. */
  readonly country?: string | undefined;
}

/** A sender, as far as the choice of a language needs to know it. */
export interface SpokenBy {
  /** Locales, the preferred one first. */
  readonly languages: readonly string[];
  /** ISO 3166-1, two letters. */
  readonly country?: string | undefined;
}

/**
 * How long after a message its reply may still be sent, in milliseconds. A confirmation within five minutes is presumed to
 * be covered by the consent that was just withdrawn; a later one is not.
 * Source: 47 CFR 64.1200(a)(12)
 */
export const REPLY_WINDOW_MS = 5 * 60 * 1000;

/** The language of a locale: `fr` of `fr-CA`. */
export const languageOfLocale = (locale: string): string => locale.toLowerCase().replace(/-.*/s, '');

/** Where a rule names what it was heard in: `keyword:es`, or `es:stop-texting`. */
const HEARD_IN = /keyword:([a-z]+)$|(?:^|:)([a-z]{2}):/;

/** The languages of the packs that are not named after one; STOP and the other words that are always on have none. */
const PACK_LANGUAGES: Readonly<Partial<Record<string, string | undefined>>> = {
  ca: 'fr',
  us: undefined,
  core: undefined,
};

/** In Canada an English word is answered in English, whatever the programme speaks. INFO is a word of both languages. */
const isEnglish = (pack: string, keyword: string | undefined): boolean =>
  pack === 'ca' ? keyword === 'UNSUB' : ['core', 'us'].includes(pack) && keyword !== 'INFO';

function languageHeard(rule: string, { country }: SpokenBy, keyword: string | undefined): string | undefined {
  const [, pack, language] = HEARD_IN.exec(rule) ?? [];
  if (pack === undefined) return language;
  if (country === 'CA' && isEnglish(pack, keyword)) return 'en';
  if (Object.hasOwn(PACK_LANGUAGES, pack)) return PACK_LANGUAGES[pack];
  return packNamed(pack);
}

/**
 * The language of the reply to what was heard: that of the keyword or the wish, else the sender's first. STOP and the other
 * words that are always on are no sign of a language.
 * Source for Canada: https://support.infobip.com/docs/essentials/usa-and-canada-compliance/canadian-mandatory-keyword-responses
 *
 * @param rule the rule that heard it (`Classification.rule`)
 * @param keyword the keyword, where it was one
 * @returns one of the sender's locales where it has one of that language (`fr-CA`), so that its own words for it are found
 */
export function replyLanguage(rule: string, sender: SpokenBy, keyword?: string): string {
  const heard = languageHeard(rule, sender, keyword);
  if (heard === undefined) return sender.languages[0] ?? 'en';
  return sender.languages.find((locale) => languageOfLocale(locale) === heard) ?? heard;
}

/** Whether there are default replies in a language. */
export const hasDefaultReplies = (language: string): language is keyof typeof DEFAULT_REPLIES =>
  Object.hasOwn(DEFAULT_REPLIES, language);

/** A sender's own texts by language; those that hold for all languages are under ''. */
export function textsByLanguage(replies: Replies): ReadonlyMap<string, ReplyTexts> {
  const entries = Object.entries(replies);
  if (entries.some(([, value]) => typeof value === 'object')) return new Map(entries as [string, ReplyTexts][]);
  return new Map([['', replies as ReplyTexts]]);
}

/** The sender's own texts for a locale: for that very one, else for its language, else for all. */
function ownTexts(replies: Replies, locale: string): ReplyTexts | undefined {
  const texts = textsByLanguage(replies);
  const language = languageOfLocale(locale);
  const near = [...texts.keys()].find((name) => languageOfLocale(name) === language);
  return texts.get(locale) ?? texts.get(near ?? '');
}

const PLACEHOLDER = /\{([^{}]*)\}/g;

/** The names of the placeholders in a text: `brand` of `{brand}`. */
export const placeholdersIn = (text: string): string[] => [...text.matchAll(PLACEHOLDER)].map(([, name]) => `${name}`);

/** What may stand in braces in a sender's own texts. */
export const PLACEHOLDERS = ['brand', 'supportContact'] as const;

/**
 * A text with its placeholders filled in.
 *
 * @returns undefined for a blank text, and where a placeholder has no value: no reply may be empty or show a gap
 */
export function filledIn(text: string | undefined, settings: ReplySettings): string | undefined {
  if (text === undefined || text.trim() === '') return undefined;
  const values: ReadonlyMap<string, string | undefined> = new Map(PLACEHOLDERS.map((name) => [name, settings[name]]));
  if (placeholdersIn(text).some((name) => !values.get(name))) return undefined;
  return text.replace(PLACEHOLDER, (_, name: string) => `${values.get(name)}`);
}

/** A sender's own text of a kind, filled in; undefined where it has none that could be sent. */
export function ownReplyText(kind: keyof ReplyTexts, settings: ReplySettings, locale: string): string | undefined {
  return settings.replies && filledIn(ownTexts(settings.replies, locale)?.[kind], settings);
}

/** The default text of a kind, in English where there is none in the language. */
function defaultText(kind: DefaultReplyKind, locale: string): string {
  const language = languageOfLocale(locale);
  return DEFAULT_REPLIES[hasDefaultReplies(language) ? language : 'en'][kind];
}

/**
 * What answers INFO: the text for HELP; in Canada those in English and in French together, since INFO has to be answered in
 * both languages.
 * Source: https://support.app.sinch.com/hc/en-us/articles/16600847085967-Canada-SMS-compliance-best-practice
 */
function infoText(settings: ReplySettings, locale: string): string {
  const locales = settings.country === 'CA' ? ['en', 'fr'] : [locale];
  return [...new Set(locales.map((each) => replyText('help', settings, each)))].join(' ');
}

/** A kind of reply that every sender has a text for. */
type GivenKind = Exclude<ReplyKind, 'invalid-keyword'>;

/**
 * The text of a reply: the sender's own in that language, else the default. A text of its own that is blank or can't be
 * filled in counts as none.
 *
 * @param locale what `replyLanguage` chose
 * @returns undefined for an `invalid-keyword` without a text: then nothing is answered
 */
export function replyText(kind: GivenKind, settings?: ReplySettings, locale?: string): string;
export function replyText(kind: ReplyKind, settings?: ReplySettings, locale?: string): string | undefined;
export function replyText(kind: ReplyKind, settings: ReplySettings = {}, locale = 'en'): string | undefined {
  const own = ownReplyText(kind, settings, locale);
  if (kind === 'invalid-keyword') return own;
  const text = own ?? (kind === 'info' ? infoText(settings, locale) : defaultText(kind, locale));
  const clarification = kind === 'opt-out' ? ownReplyText('clarification', settings, locale) : undefined;
  return clarification === undefined ? text : `${text} ${clarification}`;
}
