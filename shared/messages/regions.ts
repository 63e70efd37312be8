/**
 * Where a number may be: the state of a United States area code, and the time zones. Numbers move with people, so this is a good
 * guess and no more; a state with two zones has both, and a country all of its own.
 *
 * A zone stands for all that keep the same clock, so that Berlin is there for Stockholm, too. Area codes: the North American
 * Numbering Plan; calling codes: ITU-T E.164; zones: the time zone map of Google's libphonenumber and the IANA database, autumn
 * 2026.
 */
export interface Region {
  /** IANA names, at least one. */
  readonly zones: readonly string[];
  /** Two letters; only of numbers in the United States. */
  readonly state?: string;
}

/** The zones of each state, and its area codes. */
const STATES: Readonly<Record<string, readonly [zones: string, areaCodes: string]>> = {
  AK: ['America/Anchorage America/Adak', '907'],
  AL: ['America/Chicago', '205 251 256 334 659 938'],
  AR: ['America/Chicago', '327 479 501 870'],
  AZ: ['America/Phoenix America/Denver', '480 520 602 623 928'],
  CA: [
    'America/Los_Angeles',
    '209 213 279 310 323 341 350 369 408 415 424 442 510 530 559 562 619 626 628 650 657 661 669 707 714 738 747 760 805 818 820 831 840 858 909 916 925 949 951',
  ],
  CO: ['America/Denver', '303 719 720 748 970 983'],
  CT: ['America/New_York', '203 475 860 959'],
  DC: ['America/New_York', '202 771'],
  DE: ['America/New_York', '302'],
  FL: [
    'America/New_York America/Chicago',
    '239 305 321 324 352 386 407 448 561 645 656 689 727 728 754 772 786 813 850 863 904 941 954',
  ],
  GA: ['America/New_York', '229 404 470 478 678 706 762 770 912 943'],
  HI: ['Pacific/Honolulu', '808'],
  IA: ['America/Chicago', '319 515 563 641 712'],
  ID: ['America/Denver America/Los_Angeles', '208 986'],
  IL: ['America/Chicago', '217 224 309 312 331 447 464 618 630 708 730 773 779 815 847 872'],
  IN: ['America/New_York America/Chicago', '219 260 317 463 574 765 812 930'],
  KS: ['America/Chicago America/Denver', '316 620 785 913'],
  KY: ['America/New_York America/Chicago', '270 364 502 606 859'],
  LA: ['America/Chicago', '225 318 337 504 985'],
  MA: ['America/New_York', '339 351 413 508 617 774 781 857 978'],
  MD: ['America/New_York', '227 240 301 410 443 667'],
  ME: ['America/New_York', '207'],
  MI: ['America/New_York America/Chicago', '231 248 269 313 517 586 616 734 810 906 947 989'],
  MN: ['America/Chicago', '218 320 507 612 651 763 952'],
  MO: ['America/Chicago', '235 314 417 557 573 636 660 816 975'],
  MS: ['America/Chicago', '228 601 662 769'],
  MT: ['America/Denver', '406'],
  NC: ['America/New_York', '252 336 472 704 743 828 910 919 980 984'],
  ND: ['America/Chicago America/Denver', '701'],
  NE: ['America/Chicago America/Denver', '308 402 531'],
  NH: ['America/New_York', '603'],
  NJ: ['America/New_York', '201 551 609 640 732 848 856 862 908 973'],
  NM: ['America/Denver', '505 575'],
  NV: ['America/Los_Angeles America/Denver', '702 725 775'],
  NY: ['America/New_York', '718 212 315 329 332 347 363 516 518 585 607 631 646 680 716 838 845 914 917 929 934'],
  OH: ['America/New_York', '216 220 234 283 326 330 380 419 440 513 567 614 740 937'],
  OK: ['America/Chicago', '405 539 572 580 918'],
  OR: ['America/Los_Angeles America/Denver', '458 503 541 971'],
  PA: ['America/New_York', '215 223 267 272 412 445 484 570 582 610 717 724 814 835 878'],
  RI: ['America/New_York', '401'],
  SC: ['America/New_York', '803 821 839 843 854 864'],
  SD: ['America/Chicago America/Denver', '605'],
  TN: ['America/New_York America/Chicago', '423 615 629 731 865 901 931'],
  TX: [
    'America/Chicago America/Denver',
    '713 210 214 254 281 325 346 361 409 430 432 469 512 682 726 737 806 817 830 832 903 915 936 940 945 956 972 979',
  ],
  UT: ['America/Denver', '385 435 801'],
  VA: ['America/New_York', '276 434 540 571 686 703 757 804 826 948'],
  VT: ['America/New_York', '802'],
  WA: ['America/Los_Angeles', '206 253 360 425 509 564'],
  WI: ['America/Chicago', '262 274 353 414 534 608 715 920'],
  WV: ['America/New_York', '304 681'],
  WY: ['America/Denver', '307'],
};

