"""What the functions and operators give. Examples are written for these tests."""

from __future__ import annotations

import pytest

from trunkline.domain.json import Json
from trunkline.engine.expression import evaluate_text

NOT_SET = {"not_set": True}
ERROR = {"error": True}


def dec(text: str) -> Json:
    return {"dec": text}


def dur(seconds: float) -> Json:
    return {"dur": round(seconds * 1000)}


def dtm(text: str) -> Json:
    return {"dtm": text}


def cur(amount: str | None, code: str | None) -> Json:
    return {"cur": {"amount": amount, "code": code}}


def said(text: str) -> Json:
    return {"aud": [{"text": text}]}


def check(cases: str, values: dict[str, Json]) -> None:
    wrong = {text: got for text, want in values.items() if (got := evaluate_text(text)) != want}
    assert not wrong, cases


def test_numbers():
    check(
        "integers stay integers save for / and ^",
        {
            "7 + 5": 12,
            "7 - 9": -2,
            "6 * 7": 42,
            "9 / 4": dec("2.25"),
            "8 / 4": dec("2.0"),
            "3 ^ 2": dec("9.0"),
            "4 ^ -1": dec("0.25"),
            "0 ^ 0": dec("1.0"),
            "17 % 5": 2,
            "-17 % 5": -2,
            "17 % -5": 2,
            "7.5 % 2": dec("1.5"),
            "0.1 + 0.2": dec("0.3"),
            "1.50 + 1": dec("2.5"),
            "1 / 3": dec("0." + "3" * 40),
            "~0": -1,
            "6 & 3": 2,
            "6 | 3": 7,
            "-(2.5)": dec("-2.5"),
        },
    )


def test_numbers_outside_of_the_limits_are_errors():
    check(
        "limits",
        {
            "999999999999999 + 1": ERROR,
            "999999999999999 * 999999999999999": ERROR,
            "1 / 0": ERROR,
            "5 % 0": ERROR,
            "5.5 % 0.0": ERROR,
            "10.0 ^ 40": ERROR,
            "10.0 ^ 39": dec("1" + "0" * 39 + ".0"),
            "0 ^ -1": ERROR,
            "-8 ^ 0.5": ERROR,
            "9.9 ^ 999999999999999": ERROR,
            "MakeDuration(99999999, 0, 0, 0)": ERROR,
            "-System.MaxDecimal == System.MinDecimal": True,
        },
    )


def test_rounding():
    check(
        "half away from zero",
        {
            "Round(2.5)": dec("3.0"),
            "Round(-2.5)": dec("-3.0"),
            "Round(1.005, 2)": dec("1.01"),
            "Round(1234.5, -2)": dec("1200.0"),
            "Ceiling(1.01)": dec("2.0"),
            "Floor(-1.01)": dec("-2.0"),
            "Floor(7)": 7,
            "Round(7, 0)": dec("7.0"),
            "Round(1.5, 99)": ERROR,
            "ToInt(-2.9)": -2,
        },
    )


def test_sums_and_averages_skip_what_is_not_set():
    check(
        "sums",
        {
            "Sum(1, NOT_SET, 2)": 3,
            "Sum(1.5, 2.0)": dec("3.5"),
            "Sum(1, 2.5)": dec("3.5"),
            "Sum(MakeEmptyList(ToInt(NOT_SET)))": 0,
            "Sum(MakeDuration(0,0,1,0), MakeDuration(0,0,0,30))": dur(90),
            "Average(1, 2)": dec("1.5"),
            "Average(1, NOT_SET, 2)": dec("1.5"),
            "Average(MakeEmptyList(1.0))": dec("0.0"),
            "Average(MakeDuration(0,0,1,0), MakeDuration(0,0,-3,0))": dur(-60),
            'Sum(MakeCurrency(1, "USD"), MakeCurrency(2, "EUR"))': ERROR,
        },
    )


