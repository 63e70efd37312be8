import { type Region, regionsOf } from '../../../shared/messages/regions.ts';

/** Countries by calling code, as ITU-T E.164 gives them out. */
const COUNTRIES = [
  '20 EG, 211 SS, 212 MA EH, 213 DZ, 216 TN, 218 LY, 220 GM, 221 SN, 222 MR, 223 ML, 224 GN, 225 CI, 226 BF',
  '227 NE, 228 TG, 229 BJ, 230 MU, 231 LR, 232 SL, 233 GH, 234 NG, 235 TD, 236 CF, 237 CM, 238 CV, 239 ST, 240 GQ',
  '241 GA, 242 CG, 243 CD, 244 AO, 245 GW, 246 IO, 247 AC, 248 SC, 249 SD, 250 RW, 251 ET, 252 SO, 253 DJ, 254 KE',
  '255 TZ, 256 UG, 257 BI, 258 MZ, 260 ZM, 261 MG, 262 RE YT, 263 ZW, 264 NA, 265 MW, 266 LS, 267 BW, 268 SZ',
  '269 KM, 27 ZA, 290 SH TA, 291 ER, 297 AW, 298 FO, 299 GL, 30 GR, 31 NL, 32 BE, 33 FR, 34 ES, 350 GI, 351 PT',
  '352 LU, 353 IE, 354 IS, 355 AL, 356 MT, 357 CY, 358 FI AX, 359 BG, 36 HU, 370 LT, 371 LV, 372 EE, 373 MD',
  '374 AM, 375 BY, 376 AD, 377 MC, 378 SM, 380 UA, 381 RS, 382 ME, 383 XK, 385 HR, 386 SI, 387 BA, 389 MK',
  '39 IT VA, 40 RO, 41 CH, 420 CZ, 421 SK, 423 LI, 43 AT, 44 GB GG IM JE, 45 DK, 46 SE, 47 NO SJ, 48 PL, 49 DE',
  '500 FK, 501 BZ, 502 GT, 503 SV, 504 HN, 505 NI, 506 CR, 507 PA, 508 PM, 509 HT, 51 PE, 52 MX, 53 CU, 54 AR',
  '55 BR, 56 CL, 57 CO, 58 VE, 590 GP BL MF, 591 BO, 592 GY, 593 EC, 594 GF, 595 PY, 596 MQ, 597 SR, 598 UY',
  '599 CW BQ, 60 MY, 61 AU CC CX, 62 ID, 63 PH, 64 NZ, 65 SG, 66 TH, 670 TL, 672 NF, 673 BN, 674 NR, 675 PG',
  '676 TO, 677 SB, 678 VU, 679 FJ, 680 PW, 681 WF, 682 CK, 683 NU, 685 WS, 686 KI, 687 NC, 688 TV, 689 PF, 690 TK',
  '691 FM, 692 MH, 7 RU KZ, 81 JP, 82 KR, 84 VN, 850 KP, 852 HK, 853 MO, 855 KH, 856 LA, 86 CN, 880 BD, 886 TW',
  '90 TR, 91 IN, 92 PK, 93 AF, 94 LK, 95 MM, 960 MV, 961 LB, 962 JO, 963 SY, 964 IQ, 965 KW, 966 SA, 967 YE',
  '968 OM, 970 PS, 971 AE, 972 IL, 973 BH, 974 QA, 975 BT, 976 MN, 977 NP, 98 IR, 992 TJ, 993 TM, 994 AZ, 995 GE',
  '996 KG, 998 UZ',
];

/** Codes that no country has. */
const NOWHERE = '800 808 870 878 881 882 883 888 979 999';

/** Times that a country has by a name of its own, beside the official one, which is all that counts here. */
const NOT_OFFICIAL = ['Asia/Urumqi', 'Europe/Simferopol'];

/** Area codes whose numbers may be in several zones, or are in none that their neighbours have. */
const AREA_CODES: Readonly<Record<string, string>> = {
  // United States
  '907': 'America/Anchorage America/Juneau America/Adak',
  '928': 'America/Phoenix America/Denver',
  '448 850': 'America/New_York America/Chicago',
  '208 986': 'America/Boise America/Los_Angeles',
  '219 574 812 930':
    'America/Indiana/Indianapolis America/Indiana/Knox America/Indiana/Tell_City America/Indiana/Vincennes',
  '620 785': 'America/Chicago America/Denver',
  '270 364 606': 'America/New_York America/Chicago America/Kentucky/Monticello',
  '906': 'America/Detroit America/Menominee',
  '308 402 531': 'America/Chicago America/Denver',
  '701': 'America/Chicago America/Denver America/North_Dakota/Center',
  '702 725 775': 'America/Los_Angeles America/Denver',
  '458 541': 'America/Los_Angeles America/Boise',
  '605': 'America/Chicago America/Denver',
  '423 865 931': 'America/New_York America/Chicago',
  '432 915': 'America/Chicago America/Denver',
  '310': 'America/Los_Angeles',
  '808': 'Pacific/Honolulu',
  // Canada
  '604': 'America/Vancouver',
  '236 250 257 672 778':
    'America/Vancouver America/Creston America/Dawson_Creek America/Fort_Nelson America/Edmonton America/Denver',
  '368 403 587 780 825': 'America/Edmonton',
  '306 474 639': 'America/Regina America/Swift_Current America/Edmonton America/Winnipeg',
  '204 431 584': 'America/Winnipeg',
  '807': 'America/Winnipeg America/Toronto America/Atikokan',
  '226 249 289 343 365 382 416 437 519 548 613 647 683 705 742 753 905 942': 'America/Toronto',
  '263 273 354 438 450 468 514 579 819 873': 'America/Toronto',
  '367 418 581': 'America/Toronto America/Halifax America/Blanc-Sablon',
  '428 506': 'America/Moncton',
  '782 902': 'America/Halifax America/Glace_Bay',
  '709 879': 'America/St_Johns America/Goose_Bay',
  '867':
    'America/Whitehorse America/Vancouver America/Inuvik America/Yellowknife America/Cambridge_Bay America/Resolute America/Rankin_Inlet America/Coral_Harbour America/Iqaluit',
  // The islands
  '242': 'America/Nassau',
  '649': 'America/Grand_Turk',
  '441': 'Atlantic/Bermuda',
  '345': 'America/Cayman',
  '658 876': 'America/Jamaica',
  '246 264 268 284 473 664 721 758 767 784 868 869':
    'America/Barbados America/Anguilla America/Antigua America/Tortola America/Grenada America/Montserrat America/Lower_Princes America/St_Lucia America/Dominica America/St_Vincent America/Port_of_Spain America/St_Kitts',
  '809 829 849': 'America/Santo_Domingo',
  '787 939 340': 'America/Puerto_Rico America/St_Thomas',
  '671 670': 'Pacific/Guam Pacific/Saipan',
  '684': 'Pacific/Pago_Pago',
};

