"""Amounts of money as exact decimals: the API counts in minor units of a currency."""

from __future__ import annotations

from decimal import Decimal

from . import v1

# ISO 4217: active currencies whose minor unit is not a hundredth.
_DECIMALS = {
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
    **dict.fromkeys(("CLF", "UYW"), 4),
    **dict.fromkeys(
        (
            "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG",
            "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF",
        ),
        0,
    ),
}  # fmt: skip


def decimals(currency_code: str) -> int:
    """Decimals of a currency: 2 for EUR, 0 for JPY, 3 for KWD."""
    return _DECIMALS.get(currency_code, 2)


def to_decimal(money: v1.Money) -> Decimal:
    """The amount in major units, exact: 1250 EUR cents become `Decimal('12.50')`."""
    return Decimal(money.amount_minor).scaleb(-decimals(money.currency_code))


def to_money(amount: Decimal | int | str, currency_code: str) -> v1.Money:
    """The amount in minor units. Raises ValueError where it has more decimals than its currency."""
    minor = Decimal(amount).scaleb(decimals(currency_code))
    if not minor.is_finite() or minor != minor.to_integral_value():
        raise ValueError(f"{amount} {currency_code} has more decimals than the currency")
    return v1.Money(currency_code=currency_code, amount_minor=int(minor))


def format_money(money: v1.Money) -> str:
    """The amount as a person reads it: `12.50 EUR`, `1250 JPY`."""
    return f"{to_decimal(money):f} {money.currency_code}"