def test_text():
    check(
        "text",
        {
            '"a" + "b"': "ab",
            'Append("a", NOT_SET, "b")': "ab",
            'Left("abc", 2)': "ab",
            'Left("abc", 9)': "abc",
            'Left("abc", -1)': "",
            'Right("abc", 2)': "bc",
            'Right("abc", 0)': "",
            'Substring("abcdef", 2, 3)': "cde",
            'Substring("abc", -5, 2)': "ab",
            'Substring("abc", 3, 1)': "",
            'Length("Grüße")': 5,
            'Upper("aß")': "ASS",
            'Reverse("abc")': "cba",
            'Trim("  a b ")': "a b",
            'LTrim(" a ")': "a ",
            'RTrim(" a ")': " a",
            'Replace("a-b-c", "-", "")': "abc",
            'Replace("aaa", "aa", "b")': "ba",
            'Split("a,b,,c", ",")': ["a", "b", "", "c"],
            'Split("abc", "")': ["a", "b", "c"],
            'Split("abc", "|")': ["abc"],
            "Lower(NOT_SET)": ERROR,
            "Left(ToString(NOT_SET), 1)": ERROR,
        },
    )


def test_searching_text():
    check(
        "positions count from 0",
        {
            'FindString("banana", "an")': 1,
            'FindString("banana", "AN")': -1,
            'FindString("banana", "AN", true)': 1,
            'FindString("banana", "an", 2)': 3,
            'FindString("banana", "an", 3)': -1,
            'FindString("banana", "AN", 2, true)': 3,
            'FindString("aaaa", "aa", 2)': 2,
            'FindString("abc", "a", 0)': -1,
            'FindString("İstanbul", "STAN", true)': 1,
            'Contains("Hello", "ELL")': False,
            'Contains("Hello", "ELL", true)': True,
            'Contains("Hello", "")': True,
        },
    )


def test_texts_are_in_dictionary_order():
    check(
        "order",
        {
            'Compare("apple", "Banana")': -1,
            'Compare("a", "A")': -1,
            'Compare("A", "b")': -1,
            'Compare("resume", "résumé")': -1,
            'Compare("résumé", "resumes")': -1,
            'Compare("1", "a")': -1,
            'Compare("-", "1")': -1,
            'Compare("ab", "abc")': -1,
            'Compare("A", "a", true)': 0,
            'Compare(NOT_SET, "")': -1,
            '"apple" < "Banana"': True,
            '"b" <= "a"': False,
            '"a" > ToString(NOT_SET)': ERROR,
        },
    )


def test_equality():
    check(
        "equality",
        {
            "1 == 1.0": True,
            "NOT_SET == NOT_SET": True,
            'ToString(NOT_SET) != "x"': True,
            '"a" == "A"': False,
            'AreEqual("a", "a", "a")': True,
            'AreEqual("a", "a", "b")': False,
            'AreEqual(true, "a", "A")': True,
            'AreEqual(false, "a", "A")': False,
            'AreEqual(true, MakeList("a", NOT_SET), MakeList("A", NOT_SET))': True,
            "AreEqual(MakeList(1, 2), MakeList(1, 2))": True,
            "MakeList(1, 2) == MakeList(1.0, 2.0)": True,
            'MakeCurrency(5, "USD") == MakeCurrency(5.0, "USD")': True,
            'MakeCurrency(5, "USD") == MakeCurrency(5, "EUR")': False,
            'ToPhoneNumber("+1 (317) 872-3000") == ToPhoneNumber("3178723000")': True,
            'ToPhoneNumber("+13178723000") == ToPhoneNumber("+443178723000")': False,
            'ToUser("a@b.c") == ToUser("A@B.C")': True,
            'JsonParse("{\\"a\\":1}") == JsonParse("{ \\"a\\" : 1 }")': True,
        },
    )


def test_logic_evaluates_only_what_it_needs():
    check(
        "short circuit",
        {
            "false and ToBool(NOT_SET)": False,
            "true or ToBool(NOT_SET)": True,
            "true and ToBool(NOT_SET)": ERROR,
            "ToBool(NOT_SET) or true": ERROR,
            'If(true, 1, ToInt("x"))': 1,
            'If(ToBool(NOT_SET), "yes", "no")': "no",
            "If(true, NOT_SET, 5)": NOT_SET,
            "If(true, 1, 2.5)": dec("1.0"),
            "true ? MakeList(1) : MakeList(2)": [1],
            "!ToBool(NOT_SET)": ERROR,
        },
    )


