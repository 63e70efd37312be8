/** The median of several measurements, and the smallest and the largest of them. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** One line of the table. */
export interface Row {
  readonly name: string;
  readonly unit: string;
  readonly value: Spread;
  /** How many times another row's value, of the same rounds. */
  readonly ratio?: { readonly to: string; readonly value: Spread };
  /** What must be reached; a row without one is there to compare with. */
  readonly limit?: Limit;
  /** Heads the column in which the row stands: rows of one name are one line of a table of their own. Such rows have no limit. */
  readonly column?: string;
  /** A word beside the value, in a column. */
  readonly note?: string;
}

export type Limit = { readonly of: 'value' | 'ratio' } & ({ readonly atMost: number } | { readonly atLeast: number });

/** Tells people that something is happening: a few words, on one line. */
export type Progress = (what: string) => void;

/** How much is measured, where whoever runs the bench has a say in it. */
export interface Extent {
  /** Messages of the campaign that is streamed through the local run's parts. */
  readonly messages: number;
}

/** Something worth measuring. */
export interface Figure {
  /** For `--only`. */
  readonly name: string;
  readonly about: string;
  /** @throws where it can't be measured, with a sentence for people */
  measure(progress: Progress, extent: Extent): Promise<readonly Row[]>;
}

/** Whether a row reached its limit; nothing where it has none. */
export function isReached({ limit, value, ratio }: Row): boolean | undefined {
  if (!limit) return undefined;
  const measured = limit.of === 'ratio' ? ratio?.value.median : value.median;
  if (measured === undefined) return false;
  return 'atMost' in limit ? measured <= limit.atMost : measured >= limit.atLeast;
}
