// The calls the desk may make: one suggestion at a time, its outcomes, and what helps to greet a guest. The key stays here.
import { create } from "@bufbuild/protobuf";
import { Code, ConnectError, type ConnectRouter } from "@connectrpc/connect";
import {
  Channel,
  DecisionService,
  EventService,
  EventType,
  GetGuestResponseSchema,
  GetPreferenceProfileResponseSchema,
  GuestService,
  TimelineKind,
  lastId,
  type ConciergeClient,
  type Event,
} from "../../../src/index.js";
import { callOptions, userOf, writeAllowed } from "../../shared/server/guard.js";
import type { HouseGuest } from "./house.js";

/** What the desk may show. */
export interface DeskSettings {
  readonly propertyId: string;
  readonly placementId: string;
  readonly source: string;
}

/** What may come of a suggestion: it was passed on, with or without an answer, or it was not. */
const OUTCOMES: ReadonlySet<EventType> = new Set([
  EventType.IMPRESSION,
  EventType.ACCEPT,
  EventType.DECLINE,
  EventType.NOT_OFFERED,
]);

/** Routes of the calls of the page, in the services of the API itself, so that the page uses the same client. */
export function guardedRoutes(client: ConciergeClient, settings: DeskSettings, house: () => readonly HouseGuest[]) {
  const { names } = client;
  const property = names.property(settings.propertyId);
  /** Of a guest of today: contact policies count by reservation and room, too. */
  const stayOf = (guest: string) => {
    const known = house().find(({ id }) => names.guest(id) === guest);
    return known && { reservationId: known.reservationId, roomId: known.roomId };
  };

  return (router: ConnectRouter): void => {
    router.service(DecisionService, {
      decideOffers(request, context) {
        userOf(context);
        const { subject, placementRequests, requestId } = request;
        if (subject.case !== "guest") throw new ConnectError("a guest must be named", Code.PermissionDenied);
        const asked = placementRequests.map(({ placementId }) => placementId);
        if (request.property !== property || asked.some((one) => one !== settings.placementId)) {
          throw new ConnectError("another property or placement", Code.PermissionDenied);
        }
        return client.decisions.decideOffers(
          {
            property,
            subject,
            placementRequests: [{ placementId: settings.placementId, offerCount: 1 }],
            context: { locale: request.context?.locale ?? "", ...stayOf(subject.value) },
            includeContent: true,
            // It counts when staff passed it on, not when they read it.
            deferActivation: true,
            requestId,
          },
          callOptions(context),
        );
      },
    });

    router.service(EventService, {
      writeEvents(request, context) {
        const staffId = userOf(context);
        return writeAllowed(client, request, context, (event) => {
          const { eventType, subject } = event;
          if (!OUTCOMES.has(eventType) || subject.case !== "guest") return undefined;
          return { ...strip(event), ...stayOf(subject.value), source: settings.source, staffId };
        });
      },
    });

    router.service(GuestService, {
      async getGuest(request, context) {
        userOf(context);
        const { guest } = await client.guests.getGuest(request, callOptions(context));
        if (!guest) throw new ConnectError("not known", Code.NotFound);
        // What helps to greet somebody, and no more: no contact points, no numbers of other systems.
        const { name, displayName, locale, statistics, stayStage, loyalty } = guest;
        return create(GetGuestResponseSchema, {
          guest: { name, displayName, locale, stayStage, ...(statistics && { statistics }), ...(loyalty && { loyalty }) },
        });
      },
      async getPreferenceProfile(request, context) {
        userOf(context);
        const { preferenceProfile } = await client.guests.getPreferenceProfile(request, callOptions(context));
        // What the guest said; what was only noticed is not for a conversation.
        const { name = "", statedPreferences = [] } = preferenceProfile ?? {};
        return create(GetPreferenceProfileResponseSchema, { preferenceProfile: { name, statedPreferences } });
      },
      listGuestTimeline(request, context) {
        userOf(context);
        const parent = names.guest(lastId(request.parent));
        return client.guests.listGuestTimeline({ parent, pageSize: 20, kinds: [TimelineKind.EVENT] }, callOptions(context));
      },
    });
  };
}

/** What the page may say of an outcome: no money, no stay, no other member of staff. */
function strip(event: Event) {
  const { eventId, eventType, eventTime, subject, attributionToken, offerId, placementId, slot } = event;
  return {
    eventId,
    eventType,
    subject,
    attributionToken,
    offerId,
    placementId,
    slot,
    channel: Channel.FRONT_DESK,
    ...(eventTime && { eventTime }),
  };
}
