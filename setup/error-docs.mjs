import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { errorCodes } from "../signaling/protocol/error-codes.ts";
import { root } from "./step.mjs";

/** docs/errors.md, made of the catalogue in signaling/protocol/error-codes.ts. */
export function errorDocs() {
	/** @type {[string, { status?: number, means: string, remedy: string }][]} */
	const entries = Object.entries(errorCodes);
	const rows = entries
		.sort(([one], [other]) => (one < other ? -1 : 1))
		.map(([code, { status, means, remedy }]) => `| \`${code}\` | ${status ?? ""} | ${means} | ${remedy} |`);
	return `# Error codes

Made of \`signaling/protocol/error-codes.ts\` by \`npm run docs:errors\`; do not edit it here.

The API answers errors as \`{"error":{"code","message"}}\`, with the status below or 500. The command line prints
\`porthole: MESSAGE (CODE)\` and ends with exit code 1. A code does not change its meaning.

| code | HTTP status | what it means | what to do |
|---|---|---|---|
${rows.join("\n")}
`;
}

if (process.argv[1] === import.meta.filename) writeFileSync(join(root, "docs", "errors.md"), errorDocs());
