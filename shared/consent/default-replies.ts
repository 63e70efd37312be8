/** The replies of a sender that has no texts of its own. */

/** The intents that are answered. */
export type AnsweredIntent = 'opt-out' | 'opt-in' | 'help';

/**
 * The kinds of reply that have a default text: one for each intent; `opt-out-category` where only one category was closed;
 * `confirm-opt-in` asks for the YES of a double opt-in.
 */
export type DefaultReplyKind = AnsweredIntent | 'opt-out-category' | 'confirm-opt-in';

/**
 * `info` answers INFO, by the texts for HELP where the sender has none of its own. `invalid-keyword` answers what asks for
 * nothing, and only where the sender has a text for it.
 */
export type ReplyKind = DefaultReplyKind | 'info' | 'invalid-keyword';

export const REPLY_KINDS: readonly ReplyKind[] = [
  'opt-out',
  'opt-in',
  'help',
  'opt-out-category',
  'confirm-opt-in',
  'info',
  'invalid-keyword',
];

/**
 * The default texts, in English and in the languages of the keyword packs. The English ones of the three intents are the
 * default texts of Twilio, which people know; the others are ours. Plain and short; no advertising, which 47 CFR
 * 64.1200(a)(12) forbids in a confirmation. The words to answer with are those that work whatever is configured. French
 * keeps to the GSM alphabet and to 160 characters, since Canada wants replies of one segment.
 * Source of the English texts: https://help.krispcall.com/en/article/how-your-contacts-can-opt-out-of-text-messages-1591j87/
 */
