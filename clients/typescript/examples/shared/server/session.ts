// Who is signed in: a signed cookie that holds the id of a guest, or of staff, and an end, and nothing else.
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";

const COOKIE = "page_session";
const LIFETIME_S = 8 * 3600;

/** Makes and reads sessions. A hotel has its own sign-in and puts it in the place of this class. */
export class Sessions {
  constructor(
    private readonly secret: Buffer = randomBytes(32),
    private readonly isSecure = false,
    private readonly now: () => number = Date.now,
  ) {}

  /** The `set-cookie` header that begins a session. */
  begin(userId: string): string {
    const body = Buffer.from(JSON.stringify([userId, this.now() + LIFETIME_S * 1000])).toString("base64url");
    return this.header(`${body}.${this.sign(body)}`, LIFETIME_S);
  }

  /** The `set-cookie` header that ends it. */
  end(): string {
    return this.header("", 0);
  }

  /** The id of the user of a request, if it has a session that is whole and not over. */
  userOf(request: Pick<IncomingMessage, "headers">): string | undefined {
    const cookies = (request.headers.cookie ?? "").split(/;\s*/);
    const value = cookies.find((one) => one.startsWith(`${COOKIE}=`))?.slice(COOKIE.length + 1);
    const [body, signature] = value?.split(".") ?? [];
    if (!body || !signature) return undefined;
    const expected = Buffer.from(this.sign(body));
    const given = Buffer.from(signature);
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
    const [userId, end] = JSON.parse(Buffer.from(body, "base64url").toString()) as [string, number];
    return end > this.now() ? userId : undefined;
  }

  private sign(body: string): string {
    return createHmac("sha256", this.secret).update(body).digest("base64url");
  }

  private header(value: string, seconds: number): string {
    const secure = this.isSecure ? "; Secure" : "";
    return `${COOKIE}=${value}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${seconds}${secure}`;
  }
}
