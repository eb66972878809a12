// Callbacks: jobs that must not overlap
var queue = [], busy = false;
function add(name, ms, ...then) { queue.push({ name, ms, then }); run(); }
function run() {
  if (busy || queue.length === 0) return;
  busy = true;
  var job = queue.shift();
  print("start " + job.name);
  setTimeout(function () { busy = false; print("end " + job.name); job.then.forEach(f => f(job)); run(); }, job.ms);
}
add("a", 20, ({ name }) => add(name + name, 1)); add("b", 5); add("c", 1);
