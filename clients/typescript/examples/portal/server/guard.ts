// The calls a page may make: only of the guest who is signed in, only with what a portal needs. The key stays here.
import { create } from "@bufbuild/protobuf";
import { Code, ConnectError, type ConnectRouter, type HandlerContext } from "@connectrpc/connect";
import {
  type ConciergeClient,
  ConsentBasis,
  ConsentState,
  DecisionService,
  EventService,
  EventType,
  GetGuestResponseSchema,
  GuestService,
  PreferenceOrigin,
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

const EVENTS: ReadonlySet<EventType> = new Set([
  EventType.IMPRESSION,
  EventType.CLICK,
  EventType.ACCEPT,
  EventType.DECLINE,
  EventType.SURVEY,
]);

/** Routes of the calls of the page, in the services of the API itself, so that the page uses the same client. */
export function guardedRoutes(client: ConciergeClient, settings: PortalSettings) {
  const { names } = client;
  const property = names.property(settings.propertyId);

  /** The guest who is signed in; refuses every other name. */
  function guestOf(context: HandlerContext, name?: string, suffix = ""): string {
    const guest = names.guest(userOf(context));
    if (name !== undefined && name !== guest + suffix) {
      throw new ConnectError("only what belongs to the guest who is signed in", Code.PermissionDenied);
    }
    return guest;
  }

  return (router: ConnectRouter): void => {
    router.service(DecisionService, {
      async decideOffers(request, context) {
        const asked = request.subject.case === "guest" ? request.subject.value : "";
        const subject = { case: "guest", value: guestOf(context, asked) } as const;
        if (request.property !== property) throw new ConnectError("another property", Code.PermissionDenied);
        for (const { placementId } of request.placementRequests) {
          if (!settings.placementIds.includes(placementId)) {
            throw new ConnectError(`no placement of this page: ${placementId}`, Code.PermissionDenied);
          }
        }
        // Only these fields are passed on; the others are for staff and systems.
        const { placementRequests, requestId } = request;
        return client.decisions.decideOffers(
          {
            property,
            subject,
            placementRequests: placementRequests.map(({ placementId, offerCount }) => ({ placementId, offerCount })),
            context: { locale: request.context?.locale ?? "" },
            includeContent: true,
            deferActivation: true,
            requestId,
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
          const isAllowed = EVENTS.has(eventType) && subject.case === "guest" && subject.value === guest;
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
      getConsent(request, context) {
        guestOf(context, request.name, "/consent");
        return client.guests.getConsent(request, callOptions(context));
      },
      updateConsent(request, context) {
        guestOf(context, request.name, "/consent");
        const records = request.records.map(({ purpose, state }) => {
          const isGranted = state === ConsentState.GRANTED;
          return {
            purpose,
            state: isGranted ? ConsentState.GRANTED : ConsentState.WITHDRAWN,
            ...(isGranted && { basis: ConsentBasis.CONSENT, textVersion: settings.textVersion }),
            source: settings.source,
          };
        });
        return client.guests.updateConsent({ name: request.name, records, requestId: request.requestId }, callOptions(context));
      },
      getPreferenceProfile(request, context) {
        guestOf(context, request.name, "/preferenceProfile");
        return client.guests.getPreferenceProfile(request, callOptions(context));
      },
      updatePreferenceProfile(request, context) {
        const { preferenceProfile: profile, requestId } = request;
        const name = profile?.name ?? "";
        guestOf(context, name, "/preferenceProfile");
        // What a guest says here is stated by the guest, whatever the page claims.
        const statedPreferences = (profile?.statedPreferences ?? []).map(({ dimension, value, level }) => {
          return { dimension, value, level, origin: PreferenceOrigin.STATED };
        });
        return client.guests.updatePreferenceProfile(
          { preferenceProfile: { name, statedPreferences, etag: profile?.etag ?? "" }, allowMissing: true, requestId },
          callOptions(context),
        );
      },
      listGuestTimeline(request, context) {
        const parent = guestOf(context, request.parent);
        const { pageSize, pageToken } = request;
        return client.guests.listGuestTimeline(
          { parent, pageSize, pageToken, kinds: [TimelineKind.EVENT] },
          callOptions(context),
        );
      },
      nextSurveyQuestion(request, context) {
        guestOf(context, request.guest);
        return client.guests.nextSurveyQuestion(request, callOptions(context));
      },
    });
  };
}

/** What a page may say of an event: no money, no stay, no staff. */
function strip(event: Event, source: string) {
  const { eventId, eventType, eventTime, subject, attributionToken, offerId, placementId, slot, surveyAnswer } = event;
  return {
    eventId,
    eventType,
    subject,
    attributionToken,
    offerId,
    placementId,
    slot,
    source,
    reasonCode: event.reasonCode,
    ...(eventTime && { eventTime }),
    ...(surveyAnswer && { surveyAnswer }),
  };
}
