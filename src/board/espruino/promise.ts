import type { Machine } from "./machine.js";

/**
 * Espruino's Promise (src/jswrap_promise.c): everything goes through the event queue of the idle loop, and a rejection
 * without a handler is thrown there. The engine's own would report it to the host process instead.
 */
export function installPromise(machine: Machine): void {
  const make = machine.realm.evaluate(source, "native/Promise") as (later: unknown) => unknown;
  machine.realm.define("Promise", make(machine.api((job: () => void) => machine.enter(job))));
}

const source = `(function(later) {
  function Promise(executor) {
    if (!executor) throw new Error("Function required in promise constructor");
    var promise = this instanceof Promise ? this : Object.create(Promise.prototype);
    promise.state = 0;
    var box = { promise: promise, done: false };
    try {
      executor.call(promise, function(value) { queue(box, value, true); }, function(error) { queue(box, error, false); });
    } catch (error) { queue(box, error, false); }
    return promise;
  }
  function pending() { return { promise: new Promise(function() {}), done: false }; }
  function queue(box, value, ok) { later(function() { settle(box, value, ok); }); }
  function settle(box, value, ok) {
    if (box.done) return;
    box.done = true;
    var promise = box.promise;
    if (value === promise) throw new Error("Illegal resolving to self");
    promise.value = value;
    var then = ok && value && typeof value === "object" ? value.then : undefined;
    if (typeof then !== "function") return seal(promise, value, ok);
    var inner = { promise: promise, done: false };
    try {
      then.call(value, function(v) { settle(inner, v, true); }, function(e) { settle(inner, e, false); });
    } catch (error) { settle(inner, error, false); }
  }
  function seal(promise, value, ok) {
    promise.state = ok ? 1 : 2;
    var reactions = ok ? promise.then_ : promise.catch_;
    if (reactions) reactions.forEach(function(reaction) { react(promise, reaction, value, ok); });
    else if (!ok) throw new Error("Unhandled promise rejection: " + value);
  }
  function react(promise, reaction, value, ok) {
    later(function() {
      if (!reaction.call) return settle(reaction.box, value, ok);
      var result;
      try { result = reaction.call.call(promise, value); } catch (error) { return settle(reaction.box, error, false); }
      settle(reaction.box, result, true);
    });
  }
  Promise.prototype.then = function(onValue, onError) {
    var box = pending(), call = this.state === 1 ? onValue : onError;
    function reaction(f) { return { box: box, call: typeof f === "function" ? f : undefined }; }
    if (this.state === 0) {
      this.then_ = (this.then_ || []).concat([reaction(onValue)]);
      this.catch_ = (this.catch_ || []).concat([reaction(onError)]);
    } else react(this, reaction(call), this.value, false);
    return box.promise;
  };
  Promise.prototype.catch = function(onError) { return this.then(undefined, onError); };
  Promise.resolve = function(value) {
    if (value instanceof Promise) return value;
    if (value && typeof value === "object" && typeof value.then === "function") return new Promise(value.then);
    return new Promise(function(resolve) { resolve(value); });
  };
  Promise.reject = function(error) { return new Promise(function(_, reject) { reject(error); }); };
  Promise.all = function(promises) {
    var results = [], left = 0, box = pending(), over = false;
    promises.forEach(function(promise, index) {
      if (!(promise instanceof Promise)) { results[index] = promise; return; }
      left++;
      promise.then(function(value) {
        results[index] = value;
        if (--left === 0 && !over) queue(box, results, true);
      }, function(error) {
        if (!over) queue(box, error, false);
        over = true;
      });
    });
    return left === 0 ? Promise.resolve(results) : box.promise;
  };
  return Promise;
})`;
