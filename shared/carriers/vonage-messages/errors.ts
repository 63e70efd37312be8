import { codeTable } from '../code-table.ts';
import type { Refusal } from '../refusal.ts';
import { valueAt } from '../rest.ts';

/**
 * Codes of the Messages API, of answers and of receipts alike. 1240 stands for a recipient who has texted STOP. What is not
 * in the table is a setting, where Vonage itself refused.
 * Source: https://developer.vonage.com/en/api-errors/messages
 */
export const REFUSALS = codeTable<Refusal>({
  throttled: '1000 1241',
  transient: '1030 1100 1180 1220 1230 1331',
  'opted-out': '1240',
  blocked: '1050 1210 1270 1280',
  'over-quota': '1070',
  'bad-content': '1090',
  'invalid-destination': '1040 1170 1190 1250 1260 1300 1310',
  // "Already sent".
  unknown: '1320',
});

/** The code of an error, in the shape of any version of the API: four digits. */
export function codeIn(error: unknown): string | undefined {
  const places = [valueAt(error, 'code'), valueAt(error, 'title'), String(valueAt(error, 'type')).split('#')[1]];
  return places.map(String).find((text) => /^\d{4}$/.test(text));
}
