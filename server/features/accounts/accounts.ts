// Accounts as the rest of the server meets them: routes, whose a cookie is, and who has an id.

import { accountRoutes } from './routes.ts';
import { createAccountRules } from './rules.ts';
import type { AccountsDeps } from './rules.ts';

export const createAccounts = (deps: AccountsDeps) => {
  const rules = createAccountRules(deps);
  const { sessions, personById, provePassword, erased } = rules;
  return { authenticate: sessions.authenticate, personById, provePassword, erased, routes: accountRoutes(rules) };
};
