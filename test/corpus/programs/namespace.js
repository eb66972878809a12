// Modules: one global object for all, as old programs have it
var App = App || {};
var ca = typeof ca === "undefined" ? { n: 1 } : ca;
App.util = (function () {
  var count = 0;
  return { next: function () { return ++count; }, pad: pad };
  function pad(n) { return n < 10 ? "0" + n : "" + n; }
})();
App.start = function () { print(App.util.pad(App.util.next()), App.util.pad(12), ca.n); };
App.start(); App.start();
