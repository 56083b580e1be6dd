"""The platform's built-in variables: constants, formats, and what an interaction provides.

Follows "Architect built-in variables" of the vendor's resource centre.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from trunkline.engine.expression import numbers, timing
from trunkline.engine.expression.values import Duration, EnumMember, Value
from trunkline.engine.expression.words import pairs, words

PROMPT_SCOPES: Final = ("prompt", "promptsystem")

ENUMS: Final[Mapping[str, str]] = {
    "blc": "bof",
    "cuc": "cuf",
    "dac": "daf",
    "nuc": "nuf",
    "phc": "phf",
    "stc": "stf",
    "tic": "tif",
    "tpc": "tpf",
    "ctc": "cte",
    "cec": "cre",
    "dlc": "dwc",
    "lnc": "lge",
    "rec": "rge",
    "sec": "sde",
    "lcc": "lne",
    "lgc": "lne",
    "lqc": "lne",
}
"""Types of the containers of constants, and of the constants in them."""

ENUM_TYPES: Final = frozenset((*ENUMS, *ENUMS.values()))

_CONTAINERS: Final = {
    "Format.Bool": "blc",
    "Format.Currency": "cuc",
    "Format.Date": "dac",
    "Format.Number": "nuc",
    "Format.PhoneNumber": "phc",
    "Format.String": "stc",
    "Format.Time": "tic",
    "Format.TimePart": "tpc",
    "Language.Case": "lcc",
    "Language.Gender": "lgc",
    "Language.Quantity": "lqc",
    "System.Conversation": "ctc",
    "System.Currencies": "cec",
    "System.DateTime": "dlc",
    "System.Languages": "lnc",
    "System.Regions": "rec",
    "System.Survey": "sec",
}

_CONSTANTS: Final[dict[str, tuple[str, Value]]] = {
    "System.MinInt": ("int", -numbers.MAX_INTEGER),
    "System.MaxInt": ("int", numbers.MAX_INTEGER),
    "System.MinDecimal": ("dec", numbers.with_scale(numbers.MAX_DECIMAL.copy_negate(), 1)),
    "System.MaxDecimal": ("dec", numbers.with_scale(numbers.MAX_DECIMAL, 1)),
    "System.MinDuration": ("dur", Duration(-numbers.MAX_DURATION)),
    "System.MaxDuration": ("dur", Duration(numbers.MAX_DURATION)),
    "System.MinDateTime": ("dtm", timing.MIN_DATE_TIME),
    "System.MaxDateTime": ("dtm", timing.MAX_DATE_TIME),
}

_PROVIDED: Final = """
str: Call.Ani Call.CalledAddress Call.CalledAddressOriginal Call.ConversationId Call.ExternalTag
  Call.Language Call.RemoteName Call.RecordingId Call.UUIData Call.LastCollectedDigits Call.SipHeaders
  Call.CustomerExternalOrganizationId Chat.ConversationId Chat.CustomerName Chat.Language
  Email.ConversationId Email.Language Message.ConversationId Message.Language Message.MessageId
  Message.SenderAddress Message.TargetAddress Survey.ConversationId Survey.SurveyId Survey.Language
  Flow.Name Flow.Version Flow.InstanceId Flow.FlowId Flow.DivisionId Flow.OrganizationId
  Session.LastKnowledgeAnswer Session.Language Session.LastCollectionUtterance Workitem.EventType
  Bot.LastCollectionUtterance Menu.LastCollectionUtterance
bln: Call.IsAuthenticated Menu.LastCollectionNoInput Menu.LastCollectionNoMatch
  Session.LastCollectionNoInput Session.LastCollectionNoMatch
int: Call.PositionInQueue Chat.PositionInQueue Email.PositionInQueue Message.PositionInQueue
dec: Session.LastIntentConfidence
dur: Call.EstimatedWaitTime Chat.EstimatedWaitTime Email.EstimatedWaitTime Message.EstimatedWaitTime
que: Call.CurrentQueue Chat.CurrentQueue Email.CurrentQueue Message.CurrentQueue
skl_coll: Call.CurrentSkills Chat.CurrentSkills Email.CurrentSkills Message.CurrentSkills
lac: Call.CurrentLanguageSkill
pmt: Flow.HoldPrompt Flow.HoldMusic
dtm: Flow.StartDateTimeUtc
cpx_short_message: Message.Message
cpx_email: Email.Message
cpx_workitem: Workitem.Workitem
cpx_chat_guest: Chat.Guest
cpx_contact: Call.Contact
cpx_customer_contact: Survey.CustomerContact
cpx_external_contact: Call.ExternalContact Chat.ExternalContact Email.ExternalContact
  Message.ExternalContact
