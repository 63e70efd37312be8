/**
 * The keywords, as data. A pack is a country's or a language's words; `core` and `us` are always on, the others are
 * switched on per sender. STOP is in `core`, so it always works.
 */

/** What a keyword asks for. */
export type KeywordIntent = 'opt-out' | 'opt-in' | 'help';

/** Where the words come from. */
const SOURCES = {
  krispcall: 'https://help.krispcall.com/en/article/how-your-contacts-can-opt-out-of-text-messages-1591j87/',
  fcc: '47 CFR 64.1200(a)(10): stop, quit, end, revoke, opt out, cancel, unsubscribe',
  twilio: 'https://www.twilio.com/docs/messaging/tutorials/advanced-opt-out',
  telnyx: 'https://developers.telnyx.com/docs/messaging/messages/advanced-opt-in-out/index',
  aws: 'https://docs.aws.amazon.com/sms-voice/latest/userguide/keywords-required.html',
  bird: 'https://docs.bird.com/applications/channels/channels/supported-channels/sms/concepts/opt-in-and-opt-out-compliance',
  canada:
    'https://support.twilio.com/hc/en-us/articles/223181928-Industry-standards-for-Mandatory-keyword-responses-required-in-Canada-HELP-AIDE-INFO-STOP-ARRET',
  sinch:
    'https://community.sinch.com/t5/Conversation-API/Can-I-customize-opt-in-and-opt-out-keywords-for-use-with-consent/ta-p/18980',
  vonage: 'https://developer.vonage.com/en/messages/concepts/rcs-subscribe-unsubscribe',
  spanishShortCodes:
    'https://www.twilio.com/help/faq/short-codes/what-are-the-requirements-for-a-spanish-language-short-code',
  deskcomm: 'https://github.com/melgarafael/DeskcommCRM/pull/275',
  huawei: 'https://support.huaweicloud.com/msgsms_faq/sms_faq_0110.html',
  /**
   * No list of a carrier, a regulator or another system was found that has it: the word that marketing texts of the language
   * name, or another form of it, on nobody's word but ours (docs/keywords.md).
   */
  usage: 'common usage in the language; no published list seen',
} as const;

/** Name of a source in `SOURCES`. */
export type KeywordSource = keyof typeof SOURCES;

/** Words with one intent and one source. */
export interface KeywordGroup {
  readonly intent: KeywordIntent;
  /** As people are told to write them; case, accents and the mark between the parts of one do not matter. */
  readonly words: readonly string[];
  readonly source: KeywordSource;
  /** Heeded only when the recipient is opted out, since it also answers everyday questions. */
  readonly onlyWhenOptedOut?: true;
}

/** The sources in full: an address, a section of a law, or how the word is known. */
export const KEYWORD_SOURCES: Readonly<Record<KeywordSource, string>> = SOURCES;

