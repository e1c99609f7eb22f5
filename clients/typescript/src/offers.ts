// From a decision to events: each offer with all that an event about it must say.
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import type { Proposition, RankedOffer } from "./gen/concierge/v1/decision_pb.js";
import type { DecideOffersResponse } from "./gen/concierge/v1/decision_service_pb.js";
import { EventSchema, EventType, type Event } from "./gen/concierge/v1/event_pb.js";
import type { SurveyChoice, SurveyQuestion } from "./gen/concierge/v1/guest_service_pb.js";
import { ReasonAudience } from "./gen/concierge/v1/reason_pb.js";
import { randomId } from "./ids.js";

/** An offer in a slot of a decision. */
export interface ShownOffer {
  readonly decision: string;
  readonly attributionToken: string;
  readonly placementId: string;
  readonly slot: number;
  readonly offerId: string;
  /** The offer as it came: price, reasons, content. */
  readonly offer: RankedOffer;
}

/** Whose event it is, and the system that saw it. */
export interface EventOrigin {
  /** The system that saw it: `portal`, `app`. */
  readonly source: string;
  /** `subject` of the event, as `ConciergeClient.subject` makes it. */
  readonly subject: MessageInitShape<typeof EventSchema>["subject"] & {};
}

/** The offers of a decision, placement by placement, best slot first. */
export function shownOffers(response: DecideOffersResponse): ShownOffer[] {
  return response.propositions.flatMap((proposition) => offersOf(response, proposition));
}

/** The offers of one placement; none when the decision has no such placement. */
export function offersIn(response: DecideOffersResponse, placementId: string): ShownOffer[] {
  return response.propositions
    .filter((proposition) => proposition.placementId === placementId)
    .flatMap((proposition) => offersOf(response, proposition));
}

function offersOf(response: DecideOffersResponse, proposition: Proposition): ShownOffer[] {
  const { decision, attributionToken } = response;
  const { placementId } = proposition;
  return proposition.offers.map((offer) => {
    const { slot, offerId } = offer;
    return { decision, attributionToken, placementId, slot, offerId, offer };
  });
}

/** The sentences of an offer's reasons that a guest may read, strongest first. */
export function guestReasons(offer: RankedOffer): string[] {
  return offer.reasons
    .filter((reason) => reason.audience === ReasonAudience.GUEST && reason.displayText !== "")
    .map((reason) => reason.displayText);
}

/** An event about an offer that was decided. It has its own id and moment; `more` adds or replaces fields. */
export function offerEvent(
  eventType: EventType,
  shown: ShownOffer,
  origin: EventOrigin,
  more: MessageInitShape<typeof EventSchema> = {},
): Event {
  const { attributionToken, placementId, slot, offerId } = shown;
  return newEvent(eventType, origin, { attributionToken, placementId, slot, offerId, ...more });
}

/** The answer to a survey question, as an event. */
export function surveyEvent(question: SurveyQuestion, choice: SurveyChoice, origin: EventOrigin): Event {
  const { choiceId, value, tags } = choice;
  const surveyAnswer = { questionId: question.questionId, choiceId, value, tags };
  return newEvent(EventType.SURVEY, origin, { surveyAnswer });
}

/** An event that happens now. */
export function newEvent(
  eventType: EventType,
  origin: EventOrigin,
  more: MessageInitShape<typeof EventSchema> = {},
): Event {
  return create(EventSchema, {
    eventId: randomId(),
    source: origin.source,
    subject: origin.subject,
    eventType,
    eventTime: timestampFromMs(Date.now()),
    ...more,
  });
}
