// Callbacks: errors, finally and what it returns
function ValueError(sensor, value) { this.sensor = sensor; this.value = value; this.message = sensor + " reads " + value; }
ValueError.prototype.toString = function () { return "ValueError: " + this.message; };
var trace = [];
function check(sensor, value) {
  try {
    trace.push("open " + sensor);
    if (value > 100) throw new ValueError(sensor, value);
    if (value < 0) return "below";
    return value;
  } finally {
    trace.push("close " + sensor);
  }
}
function all(readings) {
  var good = 0;
  for (var name in readings) {
    try {
      var v = check(name, readings[name]);
      if (v === "below") continue;
      if (v === 42) break;
      good++;
    } catch (e) {
      if (!(e instanceof ValueError)) throw e;
      trace.push(String(e));
    } finally { trace.push("-"); }
  }
  return good;
}
print(all({ a: 1, b: 120, c: -1, d: 42, e: 5 }));
print(trace.join("; "));
function nested() {
  try {
    try { null.x; }
    catch (e) { throw new Error("outer of " + (e instanceof TypeError || e instanceof Error)); }
    finally { trace = ["inner finally"]; }
  } catch (e) { return e.message; }
}
print(nested(), trace[0]);
print((function () { for (var i = 0; i < 5; i++) try { if (i === 3) return "at " + i; } finally { trace.push(i); } })(), trace.slice(1).join(""));