cpx_external_organization: Call.ExternalOrganization Chat.ExternalOrganization
  Email.ExternalOrganization Message.ExternalOrganization
"""

_SCOPES: Final = frozenset(
    words("call chat email message session survey workitem system menu bot voicemail digital")
)
"""Scopes in which authors cannot declare variables."""

_IDS: Final = {"Workitem.EventType": "__EVENT_TYPE__"}
_WORD: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


@dataclass(frozen=True, slots=True)
class SystemVariable:
    """`id` is the one in a flow's configuration; `value` is set for constants."""

    name: str
    type: str
    id: str
    value: Value | None = None


def _id(name: str) -> str:
    return _IDS.get(name) or f"__{_WORD.sub('_', name.replace('.', '_')).upper()}__"


def _table() -> dict[str, SystemVariable]:
    found: list[SystemVariable] = []
    for name, type_ in _CONTAINERS.items():
        found.append(SystemVariable(name, type_, _id(name), EnumMember(type_, name)))
    for name, (type_, value) in _CONSTANTS.items():
        found.append(SystemVariable(name, type_, _id(name), value))
    type_ = ""
    for word in _PROVIDED.split():
        if word.endswith(":"):
            type_ = word[:-1]
        else:
            found.append(SystemVariable(word, type_, _id(word)))
    return {variable.name.lower(): variable for variable in found}


_VARIABLES: Final = _table()

SYSTEM_PROMPTS: Final = frozenset(
    words(
        "boolean_false boolean_true digit_0 digit_1 digit_2 digit_3 digit_4 digit_5 digit_6 digit_7"
        " digit_8 digit_9 didnt_get_that_try_again didnt_understand_try_again estimated_wait_time_about"
        " having_trouble_understanding on_hold_music please_try_again processing"
    )
)
"""System prompts found without an org (assumption `system-prompts`)."""


def variable(name: str) -> SystemVariable | None:
    """The built-in variable of this name, in any letter case."""
    return _VARIABLES.get(name.lower())


def variable_of_scope(name: str) -> SystemVariable | None:
    """A built-in variable of any type, if the name's scope is one of the platform's own."""
    scope = name.partition(".")[0].lower()
    return SystemVariable(name, "any", _id(name)) if scope in _SCOPES else None


def system_prompt_id(name: str) -> str:
    return f"__{name}__"


def member_name(container: str, name: str) -> str:
    """The configuration's name of a constant: `dateShortYear` of Format.Date.shortYear."""
    scope, _, kind = container.partition(".")
    if scope.lower() != "format" or name.lower().startswith(kind.lower()):
        return name
    return kind[:1].lower() + kind[1:] + name[:1].upper() + name[1:]


def shown_member(container: str, name: str) -> str:
    """The inverse of `member_name`: what an author types."""
    scope, _, kind = container.partition(".")
    prefix = kind[:1].lower() + kind[1:]
    if scope.lower() != "format" or not name.startswith(prefix) or len(name) == len(prefix):
        return name
    return name[len(prefix)].lower() + name[len(prefix) + 1 :]


REGIONS: Final[Mapping[str, str]] = pairs(
    "AE:971 AR:54 AT:43 AU:61 BE:32 BG:359 BR:55 CA:1 CH:41 CL:56 CN:86 CO:57 CR:506 CY:357 CZ:420"
    " DE:49 DK:45 EE:372 EG:20 ES:34 FI:358 FR:33 GB:44 GR:30 HK:852 HR:385 HU:36 ID:62 IE:353 IL:972"
    " IN:91 IS:354 IT:39 JP:81 KE:254 KR:82 LT:370 LU:352 LV:371 MX:52 MY:60 NG:234 NL:31 NO:47 NZ:64"
    " PE:51 PH:63 PK:92 PL:48 PT:351 RO:40 RU:7 SA:966 SE:46 SG:65 SI:386 SK:421 TH:66 TR:90 TW:886"
    " UA:380 US:1 UY:598 VE:58 VN:84 ZA:27"
)
"""Dialing codes of System.Regions, by ISO 3166 code."""
