"""The record of who drives which route: whole, and of routes that there are."""

from __future__ import annotations

from tests.driven import record
from trunkline.emulator import catalogue

DRIVEN = {route for busy in record().values() for routes in busy.values() for route in routes}
ROUTES = {f"{route.method} {route.pattern}" for route in catalogue.routes() if route.surface != "admin"}


def test_every_route_is_driven_by_an_sdk_or_by_raw_http():
    assert not ROUTES - DRIVEN


def test_no_route_is_recorded_that_is_not_there():
    assert not DRIVEN - ROUTES
