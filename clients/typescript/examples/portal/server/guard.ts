// What a guest token may not do: it is minted here, the guest's record is read here, and what is ordered is written here.
import { create } from "@bufbuild/protobuf";
import { Code, ConnectError, type ConnectRouter, type HandlerContext } from "@connectrpc/connect";
import {
  AdminService,
  type ConciergeClient,
  EventService,
  EventType,
  GetGuestResponseSchema,
  GuestService,
  TimelineKind,
  type Event,
} from "../../../src/index.js";
import { callOptions, userOf, writeAllowed } from "../../shared/server/guard.js";

/** What the portal may show. */
export interface PortalSettings {
  readonly propertyId: string;
  readonly placementIds: readonly string[];
  /** Version of the consent texts of the page. */
  readonly textVersion: string;
  readonly source: string;
}

/** Routes of the calls of the page, in the services of the API itself, so that the page uses the same client. */
export function guardedRoutes(client: ConciergeClient, settings: PortalSettings) {
  const { names } = client;

  /** The guest who is signed in; refuses every other name. */
  function guestOf(context: HandlerContext, name?: string): string {
    const guest = names.guest(userOf(context));
    if (name !== undefined && name !== guest) {
      throw new ConnectError("only what belongs to the guest who is signed in", Code.PermissionDenied);
    }
    return guest;
  }

  return (router: ConnectRouter): void => {
    router.service(AdminService, {
      /** For the guest who is signed in, this hotel and the placements of this page; whatever the page asks for. */
      mintGuestToken(_request, context) {
        const value = guestOf(context);
        return client.admin.mintGuestToken(
          {
            brand: names.brand,
            subject: { case: "guest", value },
            properties: [names.property(settings.propertyId)],
            placementIds: [...settings.placementIds],
          },
          callOptions(context),
        );
      },
    });

    router.service(EventService, {
      writeEvents(request, context) {
        const guest = guestOf(context);
        return writeAllowed(client, request, context, (event) => {
          const { eventType, subject } = event;
          const isAllowed = eventType === EventType.ACCEPT && subject.case === "guest" && subject.value === guest;
          return isAllowed ? strip(event, settings.source) : undefined;
        });
      },
    });

    router.service(GuestService, {
      async getGuest(request, context) {
        guestOf(context, request.name);
        const { guest } = await client.guests.getGuest(request, callOptions(context));
        if (!guest) throw new ConnectError("not known", Code.NotFound);
        // What the page shows, and no more: no contact points, no numbers of other systems.
        const { name, displayName, locale, statistics, stayStage, loyalty } = guest;
        return create(GetGuestResponseSchema, {
          guest: { name, displayName, locale, stayStage, ...(statistics && { statistics }), ...(loyalty && { loyalty }) },
        });
      },
      listGuestTimeline(request, context) {
        const parent = guestOf(context, request.parent);
        const { pageSize, pageToken } = request;
        return client.guests.listGuestTimeline(
          { parent, pageSize, pageToken, kinds: [TimelineKind.EVENT] },
          callOptions(context),
        );
      },
    });
  };
}

/** What a page may say of an order: no money, no stay, no staff. */
function strip(event: Event, source: string) {
  const { eventId, eventType, eventTime, subject, attributionToken, offerId, placementId, slot } = event;
  return {
    eventId,
    eventType,
    subject,
    attributionToken,
    offerId,
    placementId,
    slot,
    source,
    ...(eventTime && { eventTime }),
  };
}