export const DEFAULT_REPLIES = {
  en: {
    'opt-out':
      'You have successfully been unsubscribed. You will not receive any more messages from this number. Reply START to resubscribe.',
    'opt-in':
      'You have successfully been re-subscribed to messages from this number. Reply "HELP" or "INFO" for help. Reply STOP to unsubscribe. Msg&Data Rates May Apply.',
    help: 'Reply STOP to unsubscribe. Msg&Data Rates May Apply.',
    'opt-out-category':
      'You will not receive any more messages of this kind from this number. Reply STOP to end all messages, START to receive all of them.',
    'confirm-opt-in':
      'Reply YES within 24 hours to confirm that you want messages from this number. Reply STOP to unsubscribe. Msg&Data Rates May Apply.',
  },
  de: {
    'opt-out':
      'Sie sind abgemeldet und erhalten keine Nachrichten mehr von dieser Nummer. Antworten Sie START, um sich wieder anzumelden.',
    'opt-in':
      'Sie sind wieder für Nachrichten von dieser Nummer angemeldet. Antworten Sie HELP für Hilfe, STOP zum Abmelden. Es können Gebühren anfallen.',
    help: 'Antworten Sie STOP, um sich abzumelden. Es können Gebühren anfallen.',
    'opt-out-category':
      'Sie erhalten keine Nachrichten dieser Art mehr von dieser Nummer. Antworten Sie STOP, um alle zu beenden, START, um wieder alle zu erhalten.',
    'confirm-opt-in':
      'Antworten Sie innerhalb von 24 Stunden YES, wenn Sie Nachrichten von dieser Nummer möchten. STOP zum Abmelden. Es können Gebühren anfallen.',
  },
  es: {
    'opt-out': 'Se ha dado de baja. No recibirá más mensajes de este número. Responda START para volver a suscribirse.',
    'opt-in':
      'Vuelve a estar suscrito a los mensajes de este número. Responda HELP para obtener ayuda o STOP para darse de baja. Pueden aplicarse tarifas.',
    help: 'Responda STOP para darse de baja. Pueden aplicarse tarifas de mensajes y datos.',
    'opt-out-category':
      'No recibirá más mensajes de este tipo de este número. Responda STOP para no recibir ninguno, START para recibirlos todos.',
    'confirm-opt-in':
      'Responda YES en 24 horas para confirmar que desea mensajes de este número. STOP para darse de baja. Pueden aplicarse tarifas.',
  },
  fr: {
    'opt-out':
      'Désabonnement confirmé. Vous ne recevrez plus de messages de ce numéro. Répondez START pour vous réabonner.',
    'opt-in':
      "Réabonnement confirmé aux messages de ce numéro. Répondez HELP pour de l'aide, STOP pour vous désabonner. Des frais peuvent s'appliquer.",
    help: "Répondez STOP pour vous désabonner. Des frais de messages et de données peuvent s'appliquer.",
    'opt-out-category':
      'Vous ne recevrez plus de messages de ce type de ce numéro. Répondez STOP pour ne plus en recevoir aucun, START pour les recevoir tous.',
    'confirm-opt-in':
      "Répondez YES dans les 24 heures pour confirmer que vous voulez les messages de ce numéro. STOP pour refuser. Des frais peuvent s'appliquer.",
  },
  it: {
    'opt-out':
      'Iscrizione annullata. Non riceverai altri messaggi da questo numero. Rispondi START per iscriverti di nuovo.',
    'opt-in':
      'Sei di nuovo iscritto ai messaggi di questo numero. Rispondi HELP per assistenza, STOP per annullare. Possono essere applicati costi.',
    help: "Rispondi STOP per annullare l'iscrizione. Possono essere applicati costi per messaggi e dati.",
    'opt-out-category':
      'Non riceverai altri messaggi di questo tipo da questo numero. Rispondi STOP per non riceverne nessuno, START per riceverli tutti.',
    'confirm-opt-in':
      'Rispondi YES entro 24 ore per confermare che vuoi i messaggi di questo numero. STOP per annullare. Possono essere applicati costi.',
  },
  ja: {
    'opt-out': '配信を停止しました。この番号からのメッセージは今後届きません。再開するにはSTARTと返信してください。',
    'opt-in':
      'この番号からの配信を再開しました。ヘルプはHELP、停止はSTOPと返信してください。通信料がかかる場合があります。',
    help: '配信を停止するにはSTOPと返信してください。通信料がかかる場合があります。',
    'opt-out-category':
      'この番号からのこの種類のメッセージは今後届きません。すべて停止するにはSTOP、すべて受け取るにはSTARTと返信してください。',
    'confirm-opt-in':
      'この番号からのメッセージを希望する場合は、24時間以内にYESと返信してください。停止はSTOP。通信料がかかる場合があります。',
  },
  ko: {
    'opt-out':
      '수신이 거부되었습니다. 이 번호에서 더 이상 메시지를 보내지 않습니다. 다시 받으려면 START라고 답장하세요.',
    'opt-in':
      '이 번호의 메시지를 다시 받습니다. 도움말은 HELP, 수신 거부는 STOP이라고 답장하세요. 요금이 부과될 수 있습니다.',
    help: '수신을 거부하려면 STOP이라고 답장하세요. 요금이 부과될 수 있습니다.',
    'opt-out-category':
      '이 번호에서 이런 종류의 메시지를 더 이상 보내지 않습니다. 모두 거부하려면 STOP, 모두 받으려면 START라고 답장하세요.',
    'confirm-opt-in':
      '이 번호의 메시지를 받으려면 24시간 안에 YES라고 답장하세요. 수신 거부는 STOP. 요금이 부과될 수 있습니다.',
  },
  nl: {
    'opt-out':
      'U bent afgemeld en ontvangt geen berichten meer van dit nummer. Antwoord START om u weer aan te melden.',
    'opt-in':
      'U bent weer aangemeld voor berichten van dit nummer. Antwoord HELP voor hulp, STOP om u af te melden. Er kunnen kosten gelden.',
    help: 'Antwoord STOP om u af te melden. Er kunnen kosten gelden voor berichten en data.',
    'opt-out-category':
      'U ontvangt geen berichten van deze soort meer van dit nummer. Antwoord STOP om alles te beëindigen, START om weer alles te ontvangen.',
    'confirm-opt-in':
      'Antwoord binnen 24 uur YES om te bevestigen dat u berichten van dit nummer wilt. STOP om u af te melden. Er kunnen kosten gelden.',
  },
  pl: {
    'opt-out':
      'Subskrypcja została anulowana. Nie otrzymasz więcej wiadomości z tego numeru. Odpowiedz START, aby ją wznowić.',
    'opt-in':
      'Ponownie otrzymujesz wiadomości z tego numeru. Odpowiedz HELP, aby uzyskać pomoc, STOP, aby zrezygnować. Mogą obowiązywać opłaty.',
    help: 'Odpowiedz STOP, aby zrezygnować. Mogą obowiązywać opłaty za wiadomości i dane.',
    'opt-out-category':
      'Nie otrzymasz więcej wiadomości tego rodzaju z tego numeru. Odpowiedz STOP, aby zrezygnować ze wszystkich, START, aby otrzymywać wszystkie.',
    'confirm-opt-in':
      'Odpowiedz YES w ciągu 24 godzin, aby potwierdzić, że chcesz wiadomości z tego numeru. STOP, aby zrezygnować. Mogą obowiązywać opłaty.',
  },
  pt: {
    'opt-out':
      'Sua inscrição foi cancelada. Você não receberá mais mensagens deste número. Responda START para se inscrever de novo.',
    'opt-in':
      'Você voltou a receber mensagens deste número. Responda HELP para ajuda, STOP para cancelar. Podem ser cobradas tarifas.',
    help: 'Responda STOP para cancelar. Podem ser cobradas tarifas de mensagens e dados.',
    'opt-out-category':
      'Você não receberá mais mensagens deste tipo deste número. Responda STOP para não receber nenhuma, START para receber todas.',
    'confirm-opt-in':
      'Responda YES em 24 horas para confirmar que deseja mensagens deste número. STOP para cancelar. Podem ser cobradas tarifas.',
  },
  ru: {
    'opt-out':
      'Вы отписаны и больше не будете получать сообщения с этого номера. Чтобы подписаться снова, ответьте START.',
    'opt-in':
      'Вы снова подписаны на сообщения с этого номера. Ответьте HELP для справки, STOP для отписки. Может взиматься плата.',
    help: 'Чтобы отписаться, ответьте STOP. Может взиматься плата за сообщения и данные.',
    'opt-out-category':
      'Вы больше не будете получать сообщения такого рода с этого номера. Ответьте STOP, чтобы отказаться от всех, START, чтобы получать все.',
    'confirm-opt-in':
      'Ответьте YES в течение 24 часов, если хотите получать сообщения с этого номера. STOP для отказа. Может взиматься плата.',
  },
  zh: {
    'opt-out': '您已退订，将不再收到此号码的短信。如需重新订阅，请回复START。',
    'opt-in': '您已重新订阅此号码的短信。回复HELP获取帮助，回复STOP退订。可能产生短信和流量费用。',
    help: '回复STOP退订。可能产生短信和流量费用。',
    'opt-out-category': '您将不再收到此号码的这类短信。回复STOP退订全部，回复START接收全部。',
    'confirm-opt-in': '如需接收此号码的短信，请在24小时内回复YES确认。回复STOP退订。可能产生短信和流量费用。',
  },
} as const satisfies Readonly<Record<string, Readonly<Record<DefaultReplyKind, string>>>>;
