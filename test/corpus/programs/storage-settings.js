// Storage: settings kept in flash, with defaults and a version
var storage = require("Storage");
var FILE = "garden.json", defaults = { version: 2, zones: [], rain: { enabled: true, mm: 4 } };
function merge(into, from) {
  for (var key in from) {
    var value = from[key];
    if (value && typeof value === "object" && !Array.isArray(value)) into[key] = merge(into[key] || {}, value);
    else into[key] = value;
  }
  return into;
}
function load() {
  var saved = storage.readJSON(FILE, true) || {};
  if (saved.version === 1) { saved.rain = { mm: saved.rainLimit }; delete saved.rainLimit; saved.version = 2; }
  return merge(JSON.parse(JSON.stringify(defaults)), saved);
}
function save(change) {
  var settings = load();
  change(settings);
  storage.writeJSON(FILE, settings);
}
print("first: " + JSON.stringify(load()), storage.read(FILE) === undefined);
storage.writeJSON(FILE, { version: 1, rainLimit: 7 });
print("old: " + JSON.stringify(load()));
save(function (s) { s.zones.push({ pin: 12, minutes: 1.5 }); s.rain.enabled = false; });
print("saved: " + JSON.stringify(load()));
storage.write(FILE, "{broken");
print("broken: " + load().zones.length);
storage.write("page.html", "<p>one</p>");
print(storage.list(/^[a-z]/).sort().join(), storage.list(/\.json$/).join(), storage.read("page.html", 3, 3));
storage.erase(FILE);
print("erased: " + storage.list(/^[a-z]/).join());
