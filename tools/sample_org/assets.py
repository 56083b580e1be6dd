"""What flows speak, look up and report: integrations, credentials, prompts, data tables, outcomes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sample_org.action import CRM, GENESYS, INTEGRATION_TYPES, LAMBDA, PAYMENTS, POLICY, PUBLIC, SALESFORCE
from sample_org.ids import Json, guid, reference
from sample_org.values import SYSTEM_PROMPTS

TYPE_NAMES = {
    "purecloud-data-actions": "Genesys Cloud Data Actions",
    "custom-rest-actions": "Web Services Data Actions",
    "aws-lambda-data-actions": "AWS Lambda Data Actions",
    "salesforce-datadip": "Salesforce Data Actions",
}
# integration → key of the credential in its configuration, and the credential
INTEGRATION_CREDENTIALS = {
    GENESYS: ("pureCloudOAuthClient", "Data Actions OAuth Client"),
    POLICY: ("userDefinedOAuth", "Policy Services OAuth"),
    PAYMENTS: ("userDefined", "Payments API Key"),
    LAMBDA: ("awsIamRole", "Claims Lambda Role"),
    SALESFORCE: ("salesforce", "Salesforce Integration User"),
}
NOTES = {
    CRM: "Reached over the private link; needs no credentials.",
    PUBLIC: "Weather and parcel tracking.",
    POLICY: "Tokens come from the data action Policy Services Auth.",
    PAYMENTS: "Rotate the key every quarter.",
}
CREDENTIALS: list[tuple[str, str, Json]] = [
    (
        "Data Actions OAuth Client",
        "pureCloudOAuthClient",
        {"clientId": guid("oauthClient", "data actions"), "clientSecret": "sample-genesys-secret"},
    ),
    (
        "Policy Services OAuth",
        "userDefinedOAuth",
        {
            "clientId": "contact-center",
            "clientSecret": "sample-policy-secret",
            "scope": "policies.read invoices.read",
        },
    ),
    ("Payments API Key", "userDefined", {"apiKey": "sample-payments-key"}),
    (
        "Claims Lambda Role",
        "amazonWebServices",
        {"roleArn": "arn:aws:iam::123456789012:role/calder-ridge-genesys"},
    ),
    (
        "Salesforce Integration User",
        "salesforce",
        {"username": "integration@calderridge.example", "password": "sample-salesforce-password"},
    ),
]
PROMPTS: dict[str, tuple[str, str]] = {
    "Welcome_Main": (
        "Thank you for calling Calder Ridge Mutual.",
        "Gracias por llamar a Calder Ridge Mutual.",
    ),
    "Recording_Notice": (
        "This call may be recorded for quality and training.",
        "Esta llamada puede ser grabada para fines de calidad y capacitación.",
    ),
    "Main_Menu": (
        "For claims, press 1. For billing, press 2. To track documents we mailed you, press 3. "
        "For a new quote, press 4. Para español, oprima 9. To speak with a representative, press 0.",
        "Para reclamos, oprima 1. Para facturación, oprima 2. Para rastrear documentos enviados, oprima 3. "
        "Para una cotización nueva, oprima 4. Para hablar con un representante, oprima 0.",
    ),
    "Claims_Menu": (
        "To report a new claim, press 1. For the status of a claim, press 2. "
        "For roadside assistance, press 3. To go back, press 9.",
        "Para reportar un reclamo nuevo, oprima 1. Para el estado de un reclamo, oprima 2. "
        "Para asistencia en carretera, oprima 3. Para regresar, oprima 9.",
    ),
    "Closed_Hours": (
        "Our offices are closed. We are open weekdays from 8 to 8 and Saturdays from 9 to 2, Central time.",
        "Nuestras oficinas están cerradas. "
        "Abrimos de lunes a viernes de 8 a 8 y los sábados de 9 a 2, hora del centro.",
    ),
    "Severe_Weather": (
        "Severe weather is affecting our area. If you are in danger, hang up and dial 9 1 1.",
        "Hay mal tiempo severo en nuestra área. Si está en peligro, cuelgue y marque 9 1 1.",
    ),
    "Comfort_Message": (
        "Thank you for your patience. "
        "Your call is important to us and will be answered in the order it was received.",
        "Gracias por su paciencia. Su llamada es importante y será atendida en el orden en que fue recibida.",
    ),
    "Callback_Confirmed": (
        "You are all set. We will call you back at this number.",
        "Listo. Le devolveremos la llamada a este número.",
    ),
    "Callback_Offer": (
        "To keep your place and be called back, press 1. Or just stay on the line.",
        "Para conservar su lugar y recibir una llamada, oprima 1. O permanezca en la línea.",
    ),
    "Callback_Failed": (
        "I could not set up the callback. Please stay on the line.",
        "No pude programar la llamada. Por favor permanezca en la línea.",
    ),
    "Transfer_To_Agent": (
        "One moment while I connect you.",
        "Un momento mientras le comunico.",
    ),
    "Technical_Problem": (
        "I cannot reach our records right now.",
        "No puedo consultar nuestros registros en este momento.",
    ),
    "Goodbye": ("Thank you for calling. Goodbye.", "Gracias por llamar. Hasta luego."),
}
COLUMNS: dict[str, tuple[str, str, list[tuple[str, str]]]] = {
    "Emergency Closures": (
        "Home",
        "Offices that are closed today, by the last four digits of the dialed number.",
        [("closed", "boolean"), ("message", "string"), ("reopens", "string")],
    ),
    "Storm Regions": (
        "Claims",
        "Where storms are being worked, by area code.",
        [("region", "string"), ("priority", "integer"), ("latitude", "number"), ("longitude", "number")],
    ),
    "Email Routing": (
        "Service",
        "Which priority a sender's domain has.",
        [("priority", "integer"), ("partner", "boolean")],
    ),
}
ROWS: dict[str, list[Json]] = {
    "Emergency Closures": [
        {"key": "0100", "closed": False, "message": "", "reopens": ""},
        {"key": "0130", "closed": False, "message": "", "reopens": ""},
        {"key": "0119", "closed": False, "message": "", "reopens": ""},
    ],
    "Storm Regions": [
        {"key": "312", "region": "Chicago", "priority": 0, "latitude": 41.88, "longitude": -87.63},
        {"key": "414", "region": "Milwaukee", "priority": 10, "latitude": 43.04, "longitude": -87.91},
        {"key": "815", "region": "Rockford", "priority": 0, "latitude": 42.27, "longitude": -89.09},
        {"key": "608", "region": "Madison", "priority": 5, "latitude": 43.07, "longitude": -89.4},
    ],
    "Email Routing": [
        {"key": "lakefrontbody.example", "priority": 10, "partner": True},
        {"key": "prairieglass.example", "priority": 10, "partner": True},
        {"key": "calderridge.example", "priority": 0, "partner": False},
    ],
}
OUTCOMES = {"Claim Status Self Served": "Claims", "Payment Link Accepted": "Service"}
MILESTONES = {"Claim Status Spoken": "Claims", "Callback Offered": "Claims", "Payment Link Sent": "Service"}


def integrations() -> list[Json]:
    """Integrations with their current configuration."""
    return [integration(name, kind) for name, kind in INTEGRATION_TYPES.items()]


def integration(name: str, kind: str) -> Json:
    """One integration, switched on."""
    credentials: Json = {}
    if name in INTEGRATION_CREDENTIALS:
        key, credential = INTEGRATION_CREDENTIALS[name]
        credentials[key] = reference("credential", credential)
    return {
        "id": guid("integration", name),
        "name": name,
        "integrationType": {"id": kind, "name": TYPE_NAMES[kind]},
        "notes": NOTES.get(name, ""),
        "intendedState": "ENABLED",
        "config": {
            "current": {
                "id": guid("integrationConfig", name),
                "name": name,
                "version": 3,
                "properties": {},
                "advanced": {},
                "notes": NOTES.get(name, ""),
                "credentials": credentials,
            }
        },
        "reportedState": {
            "code": "ACTIVE",
            "effective": "Active",
            "lastUpdated": "2026-02-28T06:00:04.000Z",
        },
        "attributes": {},
    }


def credentials() -> list[Json]:
    """Credentials with invented secrets."""
    return [
        {
            "id": guid("credential", name),
            "name": name,
            "type": {"name": kind},
            "credentialFields": fields,
        }
        for name, kind, fields in CREDENTIALS
    ]


def prompts() -> list[Json]:
    """User prompts, text to speech in English and Spanish."""
    return [
        {
            "id": guid("userPrompt", name),
            "name": name,
            "division": reference("division", "Home"),
            "description": "",
            "resources": [
                resource(name, language, text)
                for language, text in zip(("en-us", "es-us"), texts, strict=True)
            ],
        }
        for name, texts in PROMPTS.items()
    ]


def resource(name: str, language: str, text: str) -> Json:
    """The text of a prompt in one language; nothing was uploaded."""
    return {
        "id": language,
        "promptId": guid("userPrompt", name),
        "language": language,
        "ttsString": text,
        "text": text,
        "uploadStatus": "created",
        "languageDefault": language == "en-us",
        "tags": {},
    }


def system_prompts() -> list[Json]:
    """The platform's prompts that flows use."""
    return [{"id": found, "name": name, "description": ""} for name, found in SYSTEM_PROMPTS.items()]


