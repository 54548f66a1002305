import type { IncomingMessage } from "node:http";
import { describe, expect, it } from "vitest";
import { Guard } from "../../../signaling/http/guard.ts";
import { Ingress, parsePeers } from "../../../signaling/http/ingress.ts";

const local = new Guard({ lan: false, names: ["Studio.local"] });
const lan = new Guard({ lan: true, names: [] });

function verdict(guard: Guard, host: string | undefined, origin?: string, more: object = {}): string {
	try {
		guard.check({
			headers: { host, origin, ...more },
			socket: { remoteAddress: "127.0.0.1" },
		} as IncomingMessage);
		return "welcome";
	} catch (error) {
		return (error as { code: string }).code;
	}
}

describe("the guard, by the Host header", () => {
	it.each([
		"localhost:8400",
		"localhost",
		"LOCALHOST:8400",
		"127.0.0.1:8400",
		"[::1]:8400",
		"[0:0:0:0:0:0:0:1]:8400",
		"studio.local:8400",
		"STUDIO.LOCAL",
	])("knows itself as %s", (host) => {
		expect(verdict(local, host)).toBe("welcome");
	});

	it.each([
		["a site that resolves to this machine", "evil.example:8400"],
		["a name that only begins like one of ours", "localhost.evil.example"],
		["a name that only ends like one of ours", "notlocalhost"],
		["a name in front of one of ours", "evil.studio.local"],
		["an address of the network", "192.168.1.5:8400"],
		["an IPv6 address of the network", "[fd00::5]:8400"],
		["any address", "0.0.0.0:8400"],
		["nothing", ""],
		["no header", undefined],
		["what is not a host", "local host"],
		["a port out of range", "localhost:99999"],
	])("refuses %s", (_, host) => {
		expect(verdict(local, host)).toBe("wrong-host");
	});

	it.each(["192.168.1.5:8400", "[fd00::5]:8400", "localhost:8400", "10.0.0.1"])(
		"knows itself on the network as %s",
		(host) => {
			expect(verdict(lan, host)).toBe("welcome");
		},
	);

	it("refuses names on the network that it was not told of", () => {
		expect(verdict(lan, "evil.example")).toBe("wrong-host");
		expect(verdict(lan, "1.2.3.4.evil.example")).toBe("wrong-host");
	});
});

describe("the guard, by the Origin header", () => {
	it.each([
		["localhost:8400", "http://localhost:8400"],
		["LocalHost:8400", "http://localhost:8400"],
		["[::1]:8400", "http://[::1]:8400"],
		["localhost", "http://localhost"],
		["studio.local", "https://studio.local"],
		["localhost:8400", undefined],
	])("lets %s be used by %s", (host, origin) => {
		expect(verdict(local, host, origin)).toBe("welcome");
	});

	it.each([
		["another site", "http://evil.example"],
		["another port", "http://localhost:3000"],
		["no port", "http://localhost"],
		["another name of the same machine", "http://127.0.0.1:8400"],
		["a sandboxed frame", "null"],
		["nothing", ""],
		["a file", "file://"],
		["what is not an origin", "localhost:8400"],
		["a name that ends like ours", "http://evil-localhost:8400"],
		["a user called like ours", "http://localhost:8400@evil.example"],
	])("refuses %s", (_, origin) => {
		expect(verdict(local, "localhost:8400", origin)).toBe("wrong-origin");
	});
});

describe("the guard behind a proxy", () => {
	const site = { origin: "https://example.org:8443", base: "/porthole" };
	const named = new Guard({ lan: false, names: ["example.org"], ingress: new Ingress({ sites: [site] }) });
	const trusting = new Guard({
		lan: false,
		names: ["example.org"],
		ingress: new Ingress({ proxies: parsePeers("loopback") }),
	});

	it("takes its own page of the scheme and port that the proxy shows it at, and no other", () => {
		expect(verdict(named, "example.org:8443", "https://example.org:8443")).toBe("welcome");
		for (const origin of ["http://example.org:8443", "https://example.org", "https://evil.example"])
			expect(verdict(named, "example.org:8443", origin)).toBe("wrong-origin");
	});

	it("takes no page loaded without TLS where a trusted proxy says that there is TLS", () => {
		const https = { "x-forwarded-proto": "https" };
		expect(verdict(trusting, "example.org", "https://example.org", https)).toBe("welcome");
		expect(verdict(trusting, "example.org", "http://example.org", https)).toBe("wrong-origin");
	});

	it("refuses a rebound name, whatever the headers of its page say", () => {
		const forged = { "x-forwarded-host": "example.org", forwarded: "host=example.org" };
		expect(verdict(trusting, "evil.example", "http://evil.example", forged)).toBe("wrong-host");
	});
});
