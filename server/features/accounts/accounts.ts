// Accounts as the rest of the server meets them: routes, whose a cookie is, and who has an id.

import { accountRoutes } from './routes.ts';
import { createAccountRules } from './rules.ts';
import type { AccountsDeps } from './rules.ts';

export const createAccounts = (deps: AccountsDeps) => {
  const rules = createAccountRules(deps);
  return { authenticate: rules.sessions.authenticate, personById: rules.personById, routes: accountRoutes(rules) };
};
