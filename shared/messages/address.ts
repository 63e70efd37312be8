/**
 * Addresses as the contract has them: a recipient is an E.164 number; a sender is an E.164 number, a short code or an
 * alphanumeric sender ID. Plain pattern checks, because this stands on the path of every message; whether a number
 * is really in use is for the carrier to say.
 */

/** E.164: a plus, then 7 to 15 digits of which the first is no zero (ITU-T E.164, section 6). */
const E164 = /^\+[1-9]\d{6,14}$/;
const SHORT_CODE = /^\d{3,8}$/;
/** 3GPP TS 23.040: at most 11 characters; at least one letter, or it would be a number. */
const SENDER_ID = /^(?=.*[A-Za-z])[A-Za-z0-9 ._&-]{1,11}$/;
const GROUP_NAME = /^[A-Za-z0-9][A-Za-z0-9 ._-]{0,63}$/;

export const isRecipient = (text: string): boolean => E164.test(text);

export const isShortCode = (text: string): boolean => SHORT_CODE.test(text);

export const isSender = (text: string): boolean => E164.test(text) || isShortCode(text) || SENDER_ID.test(text);

/** Whether the text can name a sender group. Some texts can be both a group's name and a sender ID; a registered sender wins. */
export const isGroupName = (text: string): boolean => GROUP_NAME.test(text);
