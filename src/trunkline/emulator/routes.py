"""What the emulator answers: declared beside the handlers, found through a trie of path segments."""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal, TypeAlias, cast
from urllib.parse import unquote

from trunkline.emulator.call import Answer, Call
from trunkline.emulator.orgs import Cloud
from trunkline.emulator.surface import checking

Known: TypeAlias = Literal["spec", "client", "assumed"]
"""How we know it: the vendor documents it, a client of the vendor's relies on it, or it is our reading."""

Surface: TypeAlias = Literal["public", "guides", "oauth", "admin"]
Handler: TypeAlias = Callable[[Call], Answer | Awaitable[Answer]]

MOST_SEGMENTS = 30
LONGEST_SHOWN = 120


@dataclass(frozen=True, slots=True)
class Route:
    """One method of one path.

    permissions  any one of them lets a client in; none: every valid token does
    cloud        whose API it is part of: a token of another cloud's org is refused
    scope        what the token must carry (guides surface)
    bearer       False where no token is asked for
    """

    method: str
    pattern: str
    handler: Handler
    known: Known
    surface: Surface
    cloud: Cloud = "genesys"
    permissions: tuple[str, ...] = ()
    scope: str | None = None
    bearer: bool = True
    asynchronous: bool = False

    def answer(self, call: Call) -> Answer:
        """What a handler that does not wait says to a call. Raises 400 for what the route does not take."""
        checking.check(self.method, self.pattern, call)
        return cast("Answer", self.handler(call))

    async def answer_later(self, call: Call) -> Answer:
        """What a handler that waits says to a call. Raises 400 for what the route does not take."""
        checking.check(self.method, self.pattern, call)
        return await cast("Awaitable[Answer]", self.handler(call))

    @property
    def summary(self) -> str:
        """First line of the handler's docstring."""
        return (inspect.getdoc(self.handler) or "").partition("\n")[0]


class Routes:
    """Routes of one module, filled by decorators: `@routes.get("/api/v2/…", known="spec")`."""

    def __init__(
        self, surface: Surface, *, prefix: str = "", bearer: bool = True, cloud: Cloud = "genesys"
    ) -> None:
        self._surface: Surface = surface
        self._cloud: Cloud = cloud
        self._prefix = prefix
        self._bearer = bearer
        self._routes: list[Route] = []

    def __iter__(self) -> Iterator[Route]:
        return iter(self._routes)

    def add(
        self,
        method: str,
        path: str,
        handler: Handler,
        *,
        known: Known,
        permissions: tuple[str, ...] = (),
        scope: str | None = None,
    ) -> None:
        self._routes.append(
            Route(
                method,
                self._prefix + path,
                handler,
                known,
                self._surface,
                self._cloud,
                permissions,
                scope,
                self._bearer,
                inspect.iscoroutinefunction(handler),
            )
        )

    def on(
        self,
        method: str,
        path: str,
        *,
        known: Known,
        permissions: tuple[str, ...] = (),
        scope: str | None = None,
    ) -> Callable[[Handler], Handler]:
        def register(handler: Handler) -> Handler:
            self.add(method, path, handler, known=known, permissions=permissions, scope=scope)
            return handler

        return register


@dataclass(slots=True)
class _Node:
    """A place in the trie: literal children first, then the one parameter."""

    literal: dict[str, _Node] = field(default_factory=dict[str, "_Node"])
    parameter: _Node | None = None
    routes: dict[str, tuple[Route, tuple[str, ...]]] = field(
        default_factory=dict[str, tuple[Route, tuple[str, ...]]]
    )


@dataclass(frozen=True, slots=True)
class Match:
    """A path that is known: its methods, and the values of its parameters in order."""

    node: _Node
    values: tuple[str, ...]

    @property
    def methods(self) -> list[str]:
        return sorted(self.node.routes)

    def route(self, method: str) -> tuple[Route, dict[str, str]] | None:
        """The route of a method and the parameters under the names that route gives them."""
        found = self.node.routes.get(method)
        if found is None:
            return None
        route, names = found
        return route, dict(zip(names, self.values, strict=True))


class RouteTable:
    """Finds a route in time that depends on the length of the path alone.

    Raises ValueError if two routes claim one method of one path.
    """

    def __init__(self, routes: Iterable[Route]) -> None:
        self.routes: list[Route] = []
        self._root = _Node()
        for route in routes:
            self._add(route)

    def _add(self, route: Route) -> None:
        node = self._root
        names: list[str] = []
        for segment in _segments(route.pattern):
            if segment.startswith("{"):
                names.append(segment[1:-1])
                node.parameter = node.parameter or _Node()
                node = node.parameter
            else:
                node = node.literal.setdefault(segment, _Node())
        if route.method in node.routes:
            raise ValueError(f"two routes for {route.method} {route.pattern}")
        node.routes[route.method] = (route, tuple(names))
        self.routes.append(route)

    def find(self, raw_path: str) -> Match | None:
        """The path as it was sent, still percent-encoded: an encoded slash stays within its segment."""
        segments = _segments(raw_path)
        if len(segments) > MOST_SEGMENTS:
            return None
        if "%" in raw_path:
            segments = [unquote(segment) for segment in segments]
        return _find(self._root, segments, 0, ())

    def nearest(self, method: str, path: str) -> list[str]:
        """Up to three known `METHOD /path` that look most like an unknown one."""
        known = {route.pattern: route for route in self.routes if route.surface != "admin"}
        patterns = difflib.get_close_matches(path[:LONGEST_SHOWN], known, n=3, cutoff=0.5)
        same_method = {(route.method, route.pattern) for route in self.routes}
        return [
            f"{method if (method, pattern) in same_method else known[pattern].method} {pattern}"
            for pattern in patterns
        ]


def _segments(path: str) -> list[str]:
    return path.strip("/").split("/")


def _find(node: _Node, segments: list[str], index: int, values: tuple[str, ...]) -> Match | None:
    if index == len(segments):
        return Match(node, values) if node.routes else None
    segment = segments[index]
    literal = node.literal.get(segment)
    found = _find(literal, segments, index + 1, values) if literal is not None else None
    if found is None and node.parameter is not None and segment:
        return _find(node.parameter, segments, index + 1, (*values, segment))
    return found
