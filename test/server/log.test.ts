import { expect, it } from "vitest";
import { createLog } from "../../server/log.ts";

it("writes one line an entry, whatever the fields hold", () => {
	const lines: string[] = [];
	const log = createLog((line) => lines.push(line));
	log.info("started", { port: 8400, name: "a\nb", missing: undefined, list: [1, "x"] });
	log.warn("slow");
	log.error("failed", { error: new Error("boom") });
	for (const line of lines) expect(line.match(/\n/g)).toHaveLength(1);
	expect(lines[0]).toMatch(
		/^\d{4}-\d\d-\d\dT[\d:.]+Z info started port=8400 name="a\\nb" missing=undefined list=\[1,"x"\]\n$/,
	);
	expect(lines[1]).toMatch(/Z warn slow\n$/);
	expect(lines[2]).toMatch(/Z error failed error="Error: boom\\n {4}at /);
});