/** British Columbia and Alberta ended the changing of clocks in 2026. A runtime may not know yet, so both ways of theirs count. */
const BRITISH_COLUMBIA = 'America/Fort_Nelson America/Vancouver';
const ALBERTA = 'America/Edmonton America/Regina';

/** Area codes of Canada, the Caribbean and the Pacific, by zones. */
const OTHER_AREA_CODES: Readonly<Record<string, string>> = {
  [ALBERTA]: '368 403 587 780 825',
  [BRITISH_COLUMBIA]: '604',
  // Outside Vancouver, or everywhere in the province: its east keeps mountain time, with Alberta or without changing.
  [`${BRITISH_COLUMBIA} ${ALBERTA} America/Denver`]: '236 250 257 672 778',
  // Lloydminster goes with Alberta, Creighton with Manitoba.
  [`America/Regina ${ALBERTA} America/Chicago`]: '306 474 639',
  'America/Chicago': '204 431 584',
  // Ontario west of Lake Superior: Central, Eastern, and Atikokan, which does not change its clocks.
  'America/Chicago America/New_York America/Panama': '807',
  // Yukon and what it serves of British Columbia, the Northwest Territories, and Nunavut from Cambridge Bay to Iqaluit.
  [`${BRITISH_COLUMBIA} ${ALBERTA} America/Denver America/Chicago America/Panama America/New_York`]: '867',
  'America/New_York':
    '226 242 249 263 273 289 343 354 365 382 416 437 438 450 468 514 519 548 579 613 647 649 683 705 742 753 819 873 905 942',
  // Quebec's Magdalen Islands, and its Lower North Shore, which does not change its clocks.
  'America/New_York America/Halifax America/Puerto_Rico': '367 418 581',
  'America/Halifax': '428 441 506 782 902',
  // Labrador, and Newfoundland.
  'America/Halifax America/St_Johns': '709 879',
  'America/Panama': '345 658 876',
  'America/Puerto_Rico': '246 264 268 284 340 473 664 721 758 767 784 787 809 829 849 868 869 939',
  'Pacific/Guam': '670 671',
  'Pacific/Pago_Pago': '684',
};

