exports.litres = function (ml) { return ml / 1000 + " l"; };
