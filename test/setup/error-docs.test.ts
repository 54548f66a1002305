import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { errorDocs } from "../../setup/error-docs.mjs";
import { root } from "../../setup/step.mjs";

it("docs/errors.md tells what the catalogue does; npm run docs:errors makes it", () => {
	expect(readFileSync(join(root, "docs", "errors.md"), "utf8")).toBe(errorDocs());
});
