// Runs the logic of the verification page as a browser would: node page_in_node.js PAGE, then one JSON line {code, now} each on standard input.
const { readFileSync } = require("node:fs");
const { createInterface } = require("node:readline");
const { webcrypto } = require("node:crypto");
if (!globalThis.crypto) globalThis.crypto = webcrypto;
const page = readFileSync(process.argv[2], "utf-8");
const part = (id) => page.split(`id="${id}">`)[1].split("</script>")[0];
const trust = JSON.parse(part("trust"));
const verdict = new Function(`${part("logic")}; return verdict;`)();
(async () => {
  for await (const line of createInterface({ input: process.stdin })) {
    const asked = JSON.parse(line);
    console.log(JSON.stringify(await verdict(trust, asked.code, asked.now)));
  }
})();
