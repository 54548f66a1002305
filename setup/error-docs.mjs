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
		.map(([code, { status, means, remedy }]) => [`\`${code}\``, String(status ?? ""), means, remedy]);
	return `# Error codes

Made of \`signaling/protocol/error-codes.ts\` by \`npm run docs:errors\`; do not edit it here.

The API answers errors as \`{"error":{"code","message"}}\`, with the status below or 500. The command line prints
\`porthole: MESSAGE (CODE)\` and ends with exit code 1. A code does not change its meaning.

${table(["code", "HTTP status", "what it means", "what to do"], rows)}
`;
}

/**
 * A Markdown table with its columns aligned, as the formatter has it.
 * @param {string[]} head
 * @param {string[][]} rows
 */
function table(head, rows) {
	const widths = head.map((title, at) => Math.max(title.length, ...rows.map((row) => row[at]?.length ?? 0)));
	const line = (/** @type {string[]} */ cells) =>
		`| ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(" | ")} |`;
	return [line(head), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("\n");
}

if (process.argv[1] === import.meta.filename) writeFileSync(join(root, "docs", "errors.md"), errorDocs());
