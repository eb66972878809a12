exports.temperature = require("HTU21D");
exports.light = require("../modules/BH1750");
