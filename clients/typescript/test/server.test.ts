// The client against the real server: gRPC-web as in browsers, and gRPC.
import { expect, it } from "vitest";
import {
  Code,
  ConsentBasis,
  ConsentState,
  EventErrorCode,
  EventQueue,
  EventsRefused,
  EventType,
  Purpose,
  ReasonAudience,
  TimelineKind,
  connect,
  fieldViolations,
  guestReasons,
  newEvent,
  offerEvent,
  shownOffers,
  surveyEvent,
  type ClientOptions,
  type ConciergeClient,
} from "../src/index.js";
import { connectNode } from "../src/node.js";
import type { LocalServer } from "../dev/local_server.js";
import { describeWithServer } from "./support.js";

const property = "algarve-cliffs";
const placements = ["portal.hero", { placementId: "booking.upsell", offerCount: 3 }];

function web(server: LocalServer, more: Partial<ClientOptions> = {}, credential = "all"): ConciergeClient {
  return connect({ brand: "demo", baseUrl: server.url, key: server.key(credential), timeoutMs: 5000, ...more });
}

function grpc(server: LocalServer): ConciergeClient {
  return connectNode({ brand: "demo", baseUrl: server.url, key: server.key("all"), timeoutMs: 5000 });
}

/** A guest whose stay is booked and who agrees to be known. */
async function guestWith(client: ConciergeClient, guest: string): Promise<string> {
  const { names } = client;
  await client.guests.updateConsent({
    name: names.consent(guest),
    records: [Purpose.PROFILING, Purpose.MEASUREMENT].map((purpose) => ({
      purpose,
      state: ConsentState.GRANTED,
      basis: ConsentBasis.CONSENT,
      textVersion: "v1",
      source: "test",
    })),
  });
  const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
  await client.record([
    newEvent(EventType.BOOK, origin(client, guest), {
      property: names.property(property),
      reservationId: `r-${guest}`,
      stay: { checkInDate: day(12), checkOutDate: day(15), party: { adultCount: 2 } },
    }),
  ]);
  return guest;
}

const origin = (client: ConciergeClient, guest: string) => ({ source: "test", subject: client.subject({ guest }) });

async function eventTypes(client: ConciergeClient, guest: string): Promise<EventType[]> {
  const parent = client.names.guest(guest);
  const { entries } = await client.guests.listGuestTimeline({ parent, kinds: [TimelineKind.EVENT], oldestFirst: true });
  return entries.flatMap(({ entry }) => (entry.case === "event" ? [entry.value.eventType] : []));
}

