// Sensors: the 40 bits of a DHT22
function decode(bits) {
  if (bits.length !== 40) return undefined;
  var bytes = [0, 1, 2, 3, 4].map(function (i) { return parseInt(bits.substr(i * 8, 8), 2); });
  var sum = (bytes[0] + bytes[1] + bytes[2] + bytes[3]) & 255;
  if (sum !== bytes[4]) return { error: "checksum" };
  var t = ((bytes[2] & 127) << 8 | bytes[3]) / 10;
  return { rh: (bytes[0] << 8 | bytes[1]) / 10, t: bytes[2] & 128 ? -t : t };
}
print(JSON.stringify(decode("0000001010010010000000010000110110100010")));
print(JSON.stringify(decode("0000001010010010100000000110010101111001")));
print(JSON.stringify(decode("0000001010010010000000010000110110100011")));
print(typeof decode("01"));
