"""Which language a text is written in: by its script, else by its most common small words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

_WORD: Final = re.compile(r"[^\W\d_]+")
_MAX_CHARACTERS: Final = 20_000
_MAX_WORDS: Final = 2_000
_MIN_SHARE: Final = 0.15

_COMMON: Final[Mapping[str, frozenset[str]]] = {
    code: frozenset(words.split())
    for code, words in {
        "en": "the of and to in a is that it for was on are with as his they be at this have from or had by"
        " not but what all were we when your can said there our an which she do how their if will up"
        " should i my you he me would please need help want has",
        "es": "de la que el en y a los se del las un por con no una su para es al lo como más o pero sus le"
        " ha me si sin sobre este ya entre cuando todo esta ser son dos también fue había era muy años"
        " hasta desde está mi porque qué debe gracias hola quiero necesito ayuda",
        "fr": "de la le et les des en un du une que est pour qui dans a par plus pas au sur ne se ce il sont"
        " la avec son ont été cette aux ou mais comme nous vous je tout fait leur elle être deux même"
        " bonjour merci besoin mon ma c d l j qu n s",
        "de": "der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es an"
        " werden aus er hat dass sie nach wird bei einer um am sind noch wie einem über einen so zum war"
        " haben nur oder aber vor zur bis mehr durch man sein ich wir ihr mein bitte hilfe",
        "it": "di e il la che in a per è un del non una della con si i le da sono al dei nel come più lo gli"
        " alla ha ma su anche delle o se nella questo questa essere stato mi ci dal io tu grazie ciao"
        " vorrei aiuto",
        "pt": "de a o que e do da em um para é com não uma os no se na por mais as dos como mas foi ao ele"
        " das tem à seu sua ou ser quando muito há nos já está eu também só pelo pela até isso ela entre era"
        " obrigado olá preciso ajuda você",
        "nl": "de van het een en in is dat op te zijn met voor niet aan er om ook als dan bij nog uit naar"
        " maar deze door over ze hij wat wordt kan worden heeft of ik je we wij mijn moet hebben graag",
        "sv": "och i att det som en på är av för med den till inte om ett har de jag var vi från kan men så"
        " han när nu sig ut över skall min du också hur vill behöver",
        "da": "og i at det er en til på som af med for den de ikke der var et har jeg vi om men fra kan han"
        " så ud hvad nu når min du også skal vil hvor have være blev",
        "no": "og i det er på til som en å for av at med ikke den de har var et jeg om vi men fra kan han så"
        " hva nå når min du også skal vil hvor ha være ble mer etter",
        "fi": "ja on ei se että hän oli joka mutta ovat kun niin tai myös mitä olen tämä kuin vain sen minä"
        " sitten ole voi jos nyt sinä me te",
        "pl": "w i na z się do nie że to jest o jak po a co za od ale dla są przez tym był przy tylko być ma"
        " czy tak już jego ich jestem proszę moje mam",
        "cs": "a se v na je že to s z do o i ve jsem ale jak za by jako pro tak po co který když jsou nebo už"
        " jen není být má prosím moje",
        "hu": "a az és hogy nem is egy ez meg de csak már van mint ha vagy azt fel még volt el ki én mi ezt"
        " kell amely itt",
        "ro": "de și în a la cu pe nu un o că din pentru este mai care se să ce sau dar prin fost au lui sunt"
        " după fi",
        "tr": "bir ve bu da de için çok ne o ile gibi daha var ama mi olarak en kadar ben sen değil olan"
        " sonra ya her şey lütfen",
        "id": "yang dan di itu dengan untuk tidak ini dari dalam akan pada juga saya ke karena tersebut bisa"
        " ada mereka lebih kata tahun sudah atau",
        "vi": "và của là có không được cho một những trong với các để người này đã khi đến từ tôi như về"
        " cũng bạn",
    }.items()
}

_SCRIPTS: Final = (
    ("ja", re.compile("[\u3040-\u30ff]")),
    ("ko", re.compile("[\uac00-\ud7af\u1100-\u11ff]")),
    ("zh", re.compile("[\u4e00-\u9fff]")),
    ("uk", re.compile("[іїєґІЇЄҐ]")),
    ("ru", re.compile("[\u0400-\u04ff]")),
    ("ar", re.compile("[\u0600-\u06ff]")),
    ("he", re.compile("[\u0590-\u05ff]")),
    ("el", re.compile("[\u0370-\u03ff]")),
    ("th", re.compile("[\u0e00-\u0e7f]")),
    ("hi", re.compile("[\u0900-\u097f]")),
)


def detect(text: str) -> str | None:
    """An ISO 639-1 code, or None where there is too little to tell."""
    words = [word.lower() for word in _WORD.findall(text[:_MAX_CHARACTERS])][:_MAX_WORDS]
    if not words:
        return None
    letters = "".join(words)
    for code, script in _SCRIPTS:
        if len(script.findall(letters)) * 5 >= len(letters) or (code == "uk" and script.search(letters)):
            return code
    scores = {code: sum(word in common for word in words) for code, common in _COMMON.items()}
    best = max(scores, key=lambda code: scores[code])
    return best if scores[best] >= max(1, _MIN_SHARE * len(words)) else None
