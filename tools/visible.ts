/** Characters that a terminal would hide or obey: control characters, joiners, direction marks, odd spaces, lone surrogates. */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]|(?! )\p{Zs}/gu;

/** Part of an emoji, and harmless: the presentation selector and the joiner between pictures. */
const KEPT = /(?<=\p{Extended_Pictographic}\p{Emoji_Modifier}?)(\ufe0f|\u200d(?=\p{Extended_Pictographic}))/gu;

const NAMES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function escaped(character: string): string {
  return NAMES[character] ?? `\\u{${(character.codePointAt(0) as number).toString(16)}}`;
}

/**
 * A text as one line that can be printed anywhere: what is invisible is written as its code, so that nothing in a text
 * passes for an instruction to the terminal.
 *
 * @example visible('S\u200btop\n') === 'S\\u{200b}top\\n'
 */
export function visible(text: string): string {
  const kept = new Set([...text.matchAll(KEPT)].map(({ index }) => index));
  return text.replace(HIDDEN, (character, offset: number) => (kept.has(offset) ? character : escaped(character)));
}
