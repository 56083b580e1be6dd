// Evaluated before a script, with every built-in still as the engine made it. What it needs later it keeps
// in its own variables: whatever the script does to JSON, Object or a prototype does not reach it.
(function (name, options) {
  "use strict";
  const { apply, ownKeys, getOwnPropertyDescriptor, defineProperty } = Reflect;
  const { isArray } = Array;
  const { stringify, parse } = JSON;
  const { isFinite } = Number;
  const { freeze, setPrototypeOf } = Object;
  const text = String;
  const tag = Object.prototype.toString;
  const toISOString = Date.prototype.toISOString;
  const getTime = Date.prototype.getTime;
  const { toWellFormed } = String.prototype;
  const slice = String.prototype.slice;
  const then = Promise.prototype.then;
  const WeakSet_ = WeakSet;
  const { has, add, delete: remove } = WeakSet.prototype;
  const TypeError_ = TypeError;
  const RangeError_ = RangeError;
  const ReferenceError_ = ReferenceError;

  // Objects without a prototype: nothing that a script puts on Object.prototype or Array.prototype is seen.
  const list = () => setPrototypeOf([], null);
  const record = () => setPrototypeOf({}, null);

  const MOST_WARNINGS = 20;
  const DEEPEST = 200;
  const MOST_NODES = 100000;
  const LONGEST_LINE = 2000;

  function converter(budget, warnings) {
    const open = new WeakSet_();
    const trail = list();
    let left = budget;
    let nodes = MOST_NODES;
    function spend(size) {
      left -= size;
      if (left < 0) throw TOO_BIG;
    }
    function where(depth) {
      let path = "result";
      for (let index = 0; index < depth; index++) {
        path += typeof trail[index] === "number" ? "[" + trail[index] + "]" : "." + trail[index];
      }
      return path;
    }
    function warn(depth, what) {
      if (warnings.length < MOST_WARNINGS) warnings[warnings.length] = where(depth) + " " + what;
    }
    function scalar(value, depth) {
      switch (typeof value) {
        case "string": spend(value.length + 2); return apply(toWellFormed, value, []);
        case "boolean": spend(5); return value;
        case "number":
          spend(4);
          if (isFinite(value)) return value;
          warn(depth, "is " + text(value) + ", which JSON has not: null");
          return null;
        case "bigint": throw new TypeError_(where(depth) + " is a BigInt, which JSON has not");
        default: return undefined;
      }
    }
    function dateOf(value) {
      if (apply(tag, value, []) !== "[object Date]") return undefined;
      try {
        return isFinite(apply(getTime, value, [])) ? apply(toISOString, value, []) : null;
      } catch {
        return undefined;
      }
    }
    function convert(value, depth) {
      if (value === null) { spend(4); return null; }
      if (typeof value !== "object") return scalar(value, depth);
      if (depth > DEEPEST) throw new RangeError_("the result is nested deeper than " + DEEPEST);
      if (apply(has, open, [value])) throw new TypeError_(where(depth) + " refers back to itself: a cycle");
      const date = dateOf(value);
      if (date !== undefined) { spend(26); return date; }
      if (nodes-- === 0) throw TOO_BIG;
      apply(add, open, [value]);
      const made = isArray(value) ? items(value, depth) : fields(value, depth);
      apply(remove, open, [value]);
      return made;
    }
    function items(value, depth) {
      const made = list();
      const length = value.length;
      for (let index = 0; index < length; index++) {
        spend(1);
        trail[depth] = index;
        const item = convert(value[index], depth + 1);
        if (item === undefined) spend(4);
        made[index] = item === undefined ? null : item;
      }
      return made;
    }
    function fields(value, depth) {
      const made = record();
      const keys = ownKeys(value);
      for (let index = 0; index < keys.length; index++) {
        const key = keys[index];
        if (typeof key !== "string") continue;
        const property = getOwnPropertyDescriptor(value, key);
        if (property === undefined || !property.enumerable) continue;
        trail[depth] = key;
        const field = convert(value[key], depth + 1);
        if (field === undefined) continue;
        spend(key.length + 4);
        made[apply(toWellFormed, key, [])] = field;
      }
      if (keys.length === 0) unusual(value, depth);
      return made;
    }
    function unusual(value, depth) {
      const kind = apply(tag, value, []);
      if (kind !== "[object Object]") warn(depth, "is " + kind + ", which JSON shows as {}");
    }
    return (value) => {
      const made = convert(value, 0);
      if (made !== undefined) return made;
      warn(0, "is " + (value === undefined ? "undefined" : "a " + typeof value) + ": null");
      return null;
    };
  }
  const TOO_BIG = freeze(record());

  const logs = list();
  let logged = 0;
  let dropped = 0;
  function shown(value) {
    if (typeof value === "string") return value;
    if (typeof value === "bigint" || typeof value === "symbol") return text(value);
    if (typeof value === "function") return "[function]";
    if (value === undefined) return "undefined";
    if (typeof value === "number") return text(value);
    try {
      return stringify(converter(LONGEST_LINE * 4, list())(value));
    } catch (error) {
      return error === TOO_BIG ? "[too long]" : "[unprintable]";
    }
  }
  function log(level, values) {
    if (logs.length >= options.logLines || logged >= options.logBytes) { dropped++; return; }
    let line = "";
    for (let index = 0; index < values.length && line.length < LONGEST_LINE; index++) {
      line += (index ? " " : "") + shown(values[index]);
    }
    if (line.length > LONGEST_LINE) line = apply(slice, line, [0, LONGEST_LINE]) + "…";
    const entry = record();
    entry.level = level;
    entry.message = apply(toWellFormed, line, []);
    logged += line.length;
    logs[logs.length] = entry;
  }
  const levels = ["log", "info", "warn", "error", "debug", "trace"];
  const console = {};
  for (let index = 0; index < levels.length; index++) {
    const level = levels[index];
    defineProperty(console, level, {
      value: (...values) => log(level, setPrototypeOf(values, null)), writable: true, configurable: true, enumerable: true,
    });
  }
  defineProperty(globalThis, "console", { value: console, writable: true, configurable: true });

  const absent = ["SharedArrayBuffer", "Atomics", "WebAssembly", "performance", "FinalizationRegistry", "WeakRef"];
  for (let index = 0; index < absent.length; index++) delete globalThis[absent[index]];

  function finished(value) {
    const answer = record();
    const warnings = list();
    answer.output = null;
    try {
      answer.output = converter(options.outputBytes, warnings)(value);
    } catch (error) {
      if (error !== TOO_BIG) throw error;
      answer.limit = "output";
    }
    answer.warnings = warnings;
    return told(answer);
  }
  function run(main, given) {
    if (main === null) throw new ReferenceError_("the script has no function main");
    const context = parse(given);
    const value = main(context);
    if (typeof value !== "object" || value === null) return finished(value);
    let later;
    try {
      later = apply(then, value, [finished]);
    } catch {
      return finished(value);
    }
    return later;
  }
  function told(answer) {
    answer.logs = logs;
    answer.dropped = dropped;
    return answer;
  }
  defineProperty(globalThis, name, { value: freeze({ __proto__: null, run, told: () => told(record()) }) });
})
