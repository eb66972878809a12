exports.start = 38;
exports.double = function (x) { return 2 * x; };
exports.half = function (x) { return x / 2; };
