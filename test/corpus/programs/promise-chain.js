// Callbacks: promises, one after the other and all at once
function read(name, ms) { return new Promise(function (done, fail) { setTimeout(function () { if (name === "bad") fail(name); else done(name + "!"); }, ms); }); }
read("a", 5).then(function (a) { print(a); return read("b", 5); }).then(print).then(function () { return read("bad", 1); }).catch(function (e) { print("failed " + e); return 3; }).then(print);
setTimeout(function () { Promise.all([read("x", 9), read("y", 2)]).then(function (all) { print(all.join()); }); }, 50);
