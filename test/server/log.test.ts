import { expect, it } from "vitest";
import { createLog } from "../../server/log.ts";
import { FakeClock } from "../fakes/fake-clock.ts";

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

it("tells twenty entries of one message in a minute, and how many more there were", () => {
	const lines: string[] = [];
	const clock = new FakeClock();
	const log = createLog((line) => lines.push(line), clock);
	for (let count = 0; count < 1_000; count++) log.error("a request failed", { count });
	log.error("another");
	expect(lines).toHaveLength(21);
	clock.advance(60_000);
	expect(lines).toHaveLength(22);
	expect(lines.at(-1)).toMatch(/Z error a request failed \(980 more in a minute, not told one by one\)\n$/);
	log.error("a request failed");
	expect(lines).toHaveLength(23);
	clock.advance(60_000);
	expect(lines).toHaveLength(23);
	expect(clock.pending).toBe(0);
});

it("cuts what is long", () => {
	const lines: string[] = [];
	createLog((line) => lines.push(line)).warn("long", { text: "x".repeat(1_000_000) });
	expect(lines[0]?.length).toBeLessThan(5_000);
});
