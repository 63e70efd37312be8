import { bundles } from './bundles.ts';
import { carriers } from './carriers.ts';
import { classifying } from './classify.ts';
import { costs } from './costs.ts';
import type { Figure } from './figure.ts';
import { growth } from './growth.ts';
import { load } from './load.ts';
import { memory } from './memory.ts';
import { rates } from './rates.ts';
import { startup } from './startup.ts';
import { throughput } from './throughput.ts';

export const FIGURES: readonly Figure[] = [
  classifying,
  carriers,
  costs,
  growth,
  throughput,
  bundles,
  startup,
  memory,
  load,
  rates,
];
