import { cachedConsent } from './cached-consent.ts';
import { consentBeforeClaim } from './consent-before-claim.ts';
import { endlessClaim } from './endless-claim.ts';
import { noClaim } from './no-claim.ts';
import { optInWhenHeard } from './opt-in-when-heard.ts';
import { replyFirst } from './reply-first.ts';
import { retryUnknown } from './retry-unknown.ts';
import type { Saboteur } from './saboteur.ts';
import { swallowedStoreError } from './swallowed-store-error.ts';
import { tieOptsIn } from './tie-opts-in.ts';
import { unprovedRefusal } from './unproved-refusal.ts';
import { unverifiedWebhook } from './unverified-webhook.ts';
import { waitAfterCheck } from './wait-after-check.ts';
import { weakRead } from './weak-read.ts';

export const SABOTEURS: readonly Saboteur[] = [
  consentBeforeClaim,
  cachedConsent,
  weakRead,
  noClaim,
  endlessClaim,
  replyFirst,
  tieOptsIn,
  swallowedStoreError,
  retryUnknown,
  waitAfterCheck,
  optInWhenHeard,
  unprovedRefusal,
  unverifiedWebhook,
];

export const saboteurNamed = (name: string): Saboteur | undefined => SABOTEURS.find((one) => one.name === name);
