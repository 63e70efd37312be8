import * as z from 'zod/mini';
import { isRecipient, isSender } from '../messages/address.ts';

/** Up to eight digits can be a short code; no number in use with its country code is as short. */
const withPlus = (text: string): string => (/^\d{9,15}$/.test(text) ? `+${text}` : text);

/** A recipient as carriers write it, with or without the plus of E.164, as a text or a number; read as E.164. */
export const recipient = z.pipe(
  z.union([z.string(), z.number()]),
  z.pipe(
    z.transform((number: string | number) => (/^\d{7,15}$/.test(String(number)) ? `+${number}` : String(number))),
    z.string().check(z.refine(isRecipient)),
  ),
);

/** A sender as carriers write it: a number with or without its plus, a short code, or a sender ID. */
export const sender = z.pipe(
  z.union([z.string(), z.number()]),
  z.pipe(
    z.transform((text: string | number) => withPlus(String(text))),
    z.string().check(z.refine(isSender)),
  ),
);

/** An address without its plus, for carriers that want none. */
export const withoutPlus = (address: string): string => address.replace(/^\+/, '');

/** An id that a carrier gave: part of the ledger's keys, hence without '#' and not without end. */
export const carrierMessageId = z.string().check(z.regex(/^[A-Za-z0-9._:=+/-]{1,128}$/));
