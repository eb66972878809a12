var pump = require("./pump"), lines = [];
module.exports = function (text) { lines.push(pump.name + " " + text); };
module.exports.count = function () { return lines.length; };
module.exports.lines = function () { return lines; };
