// Modules: CommonJS files, JSON and a package, in a circle
var pump = require("./lib/pump"), config = require("./config.json");
var units = require("units");
pump.start(config.pin);
print(units.litres(1500), units.default === undefined, require("./lib/log").lines().join("; "));
module.exports = { pump: pump };