def data_tables() -> list[Json]:
    """Data tables with their rows."""
    return [
        {
            "id": guid("dataTable", name),
            "name": name,
            "division": reference("division", division),
            "description": text,
            "schema": table_schema(name, columns),
            "rows": ROWS[name],
        }
        for name, (division, text, columns) in COLUMNS.items()
    ]


def table_schema(name: str, columns: list[tuple[str, str]]) -> Json:
    """The schema of a table: the key, then its columns."""
    defaults: Mapping[str, Any] = {"boolean": False, "string": "", "integer": 0, "number": 0.0}
    properties: Json = {
        "key": {
            "type": "string",
            "$id": "/properties/key",
            "title": "Key",
            "displayOrder": 0,
            "minLength": 1,
            "maxLength": 256,
        }
    }
    for order, (column, kind) in enumerate(columns, start=1):
        properties[column] = {
            "type": kind,
            "$id": f"/properties/{column}",
            "title": column,
            "displayOrder": order,
            "default": defaults[kind],
        }
    return {
        "$schema": "http://json-schema.org/draft-04/schema#",
        "title": name,
        "type": "object",
        "additionalProperties": False,
        "required": ["key"],
        "properties": properties,
    }


def listed(kind: str, names: Mapping[str, str]) -> list[Json]:
    """Outcomes and milestones: names with divisions."""
    return [
        {
            "id": guid(kind, name),
            "name": name,
            "division": reference("division", division),
            "description": "",
        }
        for name, division in names.items()
    ]