def test_lists():
    check(
        "collections",
        {
            "MakeList(1, 2)[1]": 2,
            "GetAt(MakeList(1, 2), 0)": 1,
            "MakeList(1)[1]": ERROR,
            "MakeList(1)[-1]": ERROR,
            "Count(MakeList(NOT_SET, 1))": 2,
            "Find(MakeList(1, 2, 1), 1)": [0, 2],
            'FindFirst(MakeList("a", "b"), "b")': 1,
            'FindFirst(MakeList("a", "b"), "B")': -1,
            "FindFirst(MakeList(1.5, ToDecimal(NOT_SET)), NOT_SET)": 1,
            "MakeList(1, 2.5)": [dec("1.0"), dec("2.5")],
            "MakeEmptyList(5)": [],
            "AddItem(MakeList(1), 2)": [1, 2],
            "RemoveItem(MakeList(1, 2, 1), 1)": [2, 1],
            "RemoveItemAt(MakeList(1, 2), 0)": [2],
            "RemoveItemAt(MakeList(1, 2), 2)": ERROR,
            "RemoveDups(MakeList(1, 2, 1))": [1, 2],
            "IsNotSetOrEmpty(MakeEmptyList(1))": True,
            'IsNotSetOrEmpty("")': True,
            "IsSet(ToInt(NOT_SET))": False,
        },
    )


def test_casts():
    check(
        "casts",
        {
            'ToBool("t")': True,
            'ToBool("maybe")': ERROR,
            'ToBool("")': NOT_SET,
            'ToInt(" 5 ")': 5,
            'ToInt("")': NOT_SET,
            'ToInt("5.5")': ERROR,
            'ToInt("1000000000000000")': ERROR,
            'ToInt("٣")': ERROR,
            "ToInt(MakeDuration(0, 0, 0, 1, 500))": 1500,
            'ToDecimal("7")': dec("7.0"),
            'ToDecimal("7.10")': dec("7.10"),
            'ToDecimal("1e5")': ERROR,
            "ToDecimal(true)": dec("1.0"),
            'ToDateTime("2020-02-29T12:00:00+02:00")': dtm("2020-02-29T10:00:00Z"),
            'ToDateTime("2019-02-29T12:00:00Z")': ERROR,
            'ToDateTime("yesterday")': ERROR,
            "ToDateTime(86400)": dtm("1970-01-02T00:00:00Z"),
            'ToDuration("P1DT2H3M4.5678S")': dur(93_784.567),
            'ToDuration("-PT5M")': dur(-300),
            'ToDuration("P")': ERROR,
            'ToDuration("PT")': ERROR,
            'ToDuration("P1Y")': ERROR,
            'ToCurrency("5|usd")': cur("5.00", "USD"),
            'ToCurrency("|")': NOT_SET,
            'ToCurrency("5|dollars")': ERROR,
            'ToPhoneNumber("")': NOT_SET,
            'ToPhoneNumber("call me")': ERROR,
            "ToInt(NOT_SET)": NOT_SET,
        },
    )


def test_values_as_text():
    check(
        "ToString",
        {
            "ToString(5 < 3)": "false",
            "ToString(1.0)": "1.0",
            "ToString(9 / 3)": "3.0",
            "ToString(2.345, 2)": "2.35",
            "ToString(2.5, 0)": "3",
            "ToString(2.5, -1)": ERROR,
            'ToString(MakeCurrency(7, "USD"))': "7.00|USD",
            'ToString(MakeCurrency(7, "JPY"))': "7.0|JPY",
            "ToString(MakeDateTime(2020, 1, 2))": "2020-01-02T00:00:00Z",
            "ToString(MakeDuration(1, 2, 0, 3, 40))": "P1DT2H3.04S",
            "ToString(MakeDuration(0, 0, 0, 0))": "PT0S",
            'ToString(ToPhoneNumber("+1 (317) 872-3000"))': "tel:+1 (317) 872-3000",
            'ToString(MakeList("a", NOT_SET, "c"))': "a\n\nc",
            'ToString(MakeList(1, 2), ", ")': "1, 2",
            'ToString(MakeList(1.25, 2.0), "/", 1)': "1.3/2.0",
            "ToString(NOT_SET)": NOT_SET,
            'ToString(JsonParse("{\\"a\\": [1, 2.5, null]}"))': '{"a":[1,2.5,null]}',
            'ToString(MakeEmailAddress("a@b.c", "A"))': "a@b.c",
            'ToDisplayString(MakeList("a", "b"))': "a, b",
        },
    )