describeWithServer("decisions and events", (server) => {
  for (const [face, client] of Object.entries({ "gRPC-web": web, gRPC: grpc })) {
    it(`a decision, what came of it, and the next decision over ${face}`, async () => {
      const caller = client(server());
      const guest = await guestWith(caller, `g-${face}`);
      const first = await caller.decide({ property, guest, placements, includeContent: true, deferActivation: true });
      const shown = shownOffers(first);
      expect(first.propositions.map(({ placementId }) => placementId)).toEqual(["portal.hero", "booking.upsell"]);
      expect(shown).toHaveLength(4);
      expect(shown.every(({ offer }) => offer.quote === undefined || offer.content!.title !== "")).toBe(true);
      const declined = shown[1]!;
      const written = await caller.record([
        offerEvent(EventType.IMPRESSION, declined, origin(caller, guest)),
        offerEvent(EventType.DECLINE, declined, origin(caller, guest), { reasonCode: "dismissed" }),
      ]);
      expect(written.results.map(({ warnings, duplicate }) => [warnings, duplicate])).toEqual([
        [[], false],
        [[], false],
      ]);
      // What was declined stays away: an acknowledged event is seen by every decision after it.
      for (let time = 0; time < 5; time += 1) {
        const next = await caller.decide({ property, guest, placements, deferActivation: true });
        expect(shownOffers(next).map(({ offerId }) => offerId)).not.toContain(declined.offerId);
      }
      expect(await eventTypes(caller, guest)).toEqual([EventType.BOOK, EventType.IMPRESSION, EventType.DECLINE]);
    });
  }

  it("an error names the field", async () => {
    const error = await web(server())
      .decide({ property, guest: "g", placements: [{ placementId: "portal.hero", offerCount: 31 }], context: { timeZone: "Mars/Olympus" } })
      .then(() => undefined, (reason: unknown) => reason);
    expect(error).toMatchObject({ code: Code.InvalidArgument });
    const fields = fieldViolations(error).map(({ field }) => field);
    expect(fields).toEqual(expect.arrayContaining(["placement_requests[0].offer_count", "context.time_zone"]));
  });

  it("a refused event says which field, and the others count", async () => {
    const client = web(server());
    const subject = client.subject({ guest: "g-refused" });
    const view = { offerId: "spa.thermal-circuit" };
    const events = [
      newEvent(EventType.VIEW, { source: "test", subject }, view),
      newEvent(EventType.FEEDBACK, { source: "test", subject }),
    ];
    const why = { code: EventErrorCode.INVALID_FIELD, field: "rating", retryable: false };
    const { results } = await client.recordEach(events);
    expect(results.map(({ error }) => error)).toEqual([undefined, expect.objectContaining(why)]);
    const refusal = await client.record(events).then(() => undefined, (reason: unknown) => reason);
    expect(refusal).toBeInstanceOf(EventsRefused);
    expect(refusal).toMatchObject({ refused: [{ at: 1, error: why }], message: expect.stringMatching(/^events\[1\] rating /) });
    expect(await eventTypes(client, "g-refused")).toEqual([EventType.VIEW]);
  });

  it("a call whose answer was lost is repeated, and gets the stored answer", async () => {
    let calls = 0;
    const lossy: typeof fetch = async (url, init) => {
      const response = await fetch(url, init);
      if ((calls += 1) > 1) return response;
      await response.arrayBuffer();
      throw new TypeError("terminated");
    };
    const client = web(server(), { fetch: lossy });
    const guest = "g-lossy";
    const decided = await client.decide({ property, guest, placements });
    expect(calls).toBe(2);
    expect(decided.isReplayed).toBe(true);
    const { entries } = await client.guests.listGuestTimeline({
      parent: client.names.guest(guest),
      kinds: [TimelineKind.DECISION],
    });
    expect(entries).toHaveLength(1);
  });

  it("a portal's key sees no floor, no margin, no scores and no reasons for staff", async () => {
    const guest = await guestWith(web(server()), "g-portal");
    const seen = async (credential: string) => {
      const { propositions } = await web(server(), {}, credential).decide({ property, guest, placements });
      return propositions.flatMap(({ offers }) => offers);
    };
    const all = await seen("all");
    expect(all.some(({ quote }) => quote?.floorPrice)).toBe(true);
    const portal = await seen("portal");
    expect(portal.length).toBeGreaterThan(0);
    for (const offer of portal) {
      expect(offer.quote?.floorPrice).toBeUndefined();
      expect(offer.quote?.variableCost).toBeUndefined();
      expect([offer.score, offer.selectionProbability]).toEqual([0, undefined]);
      expect(offer.reasons.every(({ audience }) => audience === ReasonAudience.GUEST)).toBe(true);
      expect(guestReasons(offer).length).toBeGreaterThan(0);
    }
  });

  it("a guest who does not agree gets the best for all, and no question", async () => {
    const client = web(server());
    const decided = await client.decide({ property, guest: "g-silent", placements });
    expect(decided.isNonPersonalized).toBe(true);
    const { question } = await client.guests.nextSurveyQuestion({ guest: client.names.guest("g-silent") });
    expect(question).toBeUndefined();
  });

  it("a question is answered, and not asked again", async () => {
    const client = web(server());
    const guest = await guestWith(client, "g-survey");
    const ask = () => client.guests.nextSurveyQuestion({ guest: client.names.guest(guest), placementId: "portal.hero" });
    const { question } = await ask();
    await client.record([surveyEvent(question!, question!.choices[0]!, origin(client, guest))]);
    expect((await ask()).question?.questionId).not.toBe(question!.questionId);
  });

  it("events stream over gRPC", async () => {
    const client = grpc(server());
    const subject = client.subject({ guest: "g-stream" });
    async function* messages() {
      for (let at = 1n; at <= 20n; at += 1n) {
        const event = newEvent(EventType.VIEW, { source: "test", subject }, { offerId: "spa.thermal-circuit" });
        yield { clientSequence: at, event };
      }
    }
    let done = 0n;
    for await (const { throughClientSequence, rejectedEvents } of client.events.streamEvents(messages())) {
      expect(rejectedEvents).toEqual([]);
      done = throughClientSequence;
    }
    expect(done).toBe(20n);
    expect(await eventTypes(client, "g-stream")).toHaveLength(20);
  });

  it("another key is refused, and not asked again", async () => {
    let calls = 0;
    const counted: typeof fetch = (url, init) => ((calls += 1), fetch(url, init));
    const client = web(server(), { key: () => "ck_all_wrong", fetch: counted });
    await expect(client.decide({ property, placements })).rejects.toMatchObject({ code: Code.Unauthenticated });
    expect(calls).toBe(1);
  });
});

describeWithServer(
  "pages of another origin",
  (server) => {
    it("may call when the server lists them, with the headers that this client sends", async () => {
      const asked: Record<string, string> = {};
      const spy: typeof fetch = (url, init) => {
        new Headers(init?.headers).forEach((_, name) => (asked[name] = name));
        return fetch(url, init);
      };
      await web(server(), { fetch: spy }).decide({ property, placements });
      const preflight = (page: string) =>
        fetch(`${server().url}/concierge.v1.DecisionService/DecideOffers`, {
          method: "OPTIONS",
          headers: { origin: page, "access-control-request-method": "POST" },
        });
      const answer = await preflight("https://portal.example");
      expect(answer.headers.get("access-control-allow-origin")).toBe("https://portal.example");
      const allowed = answer.headers.get("access-control-allow-headers")!.split(/,\s*/);
      expect(allowed).toEqual(expect.arrayContaining(Object.keys(asked)));
      const other = await preflight("https://evil.example");
      expect(other.headers.get("access-control-allow-origin")).toBeNull();
    });
  },
  { corsOrigins: ["https://portal.example"] },
);

describeWithServer("a server that goes away", (server) => {
  it("is told apart from a refusal; events wait, and count once when it is back", async () => {
    const client = web(server(), { retry: { maxAttempts: 2, baseDelayMs: 10 } });
    const guest = await guestWith(client, "g-away");
    const decided = await client.decide({ property, guest, placements, deferActivation: true });
    const queue = new EventQueue({ send: (events) => client.recordEach(events), page: undefined });
    await server().pause();
    await expect(client.decide({ property, guest, placements })).rejects.toMatchObject({ code: Code.Unavailable });
    const shown = shownOffers(decided)[0]!;
    const accepted = offerEvent(EventType.ACCEPT, shown, origin(client, guest));
    queue.add(accepted);
    await queue.flush();
    expect(queue.size).toBe(1);
    await server().resume();
    await queue.flush();
    expect(queue.size).toBe(0);
    // The same event once more, as after a lost acknowledgement.
    const [again] = (await client.record([accepted])).results;
    expect(again!.duplicate).toBe(true);
    queue.close();
    expect(await eventTypes(client, guest)).toEqual([EventType.BOOK, EventType.ACCEPT]);
  });
});
