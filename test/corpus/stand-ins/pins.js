// biome-ignore-all lint/correctness/noUnusedVariables: programs call these
// Pins for Node, and for the engine for Linux, which has none to read: what is written is read, and watched.
var pinLevels = {};
var pinWatches = [];

function pinMode() {}

function digitalRead(pin) {
  if (Array.isArray(pin)) return pin.reduce((bits, one) => (bits << 1) | digitalRead(one), 0);
  return pinLevels[pin] || 0;
}

function digitalWrite(pin, value) {
  var level = value ? 1 : 0;
  if (level === digitalRead(pin)) return;
  pinLevels[pin] = level;
  pinWatches.forEach((watch) => {
    if (watch && watch.pin === pin) pinChanged(watch);
  });
}

function analogWrite(pin, value) {
  digitalWrite(pin, value >= 0.5);
}

function pinChanged(watch) {
  if (watch.timer) clearTimeout(watch.timer);
  watch.timer = undefined;
  if (watch.debounce) watch.timer = setTimeout(pinSettled, watch.debounce, watch);
  else pinSettled(watch);
}

function pinSettled(watch) {
  watch.timer = undefined;
  var level = digitalRead(watch.pin);
  if (level === watch.level) return;
  watch.level = level;
  if (watch.edge === (level ? "falling" : "rising")) return;
  if (!watch.repeat) clearWatch(watch.id);
  watch.job({ state: level === 1, time: getTime(), pin: watch.pin });
}

function setWatch(job, pin, options) {
  var id = pinWatches.length;
  pinWatches.push({
    id: id,
    job: job,
    pin: pin,
    level: digitalRead(pin),
    repeat: options.repeat,
    edge: options.edge,
    debounce: options.debounce || 0,
  });
  return id;
}

function clearWatch(id) {
  if (pinWatches[id].timer) clearTimeout(pinWatches[id].timer);
  pinWatches[id] = undefined;
}
