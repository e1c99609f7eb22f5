// Guest tokens in a page: one at a time, shared by all calls, renewed before it ends.
import { timestampMs } from "@bufbuild/protobuf/wkt";
import type { MintGuestTokenResponse } from "./gen/concierge/v1/admin_service_pb.js";

/** A token and its end, as `AdminService.MintGuestToken` answers them. */
export type GuestToken = Pick<MintGuestTokenResponse, "token" | "expireTime">;

/** Options of `guestTokens`. */
export interface GuestTokenOptions {
  /** Gets a new token from the page's own back end, which knows who is signed in and holds the key. */
  readonly mint: () => Promise<GuestToken>;
  /** How long before its end a token is renewed, in milliseconds; at most half of its life. Default 60,000. */
  readonly renewBeforeMs?: number;
  /** Milliseconds since 1970; for tests. Default `Date.now`. */
  readonly now?: () => number;
}

interface Held {
  readonly token: string;
  readonly renewAt: number;
  readonly endsAt: number;
}

/**
 * A `key` of a client that holds the token of the moment. The first call waits for one. Near its end a new one is
 * minted while calls go on with the old one; after its end, and when the server has refused it, calls wait. Calls at the
 * same time share one `mint`; what `mint` throws, those that wait throw.
 */
export function guestTokens(options: GuestTokenOptions): (refused?: string) => Promise<string> {
  const { mint, renewBeforeMs = 60_000, now = Date.now } = options;
  let held: Held | undefined;
  let minting: Promise<Held> | undefined;

  async function fetched(): Promise<Held> {
    const { token, expireTime } = await mint();
    const start = now();
    const life = expireTime ? timestampMs(expireTime) - start : 0;
    // By a clock that is wrong a new token may be over. It is used until the server refuses it.
    if (life <= 0) return { token, renewAt: Infinity, endsAt: Infinity };
    return { token, renewAt: start + Math.max(life - renewBeforeMs, life / 2), endsAt: start + life };
  }

  function renew(): Promise<Held> {
    minting ??= fetched()
      .then((fresh) => (held = fresh))
      .finally(() => (minting = undefined));
    return minting;
  }

  return async (refused) => {
    if (held && (held.token === refused || held.endsAt <= now())) held = undefined;
    if (!held) return (await renew()).token;
    // Whoever comes next tries again, should it fail.
    if (held.renewAt <= now()) renew().catch(() => {});
    return held.token;
  };
}
