/**
 * RFC 3339 from the ways in which carriers write a time: an offset without its colon, or whose plus a form has turned into
 * a space, or fourteen digits, which are UTC. What is none of these stays as it is.
 */
export const fromOddTime = (time: string | undefined): string | undefined =>
  time
    ?.replace(/^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/, '$1-$2-$3T$4:$5:$6Z')
    .replace(/(T.*)[ +](\d\d):?(\d\d)$/, '$1+$2:$3')
    .replace(/(T.*-\d\d)(\d\d)$/, '$1:$2');