def test_dates():
    check(
        "dates",
        {
            "DayOfWeek(MakeDateTime(2024, 5, 5))": 1,
            "DayOfWeek(MakeDateTime(2024, 5, 11))": 7,
            "WeekNum(MakeDateTime(2023, 1, 1))": 1,
            "WeekNum(MakeDateTime(2022, 1, 2))": 2,
            "WeekNum(MakeDateTime(2000, 12, 31))": 54,
            "AddMonths(MakeDateTime(2024, 1, 31), 1)": dtm("2024-02-29T00:00:00Z"),
            "AddMonths(MakeDateTime(2024, 3, 31), -1)": dtm("2024-02-29T00:00:00Z"),
            "AddYears(MakeDateTime(2024, 2, 29), 1)": dtm("2025-02-28T00:00:00Z"),
            "AddDays(MakeDateTime(2200, 12, 31), 1)": ERROR,
            "AddHours(MakeDateTime(2024, 1, 1), 999999999999999)": ERROR,
            "AddDuration(MakeDateTime(2024, 1, 1), MakeDuration(0, 0, 0, 1, 999))": dtm(
                "2024-01-01T00:00:01Z"
            ),
            "MakeDateTime(2024, 1, 1) - MakeDuration(0, 0, 0, 1)": dtm("2023-12-31T23:59:59Z"),
            "MakeDuration(0, 0, 0, 1) + MakeDateTime(2024, 1, 1)": dtm("2024-01-01T00:00:01Z"),
            "DateTimeDiff(MakeDateTime(2024, 1, 1), MakeDateTime(2024, 1, 2))": dur(-86_400),
            "MakeDateTime(2024, 2, 30)": ERROR,
            "MakeDateTime(1799, 12, 31)": ERROR,
            "GetDayOfWeekOccurrence(1, 1, 2024)": dtm("2024-01-07T00:00:00Z"),
            "GetDayOfWeekOccurrence(2, -1, 2024, 5)": dtm("2024-05-27T00:00:00Z"),
            "GetDayOfWeekOccurrence(2, 5, 2024, 2)": NOT_SET,
            "GetDayOfWeekOccurrence(2, 0, 2024)": NOT_SET,
            "GetDayOfWeekOccurrence(8, 1, 2024)": ERROR,
            "GetDayOfWeekOccurrence(5, -1, 2024, 1, 2, 3)": dtm("2024-12-26T01:02:03Z"),
        },
    )


def test_durations():
    check(
        "durations",
        {
            "RoundUp(MakeDuration(0, 0, 0, 1))": dur(30),
            "RoundUp(MakeDuration(0, 0, 1, 30))": dur(120),
            "RoundUp(MakeDuration(0, 0, 11, 0))": dur(900),
            "RoundUp(MakeDuration(0, 0, 11, 0), MakeDuration(0, 0, 4, 0))": dur(720),
            "RoundUp(MakeDuration(0, 0, 3, 0), MakeDuration(0, 0, 10, 0), MakeList(MakeDuration(0, 0, 4, 0)))": dur(
                240
            ),
            "RoundUp(MakeDuration(0, 0, 5, 0), MakeDuration(0, 0, 10, 0), MakeList(MakeDuration(0, 0, 4, 0)))": dur(
                600
            ),
            "RoundUp(MakeDuration(0, 0, 5, 0), MakeDuration(0, 0, 0, 0))": ERROR,
            "Range(MakeDuration(0, 1, 0, 0), MakeDuration(0, 0, 10, 0))": [dur(3000), dur(4200)],
            "MakeDuration(0, 1, -30, 0)": dur(1800),
            "MakeDuration(0, 1, 0, 0) > MakeDuration(0, 0, 59, 59)": True,
        },
    )


