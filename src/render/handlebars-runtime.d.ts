/* Handlebars' package types its runtime in a way that an ES module cannot import. */
declare module "handlebars/dist/cjs/handlebars.runtime.js" {
  import Handlebars = require("handlebars");
  export = Handlebars;
}
