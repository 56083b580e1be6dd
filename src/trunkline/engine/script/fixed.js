// Evaluated first where a run must be repeatable: time stands still, random numbers come from a seed.
(function (now, seed) {
  "use strict";
  function fixClock(now) {
    const Real = Date;
    const { construct, defineProperty } = Reflect;
    const fixed = function Date(...given) {
      if (new.target === undefined) return new Real(now).toString();
      return given.length ? construct(Real, given, new.target) : construct(Real, [now], new.target);
    };
    fixed.prototype = Real.prototype;
    defineProperty(fixed.prototype, "constructor", { value: fixed, writable: true, configurable: true });
    defineProperty(fixed, "now", { value: () => now, writable: true, configurable: true });
    defineProperty(fixed, "parse", { value: Real.parse, writable: true, configurable: true });
    defineProperty(fixed, "UTC", { value: Real.UTC, writable: true, configurable: true });
    defineProperty(globalThis, "Date", { value: fixed, writable: true, configurable: true });
  }
  // Mulberry32: short, and good enough for what a test calls random.
  function fixRandom(seed) {
    let state = seed >>> 0;
    const { imul } = Math;
    Math.random = function random() {
      state = (state + 0x6d2b79f5) >>> 0;
      let mixed = imul(state ^ (state >>> 15), state | 1);
      mixed ^= mixed + imul(mixed ^ (mixed >>> 7), mixed | 61);
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
    };
  }
  if (now !== null) fixClock(now);
  if (seed !== null) fixRandom(seed);
})