def test_money():
    check(
        "currencies",
        {
            'MakeCurrency(5, "usd")': cur("5.00", "USD"),
            "MakeCurrency(5.5, NOT_SET)": cur("5.5", None),
            'MakeCurrency(1.239, "USD") * 2': cur("2.478", "USD"),
            'MakeCurrency(10, "USD") / 4': cur("2.50", "USD"),
            'MakeCurrency(1, "USD") + MakeCurrency(1, "EUR")': ERROR,
            'MakeCurrency(1, "USD") < MakeCurrency(2, "USD")': True,
            'MakeCurrency(1, "USD") < MakeCurrency(2, NOT_SET)': ERROR,
            'MakeCurrency(NOT_SET, "USD") + MakeCurrency(1, "USD")': ERROR,
            'ConvertCurrency(MakeCurrency(10, "USD"), "GBP", 0.5)': cur("5.00", "GBP"),
            'ConvertCurrency(MakeCurrency(10, "USD"), NOT_SET)': cur("10.0", None),
            'GetCurrencySymbol("gbp")': "£",
            'GetCurrencySymbol("XTS")': "XTS",
            'GetCurrencySymbol(MakeCurrency(5, "JPY"))': "¥",
            'MakeListCurrency(MakeList(1.0, 2.0), MakeList("USD"))': ERROR,
            'MakeCurrency(5.25, "EUR").amount': dec("5.25"),
            'MakeCurrency(5.25, "EUR")["CODE"]': "EUR",
        },
    )


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("+13178723000", {"e164": "+13178723000", "dialingCode": "1", "subscriberNumber": "3178723000"}),
        ("tel:+44 20 7946 0000", {"e164": "+442079460000", "dialingCode": "44", "scheme": "tel"}),
        ("+353 1 234 5678", {"dialingCode": "353", "subscriberNumber": "12345678", "isGlobal": True}),
        ("1-317-872-3000", {"e164": NOT_SET, "subscriberNumber": "3178723000", "isGlobal": False}),
        ("sips:jane@example.com", {"scheme": "sip", "isSip": True, "isTel": False, "e164": NOT_SET}),
        ("+1317", {"raw": "+1317", "uri": "tel:+1317"}),
    ],
)
def test_a_phone_number_is_taken_apart(number: str, expected: dict[str, Json]):
    got = {name: evaluate_text(f'ToPhoneNumber("{number}").{name}') for name in expected}
    assert got == expected


