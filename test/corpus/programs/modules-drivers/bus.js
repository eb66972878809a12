module.exports = function (chips) {
  module.exports.opened++;
  return {
    writeTo: function (address, command) { this.command = command; },
    readFrom: function (address, n) { return new Uint8Array((chips[address] || [255, 255]).slice(0, n)); }
  };
};
module.exports.opened = 0;
