"""A booking engine in mid-booking: the guest has reserved a room, and before paying sees a page with extras.

The page waits 50 ms for Concierge and not longer. Where the service is away or late, it shows the house's own
list, and the booking goes on. What a guest books and accepts is kept until the service has acknowledged it.

With a server binary at hand, this plays all situations on a server of its own:

    python examples/booking_engine.py
"""

from __future__ import annotations

import argparse
import contextlib
import socket
import sys
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from concierge_client import (
    Client,
    ConciergeError,
    DeadlineExceeded,
    EventRefused,
    Overloaded,
    Unavailable,
    format_money,
    to_money,
    v1,
)
from concierge_client.testing import LocalServer, ServerNotFound, find_server

PROJECT = Path(__file__).resolve().parents[3]
# What passes by itself. Other failures are mistakes of the caller or the configuration: somebody must know.
OUTAGES = (DeadlineExceeded, Overloaded, Unavailable)
PLACEMENT = "booking.upsell"
PROPERTY = "lisbon-baixa"


@dataclass(frozen=True)
class Booking:
    """What the booking engine knows while the guest books."""

    reservation: str
    guest: str
    check_in: date
    check_out: date
    adults: int
    locale: str = "en"

    def units(self, basis: v1.ChargeBasis) -> int:
        """How many units of a charge basis the booking needs."""
        nights = (self.check_out - self.check_in).days
        needed = {
            v1.CHARGE_BASIS_NIGHT: nights,
            v1.CHARGE_BASIS_PERSON: self.adults,
            v1.CHARGE_BASIS_PERSON_NIGHT: nights * self.adults,
        }
        return needed.get(basis, 1)

    def to_pay(self, quote: v1.Quote) -> v1.Money | None:
        """What an offer costs for the whole booking; a quote may be for one unit only."""
        if not quote.HasField("total_price"):
            return None
        total = quote.total_price
        units = self.units(quote.charge_basis)
        amount = total.amount_minor * units // max(1, quote.charge_quantity)
        return v1.Money(currency_code=total.currency_code, amount_minor=amount)


@dataclass(frozen=True)
class Extra:
    """An offer on the page."""

    offer_id: str
    title: str
    total: v1.Money | None
    note: str
    slot: int = 0
    token: str = ""


@dataclass(frozen=True)
class Page:
    """The extras of a page, and where they come from."""

    extras: list[Extra]
    from_concierge: bool
    why: str
    took: float


@dataclass(frozen=True)
class ListedExtra:
    """An entry of the list that the house keeps for such moments, with its public price, taxes included."""

    offer_id: str
    title: str
    price: Decimal
    basis: v1.ChargeBasis

    def extra(self, booking: Booking) -> Extra:
        total = to_money(self.price * booking.units(self.basis), "EUR")
        return Extra(self.offer_id, self.title, total, "public price")


HOUSE_LIST = (
    ListedExtra("upgrade.river-view", "River-view room", Decimal("37.10"), v1.CHARGE_BASIS_NIGHT),
    ListedExtra(
        "dining.breakfast-plan", "Breakfast, every day", Decimal("21.47"), v1.CHARGE_BASIS_PERSON_NIGHT
    ),
)


@dataclass
class BookingEngine:
    """The part of a booking engine that talks to Concierge."""

    client: Client
    deadline: float = 0.050
    waiting: deque[v1.Event] = field(default_factory=deque)
    """What is not acknowledged yet. A real engine keeps it in the database that holds its bookings."""

    def reserve(self, booking: Booking) -> None:
        """The guest has reserved a room. What is decided goes by the reservation."""
        stay = v1.Stay(
            check_in_date=booking.check_in.isoformat(),
            check_out_date=booking.check_out.isoformat(),
            party=v1.Party(adult_count=booking.adults),
        )
        self._send(
            self.client.new_event(
                v1.EVENT_TYPE_BOOK,
                guest=booking.guest,
                property=PROPERTY,
                reservation_id=booking.reservation,
                stay=stay,
                event_id=f"{booking.reservation}-book",
            )
        )

    def extras(self, booking: Booking) -> Page:
        """The extras for a booking; always an answer, and always in time."""
        began = time.monotonic()
        context = v1.DecisionContext(
            direction=v1.DIRECTION_INBOUND,
            reservation_id=booking.reservation,
            locale=booking.locale,
        )
        try:
            decision = self.client.decide(
                PROPERTY,
                PLACEMENT,
                guest=booking.guest,
                context=context,
                include_content=True,
                timeout=self.deadline,
            )
        except ConciergeError as error:
            if not isinstance(error, OUTAGES):
                print(f"  ! to the operators: this call can never succeed: {error}", file=sys.stderr)
            extras = [listed.extra(booking) for listed in HOUSE_LIST]
            return Page(extras, False, str(error), time.monotonic() - began)
        extras = [self._extra(booking, offer, decision) for offer in decision.propositions[0].offers]
        why = "not personalized" if decision.is_non_personalized else "chosen for this guest"
        return Page(extras, True, why, time.monotonic() - began)

    @staticmethod
    def _extra(booking: Booking, offer: v1.RankedOffer, decision: v1.DecideOffersResponse) -> Extra:
        reasons = [r.display_text for r in offer.reasons if r.audience == v1.REASON_AUDIENCE_GUEST]
        quote = offer.quote
        notes = [*(q.display_text for q in quote.qualifications), quote.disclosure_text, *reasons[:1]]
        return Extra(
            offer.offer_id,
            offer.content.title or offer.offer_id,
            booking.to_pay(quote),
            "; ".join(filter(None, notes)),
            offer.slot,
            decision.attribution_token,
        )

    def accept(self, booking: Booking, extra: Extra) -> None:
        """The guest takes an extra."""
        self._send(
            self.client.new_event(
                v1.EVENT_TYPE_ACCEPT,
                guest=booking.guest,
                property=PROPERTY,
                reservation_id=booking.reservation,
                offer_id=extra.offer_id,
                placement_id=PLACEMENT if extra.token else "",
                slot=extra.slot,
                attribution_token=extra.token,
                channel=v1.CHANNEL_WEB,
                amount=extra.total,
                event_id=f"{booking.reservation}-accept-{extra.offer_id}",
            )
        )

    def _send(self, event: v1.Event) -> None:
        """Never fails: the event waits until it is acknowledged."""
        self.waiting.append(event)
        self.deliver()

    def deliver(self, timeout: float = 0.5) -> None:
        """Sends what waits. To send an event twice does no harm: it is known by its id."""
        while self.waiting:
            try:
                self.client.record(self.waiting[0], timeout=timeout)
            except EventRefused as refused:
                if refused.retryable:
                    return
                print(f"  ! an event is refused and goes to a person: {refused}")
            except ConciergeError:
                return
            self.waiting.popleft()


