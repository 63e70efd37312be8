/** Whether a sender's replies hold what its country asks for. Advice, not a gate: what must not be sent is refused before. */
import { REPLY_KINDS, type ReplyKind } from '../consent/default-replies.ts';
import { packNamed } from '../consent/keywords.ts';
import { replyLanguage, replyText, textsByLanguage } from '../consent/replies.ts';
import { isShortCode } from './address.ts';
import { replyErrors } from './check-sender.ts';
import type { Sender } from './sender.ts';

/** How many SMS a text takes, and in which alphabet. */
export type CountSegments = (text: string) => { readonly segments: number; readonly alphabet: 'GSM-7' | 'UCS-2' };

export interface RepliesChecked {
  /** Texts that must not be sent; registering such a sender fails. */
  readonly errors: readonly string[];
  /** What its country asks for and its texts lack, and texts of more than one SMS. They hold no personal data. */
  readonly warnings: readonly string[];
}

interface Wording {
  readonly language: string;
  readonly kind: ReplyKind;
  readonly text: string;
}

/** Something that the replies of one intent must hold. */
interface Required {
  readonly what: string;
  readonly holds: (text: string, sender: Sender) => boolean;
}

const holdsBrand: Required = {
  what: 'the brand ({brand})',
  holds: (text, { brand }) => brand !== undefined && text.includes(brand),
};
const holdsContact: Required = {
  what: 'a contact for support ({supportContact})',
  holds: (text, { supportContact }) => Boolean(supportContact) && text.includes(`${supportContact}`),
};
const holdsStop: Required = { what: 'how to stop (STOP)', holds: (text) => /\b(?:STOP|ARR[EÊ]T)\b/i.test(text) };
const holdsRates: Required = {
  what: 'that rates may apply',
  holds: (text) => /rates|tarif|frais|costi|kosten|gebühr|opłat|плата|料|요금|费/i.test(text),
};
/** Area codes of toll-free numbers in North America. */
const holdsTollFree: Required = {
  what: 'a toll-free number for support ({supportContact})',
  holds: (text) => /(?:^|\D)1?\D{0,2}8(?:00|33|44|55|66|77|88)\D{0,2}\d{3}\D?\d{4}(?!\d)/.test(text),
};

/**
 * What carriers of a country want in the replies.
 * Sources: United States (CTIA): https://solutionsbytext.com/opt-out-policy/ and
 * https://www.mytezz.com/single-post/2014/09/30/ctia-best-practices-help-stop-messages. Canada:
 * https://support.infobip.com/docs/essentials/usa-and-canada-compliance/canadian-mandatory-keyword-responses and
 * https://support.twilio.com/hc/en-us/articles/223181928-Industry-standards-for-Mandatory-keyword-responses-required-in-Canada-HELP-AIDE-INFO-STOP-ARRET
 * and https://support.twilio.com/hc/en-us/articles/223181928-Industry-standards-for-HELP-and-STOP-for-Canada-short-codes
 */
const REQUIRED: Readonly<Partial<Record<string, Readonly<Partial<Record<ReplyKind, readonly Required[]>>>>>> = {
  US: {
    'opt-out': [holdsBrand],
    'opt-in': [holdsBrand, holdsStop],
    help: [holdsBrand, holdsContact, holdsStop, holdsRates],
  },
  CA: {
    'opt-out': [holdsBrand],
    'opt-in': [holdsBrand, holdsStop],
    help: [holdsBrand, holdsTollFree, holdsStop, holdsRates],
    info: [holdsBrand, holdsTollFree],
    'invalid-keyword': [holdsBrand],
  },
};

/** Packs with ARRET and AIDE, which every programme in Canada has to hear (source: above). */
const CANADIAN_PACKS: readonly (string | undefined)[] = ['ca', 'fr'];

/**
 * Checks the replies that a sender's recipients may get.
 *
 * @param countSegments kept out of here, because a library does it that no function has to load
 */
export function checkReplies(sender: Sender, countSegments: CountSegments): RepliesChecked {
  const wordings = wordingsOf(sender);
  return {
    errors: replyErrors(sender),
    warnings: [
      ...wordings.flatMap((wording) => lacking(wording, sender)),
      ...wordings.flatMap((wording) => tooManySegments(wording, sender, countSegments)),
      ...canadianWords(sender),
    ].map((warning) => `${sender.sender}: ${warning}`),
  };
}

/** The languages in which a recipient may be answered, each once. */
function answeredIn(sender: Sender): string[] {
  const heard = sender.keywordPacks.flatMap((name) => packNamed(name) ?? []).map((pack) => `keyword:${pack}`);
  const own = [...textsByLanguage(sender.replies ?? {}).keys()].filter((language) => language !== '');
  const rules = ['keyword:core', ...heard];
  return [...new Set([...sender.languages, ...own, ...rules.map((rule) => replyLanguage(rule, sender))])];
}

function wordingsOf(sender: Sender): Wording[] {
  const languages = answeredIn(sender);
  const languagesOf: Readonly<Record<ReplyKind, readonly string[]>> = {
    'opt-out': languages,
    'opt-in': languages,
    help: languages,
    'opt-out-category': sender.categoryWords === undefined ? [] : languages,
    'confirm-opt-in': sender.doubleOptIn === true ? languages : [],
    // One text for both languages in Canada; elsewhere that for HELP, or the sender's own.
    info: [replyLanguage('keyword:core', sender, 'INFO')],
    'invalid-keyword': [replyLanguage('ordinary', sender)],
  };
  return REPLY_KINDS.flatMap((kind) =>
    languagesOf[kind].flatMap((language) => {
      const text = replyText(kind, sender, language);
      return text === undefined ? [] : [{ language, kind, text }];
    }),
  ).filter(({ kind, language, text }) => kind !== 'info' || text !== replyText('help', sender, language));
}

function lacking({ language, kind, text }: Wording, sender: Sender): string[] {
  const required = REQUIRED[sender.country ?? '']?.[kind] ?? [];
  const missing = required.filter(({ holds }) => !holds(text, sender)).map(({ what }) => what);
  return missing.length === 0 ? [] : [`the ${kind} reply in ${language} should hold ${missing.join(', ')}`];
}

function tooManySegments({ language, kind, text }: Wording, sender: Sender, countSegments: CountSegments): string[] {
  const own = text !== replyText(kind, {}, language);
  const { segments, alphabet } = countSegments(text);
  if (segments === 1 || !(own || sender.country === 'CA')) return [];
  const wanted = sender.country === 'CA' ? '; Canada wants one' : '';
  return [`the ${kind} reply in ${language} takes ${segments} SMS (${alphabet})${wanted}`];
}

function canadianWords(sender: Sender): string[] {
  if (sender.country !== 'CA') return [];
  const hearsFrench = sender.keywordPacks.some((name) => CANADIAN_PACKS.includes(packNamed(name)));
  const answersAll =
    !isShortCode(sender.sender) || replyText('invalid-keyword', sender, replyLanguage('ordinary', sender));
  return [
    ...(hearsFrench
      ? []
      : ['Canada wants ARRET and AIDE heard, and answered in French: switch the keyword pack "ca" on']),
    ...(answersAll
      ? []
      : ['Canada wants short codes to answer what is no keyword: give a text as replies.invalid-keyword']),
  ];
}
