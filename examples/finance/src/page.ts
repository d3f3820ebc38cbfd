import type { Close } from 'tallystick/revenue';
import type { Sheets } from './year-files.ts';
/** */
export function page(_sheets: Sheets, _closes: readonly Close[]): string {
  return '<!doctype html>\n';
}
