// Serial: lines of a GPS receiver, in pieces and with their checksums
function GPS(serial, callback) {
  var line = "";
  serial.on("data", function (data) {
    line += data;
    var at = line.indexOf("\n");
    while (at >= 0) {
      var result = parse(line.substr(0, at).trim());
      if (result) callback(result);
      line = line.substr(at + 1);
      at = line.indexOf("\n");
    }
  });
}
function degrees(text, side) {
  var digits = text.indexOf(".") - 2;
  var d = parseInt(text.substr(0, digits), 10) + parseFloat(text.substr(digits)) / 60;
  return side === "S" || side === "W" ? -d : d;
}
function parse(line) {
  var star = line.indexOf("*"), sum = 0;
  for (var i = 1; i < star; i++) sum ^= line.charCodeAt(i);
  if (line[0] !== "$" || parseInt(line.substr(star + 1), 16) !== sum) return { error: line.substr(0, 6) };
  var f = line.slice(1, star).split(",");
  switch (f[0].substr(2)) {
    case "GGA": return { type: "fix", time: f[1].replace(/(..)(..)(..).*/, "$1:$2:$3"), lat: degrees(f[2], f[3]), lon: degrees(f[4], f[5]), satellites: +f[7] };
    case "VTG": return { type: "speed", kmh: parseFloat(f[7]) };
  }
}
var listeners = [], Serial = { on: function (event, f) { if (event == "data") listeners.push(f); } };
GPS(Serial, function (r) {
  print(Object.keys(r).map(function (k) { return k + "=" + (k.startsWith("l") ? r[k].toFixed(4) : r[k]); }).join(" "));
});
var text = "$GPGGA,123519,4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,*47\r\n$GPVTG,054.7,T,034.4,M,005.5,N,010.2,K*48\r\n$GPGGA,broken*00\r\n$GPGSA*4d\r\n";
for (var p = 0; p < text.length; p += 16) listeners.forEach(function (f) { f(text.substr(p, 16)); });
