// Words for time. Every time on the wire is milliseconds since 1970 in the SERVER's clock unless its name says otherwise;
// a page turns its own clock into the server's with the offset that clock.sync measures (rules T1-T3 in README.md).

/** How far a clock is from the server's: server time = own time + offsetMs, true within errorMs. */
export type ClockOffset = { readonly offsetMs: number; readonly errorMs: number };

/** Seconds between 1900 (NTP, RFC 5905) and 1970 (Unix). */
export const NTP_TO_UNIX_S = 2_208_988_800;

/**
 * One clock.sync exchange, NTP's way (RFC 5905 section 8): the offset of the server's clock against ours, and the most it
 * can be wrong, which is half the time the exchange spent on the road.
 */
export const clockOffsetOf = (sample: {
  readonly sentMs: number;
  readonly serverReceivedMs: number;
  readonly serverSentMs: number;
  readonly receivedMs: number;
}): ClockOffset => {
  const roadMs = sample.receivedMs - sample.sentMs - (sample.serverSentMs - sample.serverReceivedMs);
  const offsetMs = (sample.serverReceivedMs - sample.sentMs + (sample.serverSentMs - sample.receivedMs)) / 2;
  return { offsetMs, errorMs: Math.max(0, roadMs) / 2 };
};
