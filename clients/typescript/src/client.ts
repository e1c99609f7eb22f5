// The client: typed calls of every service, short forms of the frequent ones, credentials and repeats built in.
import type { MessageInitShape } from "@bufbuild/protobuf";
import {
  Code,
  ConnectError,
  createClient,
  type CallOptions,
  type Client,
  type Interceptor,
  type Transport,
} from "@connectrpc/connect";
import { createGrpcWebTransport } from "@connectrpc/connect-web";
import { EventsRefused } from "./errors.js";
import { AdminService } from "./gen/concierge/v1/admin_service_pb.js";
import { CatalogService } from "./gen/concierge/v1/catalog_service_pb.js";
import type { ChannelRequestSchema } from "./gen/concierge/v1/channel_pb.js";
import type { DecisionContextSchema, DecisionView, PlacementRequestSchema } from "./gen/concierge/v1/decision_pb.js";
import {
  DecisionService,
  type ActivateDecisionResponse,
  type DecideOffersResponse,
} from "./gen/concierge/v1/decision_service_pb.js";
import { DeliveryService } from "./gen/concierge/v1/delivery_service_pb.js";
import type { EventSchema } from "./gen/concierge/v1/event_pb.js";
import { EventService, type WriteEventsResponse } from "./gen/concierge/v1/event_service_pb.js";
import { GuestService } from "./gen/concierge/v1/guest_service_pb.js";
import { InsightService } from "./gen/concierge/v1/insight_service_pb.js";
import { ModelService } from "./gen/concierge/v1/model_service_pb.js";
import { RoutingService } from "./gen/concierge/v1/routing_service_pb.js";
import type { IdentitySchema } from "./gen/concierge/v1/types_pb.js";
import { Names } from "./names.js";
import { retryInterceptor, type RetryOptions } from "./retry.js";

/**
 * A key, or something that finds the current one before every try: short-lived tokens, as `guestTokens` keeps them. When
 * the server refuses a key with UNAUTHENTICATED, it is asked once more, with the key that was refused; when it then has
 * another one, the call is repeated with that. Calls that stream are not.
 */
export type Key = string | ((refused?: string) => string | Promise<string>);

/** What every transport of a client needs. */
export interface ConnectionOptions {
  /** Where the server is: `https://concierge.example`, or a path of the page's own origin. */
  readonly baseUrl: string;
  /** The API key. Never ship one in a web page: there, it is a guest token, `guestTokens`. */
  readonly key?: Key;
  /** How long a call may take in all, repeats included, in milliseconds; sent to the server. Default: no limit. */
  readonly timeoutMs?: number;
  /** How calls are repeated. */
  readonly retry?: Partial<RetryOptions>;
  /** Further interceptors; they see every try. */
  readonly interceptors?: readonly Interceptor[];
}

/** Options of a client over gRPC-web. */
export interface ClientOptions extends ConnectionOptions {
  /** Id of the brand that the key belongs to. */
  readonly brand: string;
  /** Replaces `fetch`: for cookies (`credentials`), proxies and tests. */
  readonly fetch?: typeof globalThis.fetch;
}

/** For whom, in the short form; at most one of the three. */
export interface Subject {
  /** Id of a guest. */
  readonly guest?: string;
  /** An id the caller keeps for a person not identified yet: a cookie, an installation. */
  readonly anonymousId?: string;
  /** A number of another system. */
  readonly identity?: MessageInitShape<typeof IdentitySchema>;
}

/** What to decide, in the short form: ids where the proto has full names. */
export interface DecideInput extends Subject {
  /** Id of the property. */
  readonly property: string;
  /** Placements to fill: their ids, or requests with counts and lists. */
  readonly placements?: readonly (string | MessageInitShape<typeof PlacementRequestSchema>)[];
  /** The situation. */
  readonly context?: MessageInitShape<typeof DecisionContextSchema>;
  /** What to decide of channel and time. */
  readonly channel?: MessageInitShape<typeof ChannelRequestSchema>;
  /** Return what to show with each offer. */
  readonly includeContent?: boolean;
  /** Count the decision as used only when something of it was seen. */
  readonly deferActivation?: boolean;
  /** How much to answer. */
  readonly view?: DecisionView;
  /** Id of the call. Default: a random one, kept over repeats. */
  readonly requestId?: string;
}

/** A client of one brand. */
export class ConciergeClient {
  /** Builds resource names of the brand. */
  readonly names: Names;
  readonly decisions: Client<typeof DecisionService>;
  readonly events: Client<typeof EventService>;
  readonly guests: Client<typeof GuestService>;
  readonly catalog: Client<typeof CatalogService>;
  readonly delivery: Client<typeof DeliveryService>;
  readonly routing: Client<typeof RoutingService>;
  readonly insights: Client<typeof InsightService>;
  readonly models: Client<typeof ModelService>;
  readonly admin: Client<typeof AdminService>;

