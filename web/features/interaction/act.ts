// One way to ask the server for something: what it refuses, the person is told in words.

import type { Params, RequestName, Result } from '../../../shared/messages.ts';
import { codeOf } from '../../live/request-error.ts';
import { errorText } from '../../text/error-text.ts';
import type { PartDeps } from './part.ts';

type Deps = Pick<PartDeps, 'ask' | 'toasts'>;

export const tellRefusal = ({ toasts }: Pick<Deps, 'toasts'>, error: unknown): void => {
  toasts.show(errorText(codeOf(error) ?? 'internal'), { tone: 'danger' });
};

export type Act = <N extends RequestName>(name: N, params: Params<N>) => Promise<Result<N> | null>;

/** The returned function resolves with the server's answer, or with null when it was refused and that was said. */
export const createAct = (deps: Deps): Act => async (name, params) => {
  try {
    return await deps.ask(name, params);
  } catch (error) {
    tellRefusal(deps, error);
    return null;
  }
};
