import type { Machine } from "./machine.js";

/**
 * Espruino's Promise: reactions go through the event queue of the idle loop, and a rejection that nobody handles is
 * printed (src/jswrap_promise.c). The engine's own would report it to the host process instead.
 */
export function installPromise(machine: Machine): void {
  const make = machine.realm.evaluate(source, "Promise") as (
    later: (job: () => void) => void,
    unhandled: (error: unknown) => void,
  ) => unknown;
  const later = machine.api((job: () => void) => machine.soon(job));
  const unhandled = machine.api((error: unknown) =>
    machine.print(`Unhandled promise rejection: ${String(error)}`),
  );
  machine.realm.define("Promise", make(later, unhandled));
}

const source = `(function (later, unhandled) {
  function Promise(executor) {
    this._state = 0; this._waiting = []; this._handled = false;
    var self = this, done = false;
    function reject(error) { if (!done) { done = true; settle(self, 2, error); } }
    function resolve(value) { if (!done) { done = true; adopt(self, value); } }
    try { executor(resolve, reject); } catch (error) { reject(error); }
  }
  function adopt(promise, value) {
    if (value && typeof value.then === "function") {
      later(function () {
        var done = false;
        try {
          value.then(
            function (v) { if (!done) { done = true; adopt(promise, v); } },
            function (e) { if (!done) { done = true; settle(promise, 2, e); } });
        } catch (e) { if (!done) { done = true; settle(promise, 2, e); } }
      });
    } else settle(promise, 1, value);
  }
  function settle(promise, state, value) {
    promise._state = state; promise._value = value;
    var waiting = promise._waiting; promise._waiting = [];
    waiting.forEach(function (one) { later(one); });
    if (state === 2) later(function () { if (!promise._handled) unhandled(value); });
  }
  Promise.prototype.then = function (onValue, onError) {
    var self = this;
    self._handled = true;
    return new Promise(function (resolve, reject) {
      function react() {
        var handler = self._state === 1 ? onValue : onError;
        if (typeof handler !== "function") { (self._state === 1 ? resolve : reject)(self._value); return; }
        var result;
        try { result = handler(self._value); } catch (error) { reject(error); return; }
        resolve(result);
      }
      if (self._state === 0) self._waiting.push(react); else later(react);
    });
  };
  Promise.prototype.catch = function (onError) { return this.then(undefined, onError); };
  Promise.resolve = function (value) { return new Promise(function (resolve) { resolve(value); }); };
  Promise.reject = function (error) { return new Promise(function (_, reject) { reject(error); }); };
  Promise.all = function (promises) {
    return new Promise(function (resolve, reject) {
      var left = promises.length, results = [];
      if (left === 0) resolve(results);
      promises.forEach(function (promise, index) {
        Promise.resolve(promise).then(function (value) {
          results[index] = value;
          if (--left === 0) resolve(results);
        }, reject);
      });
    });
  };
  return Promise;
})`;
