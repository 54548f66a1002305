import { duplexPair } from "node:stream";
import { describe, expect, it } from "vitest";
import { leadOn } from "../../../../../server/devices/hxfr/transport/connect.ts";

function pair() {
	const [near, far] = duplexPair();
	const asked = new Promise<string>((resolve) => far.once("data", (bytes) => resolve(String(bytes))));
	return { near, far, asked };
}

describe("a monitor", () => {
	it("is asked for a port in its own words, and leads on", async () => {
		const { near, far, asked } = pair();
		const led = leadOn(near, 52);
		expect(await asked).toBe("CONNECT 52\n");
		far.write("OK 1073741824\n");
		await led;
	});

	it("may answer in pieces, with the guest's first bytes right behind", async () => {
		const { near, far } = pair();
		const led = leadOn(near, 52);
		for (const piece of ["O", "K 107", "3741824", "\nfirst bytes"]) far.write(piece);
		await led;
		const first = await new Promise((resolve) => near.once("data", resolve));
		expect(String(first)).toBe("first bytes");
	});

	it("that hangs up says that nobody listens", async () => {
		const { near, far } = pair();
		const led = leadOn(near, 53);
		far.end();
		await expect(led).rejects.toThrow(expect.objectContaining({ code: "hxfr-unreachable" }));
	});

	it.each(["NO\n", "OK\n", "OK x\n", "HTTP/1.1 400 Bad Request\r\n", "x".repeat(1000)])(
		"that says %j is none",
		async (answer) => {
			const { near, far } = pair();
			const led = leadOn(near, 53);
			far.write(answer);
			await expect(led).rejects.toThrow(expect.objectContaining({ code: "hxfr-unreachable" }));
		},
	);
});
