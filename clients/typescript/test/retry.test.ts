import { create } from "@bufbuild/protobuf";
import { Code, ConnectError, createRouterTransport, type Interceptor } from "@connectrpc/connect";
import { describe, expect, it } from "vitest";
import { ConciergeClient, DecisionService, EventService, ModelService, connect, retryInterceptor, type RetryOptions } from "../src/index.js";
import { RetryInfoSchema } from "../src/gen/google/rpc/error_details_pb.js";

/** A client whose server fails with these errors in turn and then answers; what reached the server is recorded. */
function failing(errors: readonly unknown[], options: Partial<RetryOptions> = {}) {
  const ids: string[] = [];
  const waits: number[] = [];
  const left = [...errors];
  let clock = 0;
  const fail: Interceptor = (next) => async (request) => {
    ids.push((request.message as { requestId?: string }).requestId ?? "");
    const error = left.shift();
    if (error !== undefined) throw error;
    return next(request);
  };
  const sleep = (ms: number) => {
    waits.push(ms);
    clock += ms;
    return Promise.resolve();
  };
  const retry = retryInterceptor({ sleep, random: () => 0.5, now: () => clock, ...options });
  const transport = createRouterTransport(
    (router) => {
      router.service(DecisionService, { decideOffers: () => ({ decision: "d" }) });
      router.service(EventService, { writeEvents: () => ({}) });
      router.service(ModelService, { publishModel: () => ({}) });
    },
    { transport: { interceptors: [retry, fail] } },
  );
  return { client: new ConciergeClient("acme", transport), ids, waits };
}

const unavailable = () => new ConnectError("draining", Code.Unavailable);

describe("a call that fails for a passing reason", () => {
  it("is repeated with one and the same request id", async () => {
    const { client, ids } = failing([unavailable(), new ConnectError("quota", Code.ResourceExhausted), new TypeError("fetch failed")]);
    await expect(client.decide({ property: "harbour" })).resolves.toMatchObject({ decision: "d" });
    expect(ids).toHaveLength(4);
    expect(ids[0]).toMatch(/^[0-9a-f-]{36}$/);
    expect(new Set(ids).size).toBe(1);
  });

  it("keeps the id that the caller gave", async () => {
    const { client, ids } = failing([unavailable()]);
    await client.decide({ property: "harbour", requestId: "mine" });
    expect(ids).toEqual(["mine", "mine"]);
  });

  it("gives two calls two ids", async () => {
    const { client, ids } = failing([]);
    await client.decide({ property: "harbour" });
    await client.decide({ property: "harbour" });
    expect(ids[0]).not.toBe(ids[1]);
  });

  it("waits longer each time, and as long as the server says", async () => {
    const told = new ConnectError("quota", Code.ResourceExhausted, undefined, [
      { desc: RetryInfoSchema, value: create(RetryInfoSchema, { retryDelay: { seconds: 1n, nanos: 500_000_000 } }) },
    ]);
    const { client, waits } = failing([unavailable(), unavailable(), told]);
    await client.decide({ property: "harbour" });
    expect(waits).toEqual([50, 100, 1700]);
  });

  it("gives up after as many tries as were asked for", async () => {
    const { client, ids } = failing(Array.from({ length: 9 }, unavailable), { maxAttempts: 3 });
    await expect(client.decide({ property: "harbour" })).rejects.toMatchObject({ code: Code.Unavailable });
    expect(ids).toHaveLength(3);
  });

  it("is not repeated once the budget of the client is half used", async () => {
    const { client, ids } = failing(Array.from({ length: 99 }, unavailable), { budget: 6 });
    for (let call = 0; call < 4; call += 1) await client.decide({ property: "harbour" }).catch(() => {});
    // Three failures leave half of six: the first call repeats twice, the others not at all.
    expect(ids).toHaveLength(3 + 3);
  });

  it("does not wait for what would come after the deadline, and tells the server the rest", async () => {
    let clock = 0;
    const timeouts: (string | null)[] = [];
    const client = connect({
      brand: "acme",
      baseUrl: "http://server.test",
      timeoutMs: 400,
      retry: {
        baseDelayMs: 300,
        random: () => 0.5,
        now: () => clock,
        sleep: async (ms) => void (clock += ms),
      },
      fetch: async (_, init) => {
        timeouts.push(new Headers(init?.headers).get("grpc-timeout"));
        throw new TypeError("fetch failed");
      },
    });
    await expect(client.decide({ property: "harbour" })).rejects.toMatchObject({ code: Code.Unavailable });
    // 150 ms before the second try; 300 ms more would be after the deadline.
    expect(timeouts).toEqual(["400m", "250m"]);
  });
});

describe("a call that must not be repeated", () => {
  it("was refused for good", async () => {
    for (const code of [Code.InvalidArgument, Code.NotFound, Code.DeadlineExceeded, Code.AlreadyExists, Code.Internal]) {
      const { client, ids } = failing([new ConnectError("no", code)]);
      await expect(client.decide({ property: "harbour" })).rejects.toMatchObject({ code });
      expect(ids, Code[code]).toHaveLength(1);
    }
  });

  it("has no id and does more than look", async () => {
    const { client, ids } = failing([unavailable()]);
    await expect(client.admin.mintGuestToken({})).rejects.toMatchObject({ code: Code.Unavailable });
    expect(ids).toHaveLength(1);
  });

  it("events have ids of their own, and are repeated", async () => {
    const { client, ids } = failing([unavailable()]);
    await client.record([{ eventId: "e" }]);
    expect(ids).toHaveLength(2);
  });
});