/** Every second half day of two years: as far as somebody can tell two clocks apart. */
const MOMENTS = Array.from(
  { length: 2 * 730 },
  (_, half) => Date.parse('2026-11-01T05:00:00.000Z') + half * 12 * 3_600_000,
);

const clocks = new Map<string, string>();

/** What the clocks of a zone show, to compare zones by. */
function clockOf(zone: string): string {
  const known = clocks.get(zone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
  const clock = MOMENTS.map((moment) => format.format(moment).split('GMT')[1]).join();
  clocks.set(zone, clock);
  return clock;
}

const zonesOf = (regions: readonly Region[]): string[] => regions.flatMap(({ zones }) => zones);

function missing(number: string, wanted: readonly string[]): string[] {
  const there = new Set(zonesOf(regionsOf(number)).map(clockOf));
  return wanted.filter((zone) => !there.has(clockOf(zone)));
}

/** As ICU knows them; the types do not know that function yet. */
function zonesOfCountry(country: string): string[] {
  const locale = new Intl.Locale(`und-${country}`) as Intl.Locale & { getTimeZones(): string[] | undefined };
  return locale.getTimeZones() ?? [];
}

const ANYWHERE_UNDER_PLUS_1 = regionsOf('+18005550100');

test('a number has the clocks of all zones of its area code, and is not taken for one that tells nothing', () => {
  const wrong = Object.entries(AREA_CODES).flatMap(([codes, zones]) =>
    codes.split(' ').flatMap((code) => {
      const number = `+1${code}5550100`;
      const zonesMissing = missing(number, zones.split(' '));
      const isUnknown = regionsOf(number).length > 1;
      return zonesMissing.length > 0 || isUnknown ? [{ code, zonesMissing, isUnknown }] : [];
    }),
  );
  expect(wrong).toEqual([]);
});

test('a number has the clocks of all zones of all countries of its calling code, and no others', () => {
  const wrong = COUNTRIES.join(', ')
    .split(', ')
    .flatMap((line) => {
      const [code = '', ...countries] = line.split(' ');
      const official = countries
        .flatMap((country) => zonesOfCountry(country))
        .filter((zone) => !NOT_OFFICIAL.includes(zone));
      const number = `+${code}9912345678`;
      // Ascension and Kosovo have no entry there.
      const theirs = new Set(official.map(clockOf));
      const others = zonesOf(regionsOf(number)).filter((zone) => theirs.size > 0 && !theirs.has(clockOf(zone)));
      const zonesMissing = missing(number, official);
      const isUnknown = regionsOf(number).length > 1;
      return zonesMissing.length + others.length > 0 || isUnknown ? [{ line, zonesMissing, others, isUnknown }] : [];
    });
  expect(wrong).toEqual([]);
});

test.each(['800', '833', '888', '500', '521', '533', '700', '710', '600', '622', '900', '851', '999'])(
  'a number with the area code %s, which tells nothing, may be in each state, in Canada and on the islands',
  (code) => {
    const regions = regionsOf(`+1${code}5550100`);
    expect(regions).toBe(ANYWHERE_UNDER_PLUS_1);
    expect(regions.filter(({ state }) => state !== undefined)).toHaveLength(51);
    const zones = 'New_York Chicago Denver Phoenix Los_Angeles Anchorage Adak St_Johns Halifax Puerto_Rico Regina';
    expect(
      missing(`+1${code}5550100`, [...zones.split(' ').map((zone) => `America/${zone}`), 'Pacific/Honolulu']),
    ).toEqual([]);
  },
);

test.each(NOWHERE.split(' '))(
  'a number with the calling code %s, which no country has, may be in all zones',
  (code) => {
    const zones = [
      'Pacific/Kiritimati',
      'Asia/Tokyo',
      'Asia/Kolkata',
      'Europe/Berlin',
      'America/New_York',
      'Pacific/Pago_Pago',
    ];
    expect(missing(`+${code}12345678`, zones)).toEqual([]);
  },
);

test.each([
  ['+12125550100', { zones: ['America/New_York'], state: 'NY' }],
  ['+14155550100', { zones: ['America/Los_Angeles'], state: 'CA' }],
  ['+442079460000', { zones: ['Europe/London'] }],
  ['+380501234567', { zones: ['Europe/Athens'] }],
])('%s is in one region', (number, region) => {
  expect(regionsOf(number)).toEqual([region]);
});
