"""Full resource names from the bare ids that other systems know."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Names:
    """Names of one brand. Every method also takes a full name and returns it as it is."""

    brand: str

    def __post_init__(self) -> None:
        if not self.brand or "/" in self.brand:
            raise ValueError(f"brand {self.brand!r} is not a bare id; give it like 'acme'")

    @property
    def parent(self) -> str:
        """`brands/{brand}`."""
        return f"brands/{self.brand}"

    def property(self, property_id: str) -> str:
        """`brands/{brand}/properties/{property}`."""
        return self._name("properties", property_id)

    def guest(self, guest_id: str) -> str:
        """`brands/{brand}/guests/{guest}`."""
        return self._name("guests", guest_id)

    def offer(self, offer_id: str) -> str:
        """`brands/{brand}/offers/{offer}`."""
        return self._name("offers", offer_id)

    def consent(self, guest_id: str) -> str:
        """`brands/{brand}/guests/{guest}/consent`."""
        return f"{self.guest(guest_id)}/consent"

    def preference_profile(self, guest_id: str) -> str:
        """`brands/{brand}/guests/{guest}/preferenceProfile`."""
        return f"{self.guest(guest_id)}/preferenceProfile"

    def _name(self, kind: str, given: str) -> str:
        if given.startswith("brands/"):
            return given
        if not given or "/" in given:
            raise ValueError(f"{given!r} is neither a bare id nor a name like 'brands/acme/{kind}/…'")
        return f"{self.parent}/{kind}/{given}"
