"""What scripts run on and refer to: points of contact, skills, hours of operation."""

from __future__ import annotations

from collections.abc import Callable

from trunkline.domain.json import Json, JsonObject
from trunkline.emulator.call import Answer, Call, given
from trunkline.emulator.cxone.public.errors import AcdError
from trunkline.emulator.cxone.public.scripts import on_all
from trunkline.emulator.routes import Routes

routes = Routes("public", cloud="cxone")


def _lister(collection: str, field: str) -> Callable[[Call], Answer]:
    def list_all(call: Call) -> Answer:
        """A list by skip and top; 204 where it is empty."""
        found = call.org.documents(collection).values()
        if not found:
            return Answer(b"", 204)
        skip, top = call.query.number("skip", 0), min(call.query.number("top", 50), 100)
        return Answer({"totalRecords": len(found), field: found[skip : skip + top]})

    return list_all


def create_skills(call: Call) -> Answer:
    """Create skills, each by itself: the answer is 200 even where some failed."""
    wanted = call.json_object().get("skills")
    if not isinstance(wanted, list):
        raise AcdError(400, "InvalidInput", "skills must be a list")
    results = [_skill(call, each) for each in wanted]
    failed = sum(not result["success"] for result in results)
    return Answer({"errorCount": failed, "skillsResults": results})


def _skill(call: Call, wanted: Json) -> JsonObject:
    name = wanted.get("skillName") if isinstance(wanted, dict) else None
    skills = call.org.documents("skills")
    if not isinstance(name, str) or not name:
        return {"success": False, "error": "skillName is missing"}
    if any(each["skillName"] == name for each in skills.values()):
        return {"success": False, "error": f"FileExists: a skill is named {name}"}
    number = len(skills) + 100
    skills.put(str(number), {"isActive": True, **given(wanted), "skillId": number})
    return {"success": True, "skillId": number}


def create_point_of_contact(call: Call) -> Answer:
    """A point of contact: {contactAddress, scriptName, isActive}."""
    body = given(call.json_object())
    address = body.get("contactAddress")
    if not isinstance(address, str) or not address:
        raise AcdError(400, "InvalidInput", "contactAddress is missing")
    point: JsonObject = {"isActive": True, **body}
    call.org.documents("points_of_contact").put(address, point)
    return Answer(point)


on_all(routes, "GET", "/points-of-contact", _lister("points_of_contact", "pointsOfContact"))
on_all(routes, "POST", "/points-of-contact", create_point_of_contact)
on_all(routes, "GET", "/skills", _lister("skills", "skills"))
on_all(routes, "POST", "/skills", create_skills)
on_all(routes, "GET", "/hours-of-operation", _lister("hours", "resultSet"))
