// The calls about the whole server: a part of the table of http.ts that the first script does not carry.

import type { OPERATOR_ROUTES } from '../../shared/operator-routes.ts';
import { callerOf } from './http.ts';
import type { Lines } from './http.ts';

const LINES: Lines<keyof typeof OPERATOR_ROUTES> = {
  'operator.now': 'GET /api/operator/now',
  'operator.history': 'GET /api/operator/history',
  'operator.reconciled': 'GET /api/operator/reconcile',
  'operator.reconcile': 'POST /api/operator/reconcile',
  'operator.models': 'GET /api/operator/models',
};

/** `callOperator('operator.history', { query: { range: '7d' } })`: the result, or an ApiError thrown. */
export const callOperator = callerOf(LINES);