def show(page: Page) -> None:
    """Prints a page."""
    source = "Concierge" if page.from_concierge else "the house's own list"
    print(f"  {source}, after {page.took * 1_000:.1f} ms ({page.why})")
    for number, extra in enumerate(page.extras, 1):
        price = "free" if extra.total is None else format_money(extra.total)
        print(f"    {number}. {extra.title:<34} {price:>11}   {extra.note}")


def play(engine: BookingEngine, server: LocalServer) -> None:
    """The situations, one after the other."""
    client = engine.client
    arrival = date.today() + timedelta(days=30)
    booking = Booking("R-4711", "guest-4711", arrival, arrival + timedelta(days=3), adults=2)
    agreed = (v1.PURPOSE_PROFILING, v1.PURPOSE_MEASUREMENT)
    records = [client.consent_record(p, v1.CONSENT_STATE_GRANTED, text_version="2026-01") for p in agreed]
    client.update_consent(booking.guest, records)

    print("\nThe service is there")
    engine.reserve(booking)
    page = engine.extras(booking)
    show(page)
    taken = page.extras[0]
    engine.accept(booking, taken)
    print(f"  The guest takes “{taken.title}”; {len(engine.waiting)} events wait. The next page:")
    page = engine.extras(booking)
    show(page)

    print("\nThe service is late: it takes the call and does not answer")
    with silent_server() as url, Client(url, server.key, server.brand, source="booking-engine") as late:
        show(BookingEngine(late, engine.deadline).extras(booking))

    print("\nThe service is away")
    server.stop()
    other = Booking("R-4712", "guest-4712", arrival, arrival + timedelta(days=2), adults=1)
    engine.reserve(other)
    page = engine.extras(other)
    show(page)
    engine.accept(other, page.extras[1])
    print(f"  The guest takes “{page.extras[1].title}”; {len(engine.waiting)} events wait.")

    print("\nThe service is back")
    server.start()
    client.wait_until_ready(20)
    engine.deliver(timeout=10)
    known = sum(1 for _ in client.timeline(other.guest, kinds=[v1.TIMELINE_KIND_EVENT]))
    print(f"  {len(engine.waiting)} events wait; the service knows of {known}.")


@contextlib.contextmanager
def silent_server() -> Iterator[str]:
    """Takes connections and says nothing, like a server that hangs."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


def main() -> int:
    """Plays all situations on a server of its own."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--deadline-ms", type=float, default=50.0, help="how long the page waits (default 50)"
    )
    arguments = parser.parse_args()
    try:
        binary = find_server(PROJECT)
    except ServerNotFound as missing:
        print(f"booking_engine: no server to play on: {missing}", file=sys.stderr)
        return 69
    print(f"A server of its own: {binary.name} with the demo catalog, deadline {arguments.deadline_ms:g} ms")
    with LocalServer(binary) as server:
        server.publish(PROJECT / "models" / "demo" / "catalog.toml")
        with Client(server.url, server.key, server.brand, source="booking-engine") as client:
            # Connected at the start, not in the first guest's booking.
            client.wait_until_ready(20)
            play(BookingEngine(client, arguments.deadline_ms / 1_000), server)
    return 0


if __name__ == "__main__":
    sys.exit(main())