  /** A client over any transport of Connect. `connect` makes one over gRPC-web. */
  constructor(brand: string, transport: Transport) {
    this.names = new Names(brand);
    this.decisions = createClient(DecisionService, transport);
    this.events = createClient(EventService, transport);
    this.guests = createClient(GuestService, transport);
    this.catalog = createClient(CatalogService, transport);
    this.delivery = createClient(DeliveryService, transport);
    this.routing = createClient(RoutingService, transport);
    this.insights = createClient(InsightService, transport);
    this.models = createClient(ModelService, transport);
    this.admin = createClient(AdminService, transport);
  }

  /** Decides. The same as `decisions.decideOffers`, with ids for names. */
  decide(input: DecideInput, options?: CallOptions): Promise<DecideOffersResponse> {
    const { property, placements = [], channel, context, guest, anonymousId, identity, ...rest } = input;
    const request = {
      ...rest,
      property: this.names.property(property),
      subject: this.subject({
        ...(guest !== undefined && { guest }),
        ...(anonymousId !== undefined && { anonymousId }),
        ...(identity !== undefined && { identity }),
      }),
      placementRequests: placements.map((one) => (typeof one === "string" ? { placementId: one } : one)),
      ...(context && { context }),
      ...(channel && { channelRequest: channel }),
    };
    return this.decisions.decideOffers(request, options);
  }

  /** Writes events. Rejects with `EventsRefused` where one of them was refused; the others are on disk all the same. */
  async record(
    events: readonly MessageInitShape<typeof EventSchema>[],
    options?: CallOptions,
  ): Promise<WriteEventsResponse> {
    const answer = await this.recordEach(events, options);
    if (answer.results.some(({ error }) => error)) throw new EventsRefused(answer);
    return answer;
  }

  /** Writes events, for callers who look at `results` for those that were refused. */
  recordEach(
    events: readonly MessageInitShape<typeof EventSchema>[],
    options?: CallOptions,
  ): Promise<WriteEventsResponse> {
    return this.events.writeEvents({ events: [...events] }, options);
  }

  /** Tells that a decision was really shown or sent. */
  activate(
    decided: Pick<DecideOffersResponse, "decision" | "attributionToken">,
    options?: CallOptions,
  ): Promise<ActivateDecisionResponse> {
    const { decision: name, attributionToken } = decided;
    return this.decisions.activateDecision({ name, attributionToken }, options);
  }

  /** The `subject` of a request or an event. */
  subject(subject: Subject) {
    const { guest, anonymousId, identity } = subject;
    if ([guest, anonymousId, identity].filter((one) => one !== undefined).length > 1) {
      throw new TypeError("give one of guest, anonymousId and identity");
    }
    if (guest !== undefined) return { case: "guest", value: this.names.guest(guest) } as const;
    if (anonymousId !== undefined) return { case: "anonymousId", value: anonymousId } as const;
    if (identity !== undefined) return { case: "identity", value: identity } as const;
    return { case: undefined } as const;
  }
}

/** A client over gRPC-web: for browsers, and for Node without further packages. It has no streams to the server. */
export function connect(options: ClientOptions): ConciergeClient {
  const transport = createGrpcWebTransport({
    baseUrl: options.baseUrl,
    useBinaryFormat: true,
    interceptors: interceptors(options),
    ...(options.timeoutMs !== undefined && { defaultTimeoutMs: options.timeoutMs }),
    ...(options.fetch && { fetch: options.fetch }),
  });
  return new ConciergeClient(options.brand, transport);
}

/** The interceptors of a client, outermost first: repeats, then the caller's own, then the key. */
export function interceptors(options: ConnectionOptions): Interceptor[] {
  const { key } = options;
  const withKey = key === undefined ? [] : [keyInterceptor(key)];
  return [retryInterceptor(options.retry), ...(options.interceptors ?? []), ...withKey];
}

function keyInterceptor(key: Key): Interceptor {
  const find = typeof key === "string" ? () => key : key;
  return (next) => async (request) => {
    const first = await find();
    request.header.set("authorization", `Bearer ${first}`);
    try {
      return await next(request);
    } catch (reason) {
      if (request.stream || ConnectError.from(reason).code !== Code.Unauthenticated) throw reason;
      // Who is not let in has changed nothing: the same call again is safe.
      const second = await find(first);
      if (second === first) throw reason;
      request.header.set("authorization", `Bearer ${second}`);
      return next(request);
    }
  };
}
