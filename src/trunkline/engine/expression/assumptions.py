"""What the vendor's documents leave open about expressions, and what was chosen here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Assumption:
    """`id` names it in reports, `text` is the open question, `choice` what this engine does."""

    id: str
    text: str
    choice: str


ASSUMPTIONS: Final = (
    Assumption(
        "index-out-of-range",
        "What [ ] and GetAt give for a position outside of the collection.",
        "A run-time error.",
    ),
    Assumption(
        "property-of-not-set",
        "What a property of a NOT_SET object gives, JSON included.",
        "A run-time error.",
    ),
    Assumption(
        "json-missing-property",
        "What a property gives that a JSON object does not have, or that is null there.",
        "NOT_SET if missing; null is a set value, empty for IsNotSetOrEmpty, NOT_SET for the casts.",
    ),
    Assumption(
        "collection-not-set",
        "Whether a collection variable can be NOT_SET.",
        "No: it is empty where it was never assigned.",
    ),
    Assumption(
        "not-set-where-forbidden",
        "Whether a bare NOT_SET where it is not allowed is refused when typed, or fails when run.",
        "It fails when run.",
    ),
    Assumption(
        "widening",
        "Which operands the platform converts by itself to fit a function.",
        "Integer to Decimal, prompt to audio, JSON to String; in the field an expression stands in also"
        " Decimal to Integer, anything to String, text to audio and communication. Else a type error.",
    ),
    Assumption(
        "comparison-of-types",
        "Whether == may compare different types.",
        "Only Integer with Decimal and JSON with String; else a type error.",
    ),
    Assumption(
        "string-order",
        "The order of texts for Compare and for < > <= >=.",
        "Dictionary order: punctuation, digits, letters; then accents; then small before capital letters.",
    ),
    Assumption(
        "string-units",
        "Whether Length, Substring and the like count UTF-16 units or characters.",
        "Characters (Unicode code points).",
    ),
    Assumption(
        "find-string-occurrences",
        "Whether occurrences of FindString overlap, and what an occurrence below 1 gives.",
        "They do not overlap; below 1 gives -1.",
    ),
    Assumption(
        "negative-lengths",
        "What a negative start or length gives in Left, Right and Substring.",
        "A start before the text is its start, a negative length is 0.",
    ),
    Assumption(
        "decimal-digits",
        "How many digits after the point a calculated decimal shows.",
        "Trailing zeros go, one digit stays; literals and casts keep theirs. 40 digits in all.",
    ),
    Assumption(
        "currency-digits",
        "How many digits an amount of money shows.",
        "At least those of the currency's minor unit where the code is set.",
    ),
    Assumption(
        "currency-codes",
        "What calculating with, or ordering, different codes does, NOT_SET being one.",
        "A run-time error; == is false.",
    ),
    Assumption(
        "currency-symbols",
        "What sign GetCurrencySymbol gives for a currency, and for a code without a sign.",
        "The sign used in the currency's own country; else the code.",
    ),
    Assumption(
        "blank-text-casts",
        "What ToDecimal, ToBool, ToDateTime, ToDuration, ToCurrency, ToPhoneNumber give for blank text.",
        "NOT_SET, as ToInt does; text that cannot be converted is a run-time error.",
    ),
    Assumption("to-int-fraction", 'What ToInt("5.5") gives.', "A run-time error."),
    Assumption(
        "duration-text",
        "Whether ToDuration takes years, months or weeks.",
        "No: days, hours, minutes and seconds only.",
    ),
    Assumption(
        "invalid-dates",
        "What MakeDateTime gives for a date that does not exist.",
        "A run-time error; GetDayOfWeekOccurrence gives NOT_SET for an occurrence that does not exist.",
    ),
    Assumption(
        "built-in-variables",
        "Which variables there are in the platform's own scopes, and of which types.",
        "Those documented; any other name in such a scope is a variable of unknown type.",
    ),
    Assumption(
        "home-region",
        "In which country a phone number without a plus is.",
        "North America: 11 digits from 1 lose the 1. It has no E.164 form.",
    ),
    Assumption(
        "phone-equality",
        "When two phone numbers are equal.",
        "Equal E.164 numbers, or equal subscribers if one has none; SIP by address, sip and sips differ."
        " One documented example of FindFirst finds the sips address for a sip one: taken for a slip.",
    ),
    Assumption(
        "sip-e164",
        "Whether a SIP address with a number in it has an E.164 form.",
        "No: e164, dialingCode and subscriberNumber are NOT_SET.",
    ),
    Assumption(
        "organisation-casts",
        "What ToQueue, ToUser, ToSkill … of a text do.",
        "They search as the Find functions do; with no org at hand they make an object of that name.",
    ),
    Assumption(
        "system-prompts",
        "Which system prompts there are.",
        "Those seen in published flows, and those of the org at hand.",
    ),
    Assumption(
        "detect-language",
        "How DetectLanguage decides.",
        "By script, else by common words of 18 languages; too little to tell gives the default.",
    ),
    Assumption(
        "audio-words",
        "What audio functions say in other languages, and what language contexts change.",
        "English words; contexts are ignored.",
    ),
    Assumption("round-up-negative", "What RoundUp gives below 30 seconds.", "30 seconds, for negatives too."),
    Assumption(
        "nesting",
        "What counts towards the 60 levels of nesting.",
        "Calls, brackets, unary operators, ^ and the branches of ?:; a chain such as a + b + c does not,"
        " but a tree deeper than 160 is refused.",
    ),
    Assumption(
        "sizes",
        "How large texts and collections may grow.",
        "256,000 characters and 50,000 items; beyond it a run-time error.",
    ),
    Assumption(
        "newer-functions",
        "What functions do that later versions of the platform added.",
        "MakeCommunication and ToCommunication join the texts of their operands; ToDisplayString parts items"
        " by commas; AddItem, RemoveItem, RemoveItemAt and RemoveDups give a changed copy; ResolveSlot gives"
        " the slot's value.",
    ),
)