def test_audio_says_words():
    check(
        "audio",
        {
            "ToAudioNumber(1021)": said("one thousand twenty one"),
            "ToAudioNumber(-0.5)": said("negative zero point five"),
            "ToAudioNumber(1.29, 1)": said("one point two"),
            "ToAudioNumber(1.5, Format.Number.playDigits, 2)": said("one point five zero"),
            "ToAudioNumberOrdinal(22)": said("twenty second"),
            "ToAudioNumberOrdinal(112)": said("one hundred and twelfth"),
            "ToAudioNumberOrdinal(30)": said("thirtieth"),
            'ToAudioCurrency(MakeCurrency(2.01, "EUR"))': said("two euros and one cent"),
            'ToAudioCurrency(MakeCurrency(-1.5, "USD"))': said("negative one dollar and fifty cents"),
            'ToAudioCurrency(MakeCurrency(300, "JPY"))': said("three hundred yen"),
            "ToAudioPercent(12.5)": said("twelve point five percent"),
            "ToAudioDuration(MakeDuration(1, 0, 0, 1))": said("one day one second"),
            "ToAudioDate(MakeDateTime(2024, 5, 3), Format.Date.dayOfWeekOnly)": said("Friday"),
            "ToAudioTime(MakeDateTime(2024, 5, 3, 9, 5, 0))": said("nine oh five AM"),
            "ToAudioTime(MakeDateTime(2024, 5, 3, 15, 0, 0), Format.Time.twentyFourHours)": said(
                "fifteen hours"
            ),
            "ToAudioTimeRange(1, 2, Format.TimePart.minutes)": said("1 to 2 minutes"),
            "ToAudioTTS(NOT_SET)": {"aud": []},
            "ToAudioBlank(250)": {"aud": [{"blank": 250}]},
            "ToAudioBlank(-1)": ERROR,
            'ToAudio(Prompt.Hi) + ToAudioTTS("x")': {"aud": [{"prompt": "Hi"}, {"text": "x"}]},
            'If(true, Prompt.Hi, ToAudioTTS("x"))': {"aud": [{"prompt": "Hi"}]},
        },
    )


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Where is my order and when will it be here?", "en"),
        ("Hola, necesito ayuda con mi pedido", "es"),
        ("Bonjour, je voudrais parler avec un conseiller", "fr"),
        ("Ich möchte bitte mit einem Berater sprechen", "de"),
        ("Buongiorno, non so come fare per la fattura", "it"),
        ("Olá, preciso de ajuda com o meu pedido", "pt"),
        ("Waar is mijn bestelling en wanneer wordt het bezorgd?", "nl"),
        ("こんにちは、注文はどこですか", "ja"),
        ("Где мой заказ?", "ru"),
        ("Де моє замовлення, будь ласка? Дякую її", "uk"),
        ("xyzzy plugh", "none"),
    ],
)
def test_a_language_is_told_from_small_words_or_the_script(text: str, code: str):
    assert evaluate_text(f'DetectLanguage("{text}", "none")') == code


def test_json():
    check(
        "JSON",
        {
            'JsonParse("[1]")': {"jsn": [1]},
            "JsonParse(\"{'a': 1}\")": ERROR,
            'JsonParse("NaN")': ERROR,
            'JsonParse("{\\"a\\":1}").a': {"jsn": 1},
            'JsonParse("{\\"a\\":1}").A': NOT_SET,
            'JsonParse("{\\"a\\":{\\"b\\":1}}").a.b': {"jsn": 1},
            'JsonParse("{}").a.b': ERROR,
            'IsSet(JsonParse("{\\"a\\":null}").a)': True,
            'IsNotSetOrEmpty(JsonParse("{\\"a\\":null}").a)': True,
            'ToInt(JsonParse("{\\"a\\":\\"7\\"}").a)': 7,
            'ToDecimal(JsonParse("2.50"))': dec("2.50"),
            'ToBool(JsonParse("false"))': False,
            'ToInt(JsonParse("{}"))': ERROR,
            'GetJsonObjectProperty(JsonParse("{\\"a\\":\\"x\\"}"), "a") == "x"': True,
            'JsonParse("[10, 20]")[1]': {"jsn": 20},
            'JsonParse("[10]")[1]': ERROR,
            'Count(ToJsonCollection(JsonParse("[1,2]")))': 2,
            "ToJson(MakeList(1, NOT_SET))": {"jsn": [1, None]},
        },
    )


def test_e_mail_addresses_and_time_slots():
    check(
        "objects",
        {
            'EmailAddressDomainPart("a.b@c.d")': "c.d",
            'EmailAddressLocalPart(MakeEmailAddress("a.b@c.d"))': "a.b",
            'EmailAddressDomainPart("nobody")': NOT_SET,
            'MakeEmailAddress("a@b", "Ann").NAME': "Ann",
            "MakeTimeslot(MakeDateTime(2024, 1, 1), MakeDuration(0, 1, 0, 0)).duration": dur(3600),
            'Count(MakeListAgentScorePair(MakeList(ToUser("a")), MakeList(1, 2)))': ERROR,
            'MakeCommunication("You are ", 3, ", ", NOT_SET, Prompt.x)': {"com": "You are 3, x"},
        },
    )
