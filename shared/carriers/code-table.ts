/** A table that is written by meanings, `{ blocked: '40003 40015' }`, and read by codes. */
export const codeTable = <Meaning extends string>(
  codes: Readonly<Partial<Record<Meaning, string>>>,
): ReadonlyMap<string, Meaning> =>
  new Map(
    (Object.entries(codes) as [Meaning, string][]).flatMap(([meaning, list]) =>
      list.split(' ').map((code): [string, Meaning] => [code, meaning]),
    ),
  );
