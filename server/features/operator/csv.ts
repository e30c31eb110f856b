// The history as a file for a spreadsheet: one line for each hour or day.

import type { OperatorHistory, OperatorPoint } from '../../../shared/operator-routes.ts';

const COLUMNS = [
  'broadcasts', 'stays', 'people', 'newAccounts', 'viewerMs', 'latencyP50Ms', 'latencyP95Ms', 'freezes',
  'coinsBought', 'coinsTakenBack', 'coinsGiven', 'coinsPaidOut', 'coinsKept',
] as const satisfies readonly (keyof OperatorPoint)[];

/** Numbers and times alone, so no cell can be taken for a formula. Begins with the mark by which spreadsheets know UTF-8. */
export const historyFile = ({ points }: OperatorHistory): string => {
  const lines = points.map((point) => [new Date(point.atMs).toISOString(), ...COLUMNS.map((name) => point[name] ?? '')].join(','));
  return `\ufeff${[['time', ...COLUMNS].join(','), ...lines].join('\r\n')}\r\n`;
};
