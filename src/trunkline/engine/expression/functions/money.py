"""Functions on currencies. An amount that is NOT_SET, or two different codes, cannot be calculated with."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Final

from trunkline.engine.expression import casts, numbers
from trunkline.engine.expression.errors import ExpressionError
from trunkline.engine.expression.signatures import function, overload
from trunkline.engine.expression.values import Currency, NotSet, Value, not_set
from trunkline.engine.expression.words import pairs

SYMBOLS: Final = pairs(
    "USD:$ EUR:€ GBP:£ JPY:¥ CNY:¥ INR:₹ KRW:₩ BRL:R$ CAD:$ AUD:$ NZD:$ MXN:$ HKD:$ SGD:$ TWD:NT$"
    " CHF:CHF SEK:kr NOK:kr DKK:kr ISK:kr PLN:zł CZK:Kč HUF:Ft RUB:₽ UAH:₴ TRY:₺ ILS:₪ THB:฿ VND:₫ PHP:₱"
    " NGN:₦ ZAR:R ARS:$ CLP:$ COP:$ PEN:S/ CRC:₡ PYG:₲ KZT:₸ GEL:₾ BGN:лв RON:lei MYR:RM IDR:Rp EGP:£"
    " PKR:₨ LKR:₨ AED:د.إ SAR:﷼"
)


def amount_of(value: Currency) -> Decimal:
    if value.amount is None:
        raise ExpressionError("the currency's amount is NOT_SET")
    return value.amount


def with_amount(value: Currency, change: Callable[[Decimal], Decimal]) -> Currency:
    return casts.money(change(amount_of(value)), value.code)


def common_code(a: Currency, b: Currency) -> str | None:
    if a.code != b.code:
        raise ExpressionError("the currencies have different codes")
    return a.code


def add(a: Currency, b: Currency) -> Currency:
    return casts.money(numbers.add(amount_of(a), amount_of(b)), common_code(a, b))


def subtract(a: Currency, b: Currency) -> Currency:
    return casts.money(numbers.subtract(amount_of(a), amount_of(b)), common_code(a, b))


def multiply(value: Currency, by: Decimal | int) -> Currency:
    return with_amount(value, lambda amount: numbers.multiply(amount, by))


def divide(value: Currency, by: Decimal | int) -> Currency:
    return with_amount(value, lambda amount: numbers.divide(amount, by))


def remainder(value: Currency, by: Decimal | int) -> Currency:
    return with_amount(value, lambda amount: numbers.remainder(amount, by))


def compared(a: Currency, b: Currency) -> int:
    """-1, 0 or 1. Raises ExpressionError for different codes or a NOT_SET amount."""
    common_code(a, b)
    first, second = amount_of(a), amount_of(b)
    return (first > second) - (first < second)


def _set_amounts(values: tuple[Currency | NotSet, ...]) -> tuple[list[Decimal], str | None]:
    """The amounts that are set, and the one code of all currencies that are set."""
    found = [value for value in values if isinstance(value, Currency)]
    for value in found:
        common_code(found[0], value)
    amounts = [value.amount for value in found if value.amount is not None]
    return amounts, found[0].code if found else None


def _added(amounts: list[Decimal]) -> Decimal:
    total = Decimal("0.0")
    for amount in amounts:
        total = numbers.add(total, amount)
    return total


def total(*values: Currency | NotSet) -> Currency:
    amounts, code = _set_amounts(values)
    return casts.money(_added(amounts), code)


def average(*values: Currency | NotSet) -> Currency:
    amounts, code = _set_amounts(values)
    mean = numbers.divide(_added(amounts), len(amounts)) if amounts else Decimal("0.0")
    return casts.money(mean, code)


def make(amount: Decimal | int | NotSet, code: str | NotSet) -> Currency:
    number = None if isinstance(amount, NotSet) else Decimal(amount)
    return casts.money(number, None if isinstance(code, NotSet) else casts.currency_code(code))


def make_list(amounts: tuple[Decimal | NotSet, ...], code: str | NotSet) -> tuple[Currency, ...]:
    return tuple(make(amount, code) for amount in amounts)


def make_list_of_pairs(
    amounts: tuple[Decimal | NotSet, ...], codes: tuple[str | NotSet, ...]
) -> tuple[Currency, ...]:
    if len(amounts) != len(codes):
        raise ExpressionError("as many codes as amounts are needed")
    return tuple(map(make, amounts, codes))


def convert(value: Currency | NotSet, code: str | NotSet, rate: Decimal = Decimal(1)) -> Value:
    """The amount times the rate in another currency; without a rate the same amount."""
    if isinstance(value, NotSet):
        return not_set("cur")
    return make(not_set("dec") if value.amount is None else numbers.multiply(value.amount, rate), code)


def symbol(code: str) -> str:
    """The currency's sign; its code where it has none of its own."""
    name = casts.currency_code(code)
    return SYMBOLS.get(name, name)


def symbol_of(value: Currency | NotSet) -> Value:
    if isinstance(value, NotSet) or value.code is None:
        return not_set("str")
    return symbol(value.code)


MONEY: Final = (
    function(
        "MakeCurrency",
        overload("amount:dec~, currencyCode:str~ -> cur", make),
        overload("amount:int~, currencyCode:str~ -> cur", make),
    ),
    function(
        "MakeListCurrency",
        overload("amounts:dec[], currencyCode:str~ -> cur[]", make_list),
        overload("amounts:dec[], currencyCodes:str[] -> cur[]", make_list_of_pairs),
    ),
    function(
        "ConvertCurrency",
        overload("sourceCurrency:cur~, destinationCurrencyCode:str~ -> cur", convert),
        overload(
            "sourceCurrency:cur~, destinationCurrencyCode:str~, sourcePerDestExchangeRate:dec -> cur", convert
        ),
    ),
    function(
        "GetCurrencySymbol",
        overload("currencyCode:str -> str", symbol),
        overload("currency:cur~ -> str", symbol_of),
    ),
)