/** Calling codes, by zones. */
const CALLING_CODES: Readonly<Record<string, string>> = {
  'Africa/Abidjan': '220 221 222 223 224 225 226 228 231 232 233 239 245 247 290 354',
  'Africa/Abidjan America/Godthab America/Halifax': '299',
  'Africa/Cairo': '20',
  'Africa/Casablanca': '212',
  'Africa/Johannesburg': '211 218 249 250 257 258 260 263 264 265 266 267 268 27',
  'Africa/Johannesburg Africa/Lagos': '243',
  'Africa/Lagos': '213 216 227 229 234 235 236 237 240 241 242 244',
  'America/Chicago America/Costa_Rica America/Denver America/Fort_Nelson America/Los_Angeles America/Panama': '52',
  'America/Costa_Rica': '501 502 503 504 505 506',
  'America/Costa_Rica America/Panama': '593',
  'America/Havana': '53',
  'America/Miquelon': '508',
  'America/New_York': '509',
  'America/Noronha America/Panama America/Puerto_Rico America/Sao_Paulo': '55',
  'America/Panama': '507 51 57',
  'America/Puerto_Rico': '297 58 590 591 592 596 599',
  'America/Santiago America/Sao_Paulo Pacific/Easter': '56',
  'America/Sao_Paulo': '500 54 594 595 597 598',
  'Asia/Bangkok': '66 84 855 856',
  'Asia/Bangkok Asia/Dhaka Asia/Dubai Asia/Karachi Asia/Magadan Asia/Shanghai Asia/Tokyo Europe/Kaliningrad Europe/Moscow Pacific/Fiji Pacific/Guam':
    '7',
  'Asia/Bangkok Asia/Shanghai': '976',
  'Asia/Bangkok Asia/Shanghai Asia/Tokyo': '62',
  'Asia/Bangkok Asia/Shanghai Australia/Adelaide Australia/Darwin Australia/Eucla Australia/Lord_Howe Australia/Sydney Indian/Cocos Pacific/Guam':
    '61',
  'Asia/Dhaka': '246 880 975 996',
  'Asia/Dubai': '230 248 374 968 971 994 995',
  'Asia/Dubai Europe/Moscow': '262',
  'Asia/Hebron': '970',
  'Asia/Jerusalem': '972',
  'Asia/Kabul': '93',
  'Asia/Karachi': '92 960 992 993 998',
  'Asia/Katmandu': '977',
  'Asia/Kolkata': '91 94',
  'Asia/Magadan': '677 678 687',
  'Asia/Magadan Pacific/Guam': '675 691',
  'Asia/Shanghai': '60 63 65 673 852 853 86 886',
  'Asia/Tehran': '98',
  'Asia/Tokyo': '670 680 81 82 850',
  'Atlantic/Azores Europe/London': '351',
  'Atlantic/Cape_Verde': '238',
  'Europe/Athens': '30 357 358 359 370 371 372 373 380 40 961',
  'Europe/Berlin':
    '31 32 33 350 352 355 356 36 376 377 378 381 382 383 385 386 387 389 39 41 420 421 423 43 45 46 47 48 49',
  'Europe/Berlin Europe/London': '34',
  'Europe/London': '298 353 44',
  'Europe/Moscow': '251 252 253 254 255 256 261 269 291 375 90 962 963 964 965 966 967 973 974',
  'Indian/Cocos': '95',
  'Pacific/Auckland Pacific/Chatham': '64',
  'Pacific/Fiji': '674 679 681 688 692',
  'Pacific/Fiji Pacific/Kiritimati Pacific/Tongatapu': '686',
  'Pacific/Gambier Pacific/Marquesas Pacific/Rarotonga': '689',
  'Pacific/Norfolk': '672',
  'Pacific/Pago_Pago': '683',
  'Pacific/Rarotonga': '682',
  'Pacific/Tongatapu': '676 685 690',
};

const LONGEST_PREFIX = 4;

/** The regions by prefix, without the plus. */
const REGIONS: ReadonlyMap<string, Region> = new Map([
  ...Object.entries(STATES).flatMap(([state, [zones, codes]]) =>
    codes.split(' ').map((code): [string, Region] => [`1${code}`, { zones: zones.split(' '), state }]),
  ),
  ...byPrefix(OTHER_AREA_CODES, '1'),
  ...byPrefix(CALLING_CODES, ''),
]);

function byPrefix(codesByZones: Readonly<Record<string, string>>, before: string): [string, Region][] {
  return Object.entries(codesByZones).flatMap(([zones, codes]) =>
    codes.split(' ').map((code): [string, Region] => [before + code, { zones: [...new Set(zones.split(' '))] }]),
  );
}

const zonesOf = (codesByZones: Readonly<Record<string, string>>): string[] => [
  ...new Set(Object.keys(codesByZones).flatMap((zones) => zones.split(' '))),
];

/**
 * Where a number of the North American plan may be whose area code tells nothing, because it is toll-free, personal or newer than
 * this table: in each of the states, Canada, and the islands. Not in Guam and the Northern Marianas: there it is night as long as
 * it is day in the states, so that no hour would be left.
 */
const SOMEWHERE_UNDER_PLUS_1: readonly Region[] = [
  ...Object.entries(STATES).map(([state, [zones]]) => ({ zones: zones.split(' '), state })),
  { zones: zonesOf(OTHER_AREA_CODES).filter((zone) => zone !== 'Pacific/Guam') },
];

/**
 * Where a number may be whose calling code no country has, such as those of satellites and of networks that are nowhere: in all
 * zones. Most quiet hours leave no moment that is day in all of them.
 */
const SOMEWHERE: readonly Region[] = [
  { zones: [...new Set([...SOMEWHERE_UNDER_PLUS_1.flatMap(({ zones }) => zones), ...zonesOf(CALLING_CODES)])] },
];

/**
 * Where a number may be: one region, or several where it tells too little.
 * @param number in E.164
 * @returns at least one
 */
export function regionsOf(number: string): readonly Region[] {
  for (let length = LONGEST_PREFIX; length > 0; length -= 1) {
    const region = REGIONS.get(number.slice(1, 1 + length));
    if (region) return [region];
  }
  return number.startsWith('+1') ? SOMEWHERE_UNDER_PLUS_1 : SOMEWHERE;
}
