var log = require("./log");
exports.name = "pump";
exports.start = function (pin) { log("on " + pin + " after " + log.count()); };
