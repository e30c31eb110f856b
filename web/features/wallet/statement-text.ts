// A statement in words: what each line was, and the days that the lines fall on. Pure.

import type { StatementLine, TransferKind } from '../../../shared/wallet-routes.ts';
import { formatDay } from '../../text/format-money.ts';
import { m } from '../../text/generated/messages.js';

const KINDS: Readonly<Record<TransferKind, () => string>> = {
  top_up: m.wallet_kind_top_up,
  refund: m.wallet_kind_refund,
  charge_back: m.wallet_kind_charge_back,
  gift: m.wallet_kind_gift,
  super_chat: m.wallet_kind_super_chat,
  red_packet: m.wallet_kind_red_packet,
  red_packet_share: m.wallet_kind_red_packet_share,
  red_packet_return: m.wallet_kind_red_packet_return,
  payout: m.wallet_kind_payout,
  payout_return: m.wallet_kind_payout_return,
  correction: m.wallet_kind_correction,
};

export const kindText = (kind: TransferKind): string => KINDS[kind]();

/** "to Lin" or "from Lin"; null: there is nobody on the other side. */
export const partyText = ({ coins, withName }: Pick<StatementLine, 'coins' | 'withName'>): string | null => {
  if (withName === null) return null;
  return coins < 0 ? m.wallet_to({ name: withName }) : m.wallet_from({ name: withName });
};

export type Day = { readonly name: string; readonly lines: readonly StatementLine[] };

/** The lines under the day on which they were written, by the reader's own calendar; their order stays. */
export const byDay = (lines: readonly StatementLine[], locale: string): Day[] => {
  const days: { name: string; lines: StatementLine[] }[] = [];
  for (const line of lines) {
    const name = formatDay(line.atMs, locale);
    const last = days.at(-1);
    if (last?.name === name) last.lines.push(line);
    else days.push({ name, lines: [line] });
  }
  return days;
};
