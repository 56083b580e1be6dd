"""Scripts that mean harm, with what must become of each: the table of docs/security.md is made from it."""

from __future__ import annotations

from dataclasses import dataclass

from trunkline.engine.script import Limits

BRIEF = Limits(seconds=0.5)
"""For scripts that only time stops: the set runs in seconds."""
PATIENT = Limits(seconds=8.0)
"""For scripts that something else stops, or nothing: a busy machine must not be taken for an endless loop."""


@dataclass(frozen=True)
class Hostile:
    """`outcome` is the status, with the limit that stopped the script or the value that came back."""

    title: str
    script: str
    outcome: str


def _body(title: str, body: str, outcome: str) -> Hostile:
    return Hostile(title, f"function main(context) {{ {body} }}", outcome)


HOSTILE = (
    _body("endless loop", "while (true) {}", "TIMEOUT (time)"),
    Hostile("endless loop outside main", "for (;;) {}\nfunction main() {}", "TIMEOUT (time)"),
    _body("endless loop that catches all", "for (;;) try { while (true) {} } catch {} finally { continue }", "TIMEOUT (time)"),
    _body("endless getter in the result", "return { get a() { while (true) {} } }", "TIMEOUT (time)"),
    _body("catastrophic regular expression", "return /^(a+)+$/.test('a'.repeat(40) + 'b')", "TIMEOUT (time)"),
    _body("2 GB of arrays", "const all = []; for (;;) all.push(new Array(1e6).fill(1))", "ERROR (memory)"),
    _body("2 GB in one buffer", "return new ArrayBuffer(2 ** 31).byteLength", "ERROR"),
    _body("new Array(2**32-1).fill(0)", "return new Array(2 ** 32 - 1).fill(0)", "ERROR"),
    _body("string doubling", "let s = 'x'; for (;;) s += s", "ERROR"),
    _body("deep recursion", "return main(context)", "ERROR (stack)"),
    _body("recursion through toString", "const o = { toString() { return '' + this } }; return '' + o", "ERROR (stack)"),
    _body("deep JSON", "return JSON.parse('['.repeat(1e5) + ']'.repeat(1e5))", "ERROR (stack)"),
    _body("deep result", "let o = {}; for (let i = 0; i < 1e5; i++) o = { o }; return o", "ERROR"),
    Hostile("deep syntax", f"function main() {{ return {'[' * 20000}{']' * 20000} }}", "ERROR (stack)"),
    _body("JSON replaced", "JSON.stringify = () => 'forged'; JSON.parse = () => ({}); return { real: 1 }", 'SUCCESS {"real": 1}'),
    _body("toJSON on every object", "Object.prototype.toJSON = () => 'forged'; return { real: [1] }", 'SUCCESS {"real": [1]}'),
    _body("setters on Array.prototype", "Object.defineProperty(Array.prototype, '0', { set() { throw 1 }, get: () => 'forged' }); return [1]", "SUCCESS [1]"),
    _body("iterators and call replaced", "Array.prototype[Symbol.iterator] = Function.prototype.call = Function.prototype.apply = () => { throw 1 }; return [1, { a: 2 }]", 'SUCCESS [1, {"a": 2}]'),
    _body("Reflect, Object, Number frozen over", "for (const k of ['apply', 'ownKeys']) Reflect[k] = () => []; Number.isFinite = () => true; return { n: 1 / 0 }", 'SUCCESS {"n": null}'),
    _body("pollution of the next script", "Object.prototype.polluted = Array.prototype.polluted = 1; globalThis.leak = 1; return {}", "SUCCESS {}"),
    _body("constructor.constructor('return process')", "return context.constructor.constructor('return process')()", "ERROR"),
    _body("require, process, fetch, Deno", "return [typeof require, typeof process, typeof fetch, typeof Deno, typeof std, typeof os, typeof setTimeout].join()", 'SUCCESS "undefined,undefined,undefined,undefined,undefined,undefined,undefined"'),
    _body("import()", "return import('fs')", "ERROR"),
    Hostile("static import", "import fs from 'fs'\nfunction main() {}", "ERROR"),
    _body("WebAssembly", "return new WebAssembly.Module(new Uint8Array(8))", "ERROR"),
    _body("Atomics.wait on shared memory", "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)", "ERROR"),
    _body("huge log output", "for (let i = 0; i < 5e3; i++) console.log('x'.repeat(1e4)); return 1", "SUCCESS 1"),
    _body("logging hostile objects", "console.log({ get a() { throw 1 } }, { toString() { throw 1 } }, Symbol('s'), 1n); return 1", "SUCCESS 1"),
    _body("throwing an object with an endless toString", "throw { toString() { while (true) {} } }", "ERROR"),
    _body("throwing an error with an endless stack", "class E extends Error { get stack() { while (true) {} } } throw new E('x')", "TIMEOUT (time)"),
    _body("throwing a proxy", "throw new Proxy({}, { get() { while (true) {} } })", "ERROR"),
    _body("prepareStackTrace that never ends", "Error.prepareStackTrace = () => { while (true) {} }; throw new Error('x')", "TIMEOUT (time)"),
    _body("promise that never settles", "return new Promise(() => {})", "ERROR"),
    _body("promises without end", "const again = () => Promise.resolve().then(again); again(); return new Promise(() => {})", "ERROR or TIMEOUT"),
    _body("thenable that is no promise", "return { then(done) { while (true) {} } }", "SUCCESS {}"),
    _body("generator bomb", "function* g() { for (;;) yield* [g()] } return [...g()]", "ERROR or TIMEOUT"),
    _body("endless iterator spread", "return Math.max(...{ *[Symbol.iterator]() { for (;;) yield 1 } })", "ERROR or TIMEOUT"),
    _body("symbols as keys and values", "return { [Symbol.iterator]: 1, [Symbol.toPrimitive]: () => 1, a: Symbol('x') }", "SUCCESS {}"),
    _body("result is a symbol", "return Symbol('x')", "SUCCESS null"),
    _body("result is a proxy without end", "return new Proxy({}, { ownKeys() { while (true) {} } })", "TIMEOUT (time)"),
    Hostile("unicode line separators", "function main() {\u2028 return 'a\u2028b' }\u2029// \u2028 throw new Error()", "ERROR"),
    _body("lone surrogate in the result", "return '\\ud800'", 'SUCCESS "\\ufffd"'),
    _body("result with a cycle", "const a = {}; a.a = a; return a", "ERROR"),
    _body("NaN", "return NaN", "SUCCESS null"),
    _body("BigInt", "return 10n ** 30n", "ERROR"),
    _body("a BigInt without end", "let x = 3n; for (;;) x = x * x", "ERROR or TIMEOUT"),
    _body("undefined", "return undefined", "SUCCESS null"),
    _body("100 MB result in one string", "return 'x'.repeat(1e8)", "ERROR (memory)"),
    _body("20 MB result", "return 'x'.repeat(2e7)", "ERROR (output)"),
    _body("sparse array of four billion", "const a = []; a.length = 2 ** 32 - 1; return a", "ERROR (output)"),
    _body("shared nodes that unfold without end", "let o = [1]; for (let i = 0; i < 60; i++) o = [o, o]; return o", "ERROR (output)"),
    _body("long native work", "const s = 'ab'.repeat(2e6); for (;;) s.normalize('NFKD')", "TIMEOUT (time)"),
    _body("eval and Function", "return eval('1') + new Function('return 1')()", "SUCCESS 2"),
)  # fmt: skip