/** The packs by name. */
export const KEYWORD_PACKS = {
  core: [
    { intent: 'opt-out', words: ['STOP', 'STOPALL', 'UNSUBSCRIBE', 'CANCEL', 'END', 'QUIT'], source: 'krispcall' },
    { intent: 'opt-in', words: ['START', 'UNSTOP'], source: 'twilio' },
    { intent: 'opt-in', words: ['YES'], source: 'twilio', onlyWhenOptedOut: true },
    { intent: 'help', words: ['HELP', 'INFO'], source: 'krispcall' },
  ],
  us: [
    { intent: 'opt-out', words: ['REVOKE', 'OPT OUT'], source: 'fcc' },
    { intent: 'opt-out', words: ['OPTOUT'], source: 'twilio' },
    { intent: 'opt-out', words: ['STOP ALL'], source: 'telnyx' },
  ],
  ca: [
    { intent: 'opt-out', words: ['ARRET', 'UNSUB'], source: 'canada' },
    { intent: 'help', words: ['AIDE'], source: 'canada' },
  ],
  es: [
    { intent: 'opt-out', words: ['BAJA'], source: 'vonage' },
    { intent: 'opt-out', words: ['ALTO'], source: 'spanishShortCodes' },
    { intent: 'opt-out', words: ['DETENER', 'SALIR'], source: 'sinch' },
    {
      intent: 'opt-out',
      words: [
        'PARAR',
        'CANCELAR',
        'DETENGAN',
        'DETENTE',
        'DESUSCRIBIR',
        'DESUSCRIBIRME',
        'DESUSCRIBIRSE',
        'DAR DE BAJA',
      ],
      source: 'usage',
    },
    { intent: 'opt-in', words: ['ALTA'], source: 'vonage' },
    { intent: 'opt-in', words: ['VOLVER', 'RECIBIR'], source: 'sinch' },
    { intent: 'opt-in', words: ['INICIAR', 'COMENZAR', 'EMPEZAR', 'REANUDAR'], source: 'usage' },
    { intent: 'help', words: ['AYUDA'], source: 'spanishShortCodes' },
  ],
  fr: [
    { intent: 'opt-out', words: ['ARRET'], source: 'canada' },
    {
      intent: 'opt-out',
      words: ['ARRETER', 'ARRETEZ', 'DESABONNER', 'DESABONNEMENT', 'DESINSCRIRE', 'DESINSCRIPTION', 'STOP SMS'],
      source: 'usage',
    },
    { intent: 'opt-in', words: ['NONARRET'], source: 'bird' },
    { intent: 'opt-in', words: ['DEMARRER'], source: 'vonage' },
    { intent: 'opt-in', words: ['REPRENDRE', 'REABONNER', 'ABONNER'], source: 'usage' },
    { intent: 'help', words: ['AIDE'], source: 'canada' },
  ],
  pt: [
    { intent: 'opt-out', words: ['PARAR', 'CANCELAR'], source: 'sinch' },
    { intent: 'opt-out', words: ['SAIR'], source: 'deskcomm' },
    { intent: 'opt-out', words: ['PARE', 'REMOVER', 'DESCADASTRAR', 'DESINSCREVER', 'DESCADASTRE'], source: 'usage' },
    { intent: 'opt-in', words: ['VOLTAR', 'RECEBER'], source: 'sinch' },
    { intent: 'opt-in', words: ['COMECAR'], source: 'vonage' },
    { intent: 'opt-in', words: ['INICIAR', 'RETOMAR'], source: 'usage' },
    { intent: 'help', words: ['AJUDA'], source: 'bird' },
  ],
  de: [
    { intent: 'opt-out', words: ['HALT'], source: 'bird' },
    {
      intent: 'opt-out',
      words: ['STOPP', 'ABMELDEN', 'ABMELDUNG', 'ABBESTELLEN', 'AUSTRAGEN', 'ENDE'],
      source: 'usage',
    },
    { intent: 'opt-in', words: ['ANMELDEN', 'STARTEN'], source: 'usage' },
    { intent: 'help', words: ['HILFE'], source: 'bird' },
  ],
  nl: [
    { intent: 'opt-out', words: ['AFMELDEN', 'UITSCHRIJVEN', 'STOPPEN', 'AFMELDING', 'OPZEGGEN'], source: 'usage' },
    { intent: 'opt-in', words: ['AANMELDEN', 'STARTEN'], source: 'usage' },
    { intent: 'help', words: ['HULP'], source: 'bird' },
  ],
  it: [
    { intent: 'opt-out', words: ['FERMA'], source: 'bird' },
    {
      intent: 'opt-out',
      words: ['FERMARE', 'CANCELLA', 'CANCELLARE', 'CANCELLAMI', 'DISISCRIVI', 'DISISCRIVIMI', 'DISISCRIZIONE'],
      source: 'usage',
    },
    { intent: 'opt-in', words: ['INIZIA', 'RIPRENDI', 'ATTIVA'], source: 'usage' },
    { intent: 'help', words: ['AIUTO'], source: 'bird' },
  ],
  pl: [
    { intent: 'opt-out', words: ['ZATRZYMAJ'], source: 'bird' },
    { intent: 'opt-out', words: ['KONIEC', 'WYPISZ', 'ANULUJ', 'REZYGNUJE', 'REZYGNACJA'], source: 'usage' },
    { intent: 'opt-in', words: ['WZNOW', 'ZAPISZ'], source: 'usage' },
    { intent: 'help', words: ['POMOCY'], source: 'bird' },
    { intent: 'help', words: ['POMOC'], source: 'usage' },
  ],
  ru: [
    { intent: 'opt-out', words: ['ОСТАНОВИТЬ'], source: 'bird' },
    {
      intent: 'opt-out',
      words: ['СТОП', 'ОТПИСАТЬСЯ', 'ОТПИСАТЬ', 'ОТПИСКА', 'ОТПИШИТЕ', 'ОТКАЗ', 'ОТКАЗАТЬСЯ', 'ОТМЕНА', 'ОТМЕНИТЬ'],
      source: 'usage',
    },
    { intent: 'opt-in', words: ['СТАРТ', 'ПОДПИСАТЬСЯ', 'ВОЗОБНОВИТЬ'], source: 'usage' },
    { intent: 'help', words: ['ПОМОЩЬ'], source: 'bird' },
    { intent: 'help', words: ['СПРАВКА', 'ИНФО'], source: 'usage' },
  ],
  zh: [
    { intent: 'opt-out', words: ['TD'], source: 'aws' },
    { intent: 'opt-out', words: ['R'], source: 'huawei' },
    {
      intent: 'opt-out',
      words: ['T', '退订', '退訂', '停止', '取消', '取消订阅', '取消訂閱', '拒收'],
      source: 'usage',
    },
    { intent: 'opt-in', words: ['订阅', '訂閱', '开始', '開始', '恢复', '恢復'], source: 'usage' },
    { intent: 'help', words: ['帮助', '幫助'], source: 'usage' },
  ],
  ja: [
    {
      intent: 'opt-out',
      words: ['配信停止', '停止', '解除', '配信解除', '登録解除', '購読解除', '退会', '中止', 'ストップ'],
      source: 'usage',
    },
    { intent: 'opt-in', words: ['再開', '配信再開', '開始', '配信開始', 'スタート'], source: 'usage' },
    { intent: 'help', words: ['ヘルプ'], source: 'usage' },
  ],
  ko: [
    {
      intent: 'opt-out',
      words: [
        '수신거부',
        '수신 거부',
        '거부',
        '수신중단',
        '수신 중단',
        '수신해지',
        '중지',
        '정지',
        '중단',
        '해지',
        '취소',
        '스톱',
        '스탑',
      ],
      source: 'usage',
    },
    { intent: 'opt-in', words: ['수신동의', '수신 동의', '시작', '재개'], source: 'usage' },
    { intent: 'help', words: ['도움말', '도움'], source: 'usage' },
  ],
} as const satisfies Readonly<Record<string, readonly KeywordGroup[]>>;

/** Name of a pack. */
export type KeywordPackName = keyof typeof KEYWORD_PACKS;

/** All packs, in the order in which they are asked. */
export const KEYWORD_PACK_NAMES = Object.keys(KEYWORD_PACKS) as readonly KeywordPackName[];

/** The packs that nobody can switch off. */
export const ALWAYS_ON: readonly KeywordPackName[] = ['core', 'us'];

/** A locale of Canada, in whatever language. */
const IN_CANADA = /[-_]ca$/;

/**
 * The pack that a name means: its own name, or a locale, which means the pack of its language (`fr-CA` means `fr`, whose
 * words are also those of Canada). A locale of Canada in a language without a pack means `ca` (`en-CA`). As a language, `ca`
 * is Catalan, which has no pack, so `ca-ES` means none.
 *
 * @returns undefined when there is no such pack
 */
export function packNamed(name: string): KeywordPackName | undefined {
  const lower = name.toLowerCase();
  const language = lower.replace(/[-_].*/s, '');
  if (Object.hasOwn(KEYWORD_PACKS, language) && (language !== 'ca' || lower === 'ca'))
    return language as KeywordPackName;
  return IN_CANADA.test(lower) ? 'ca' : undefined;
}
