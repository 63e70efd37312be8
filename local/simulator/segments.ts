/**
 * How many SMS a text takes: 3GPP TS 23.038 (the GSM alphabet, 7 bits a letter, some letters twice) and TS 23.040 (a text of
 * several parts has a header of 6 octets in each).
 */
const GSM_LETTERS = new Set(
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
);
const GSM_LETTERS_TAKING_TWO = new Set('^{}\\[~]|€\f');

export type Encoding = 'GSM' | 'Unicode';

export function segmentsOf(text: string): { readonly encoding: Encoding; readonly segments: number } {
  let septets = 0;
  for (const letter of text) {
    if (GSM_LETTERS.has(letter)) septets += 1;
    else if (GSM_LETTERS_TAKING_TWO.has(letter)) septets += 2;
    else return { encoding: 'Unicode', segments: text.length <= 70 ? 1 : Math.ceil(text.length / 67) };
  }
  return { encoding: 'GSM', segments: septets <= 160 ? 1 : Math.ceil(septets / 153) };
}
