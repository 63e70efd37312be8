/**
 * What somebody says in their own words. A handset sends a reaction as a text that quotes the message it is about (Liked “Reply
 * STOP to opt out”), and people quote; neither is a wish.
 */
import { Between, hashOf, type Reading } from './normalise.ts';

/** First words of the texts that handsets send for a reaction, in the languages of the packs, folded. */
const REACTIONS = new Set(
  [
    'liked loved disliked laughed emphasized emphasised questioned reacted removed to hearted',
    'a reagi aime adore ri n le gusto encanto reacciono se rio quito gostou amou adorou reagiu curtiu riu removeu',
    'gefallt liebt hat reagierte mag vond vindt heeft lachte ha risposto e piaciuto',
    'zareagowano polubiono polubil polubila понравилось нравится отреагировал отреагировала реакция поставил поставила',
  ]
    .join(' ')
    .split(' ')
    .map(hashOf),
);

/** A reaction quotes after at most this many words. */
const LONGEST_REACTION = 8;

/** Fewer words in quotation marks can be the speaker's own: please "STOP" this. */
const SHORTEST_QUOTE = 3;

const QUOTE = Between.open | Between.close | Between.either;
const BOTH = Between.open | Between.close;

const isReaction = (reading: Reading, quote: number) =>
  quote > 0 && quote <= LONGEST_REACTION && REACTIONS.has(reading.hashes[0] as number);

function isForeign(reading: Reading, from: number, to: number, closed: boolean): boolean {
  if (from === 0 && to === reading.count) return false;
  return isReaction(reading, from) || (closed && to - from >= SHORTEST_QUOTE);
}

/** Whether a reading has any quotation mark. */
function hasQuotes(reading: Reading): boolean {
  let flags = 0;
  for (let index = 0; index <= reading.count; index++) flags |= reading.before[index] as number;
  return (flags & QUOTE) !== 0;
}

/**
 * The words that are quoted and not the speaker's own.
 *
 * @returns for each word 1 when it is foreign; undefined when none is, which is nearly always
 */
export function foreignWords(reading: Reading): Uint8Array | undefined {
  if (!hasQuotes(reading)) return undefined;
  const foreign = new Uint8Array(reading.count);
  let begin = -1;
  for (let index = 0; index <= reading.count; index++) {
    const flags = (reading.before[index] as number) & QUOTE;
    const closes = begin >= 0 && flags !== 0;
    if (begin >= 0 && (closes || index === reading.count)) {
      if (isForeign(reading, begin, index, closes)) foreign.fill(1, begin, index);
      begin = -1;
      if ((flags & BOTH) === BOTH) begin = index;
    } else if (flags !== 0) {
      begin = index;
    }
  }
  return foreign;
}
