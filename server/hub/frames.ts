// Writes the server's frames. Data is checked against the table first: what does not fit is our bug and is never sent.

import * as v from 'valibot';
import type { EventFrame, ReplyFrame } from '../../shared/envelope.ts';
import { EVENTS } from '../../shared/messages.ts';
import type { EventName } from '../../shared/messages.ts';
import type { Position } from './handler.ts';

/** The event as JSON text; null if its data does not fit the table, with the reason told to `unfit`. */
export const encodeEvent = (name: EventName, data: unknown, unfit: (issues: readonly string[]) => void, at?: Position): string | null => {
  const checked = v.safeParse(EVENTS[name].data, data);
  if (!checked.success) {
    unfit(describeIssues(checked.issues));
    return null;
  }
  const frame: EventFrame = { event: name, data: checked.output, ...at };
  return JSON.stringify(frame);
};

export const encodeReply = (frame: ReplyFrame): string => JSON.stringify(frame);

/** Where and what, without the values: those may be a person's words or a secret. */
export const describeIssues = (issues: readonly v.BaseIssue<unknown>[]): readonly string[] =>
  issues.slice(0, 5).map((issue) => `${v.getDotPath(issue) ?? '(root)'}: expected ${issue.expected ?? issue.type}`);
