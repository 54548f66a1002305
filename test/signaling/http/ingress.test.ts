import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Ingress, parsePeers, parseSite, type Site } from "../../../signaling/http/ingress.ts";

function requestOf(
	headers: IncomingHttpHeaders,
	peer: string | undefined = "127.0.0.1",
	url = "/",
): IncomingMessage {
	return { url, headers, socket: { remoteAddress: peer } } as IncomingMessage;
}

const site = { origin: "https://example.org", base: "/porthole" };
const named = new Ingress({ sites: [site] });
const trusting = new Ingress({ proxies: parsePeers("loopback,10.0.0.0/8,2001:db8:1::/48") });

describe("parseSite", () => {
	it.each<[string, Site]>([
		["https://example.org", { origin: "https://example.org", base: "" }],
		["https://Example.org:443/", { origin: "https://example.org", base: "" }],
		["https://example.org:8443/porthole/", { origin: "https://example.org:8443", base: "/porthole" }],
		["http://10.0.0.1/a/b.c", { origin: "http://10.0.0.1", base: "/a/b.c" }],
		["https://[::1]/../x", { origin: "https://[::1]", base: "/x" }],
	])("reads %s", (text, expected) => expect(parseSite(text)).toEqual(expected));

	it.each([
		"example.org",
		"ftp://example.org",
		"https://",
		"https://me@example.org",
		"https://example.org/?a=1",
		"https://example.org/#a",
		"https://example.org/a;b",
		"https://example.org/a//b",
		"https://example.org/%20",
		"https://example.org/devices",
		"https://example.org/api/v1",
	])("takes no %s", (text) => expect(parseSite(text)).toBeUndefined());
});

describe("parsePeers", () => {
	it.each(["", "localhost", "10.0.0.0/33", "::/129", "10.0.0.1/", "10.0.0.1,", "1.2.3.4.5", "*", "/8"])(
		"takes no %j",
		(text) => expect(parsePeers(text)).toBeUndefined(),
	);
});

describe("the client's address", () => {
	const addressOf = (headers: IncomingHttpHeaders, peer?: string, ingress = trusting) =>
		ingress.addressOf(requestOf(headers, peer));

	it("is the peer's where nobody is trusted, whatever headers say", () => {
		const headers = { "x-forwarded-for": "192.0.2.1", forwarded: "for=192.0.2.1" };
		expect(addressOf(headers, "127.0.0.1", new Ingress())).toBe("127.0.0.1");
	});

	it.each(["192.0.2.9", "11.0.0.1", "2001:db8:2::1", "::ffff:192.0.2.9"])(
		"is that of %s, a peer that is not trusted, whatever headers say",
		(peer) => {
			for (const headers of [{ "x-forwarded-for": "192.0.2.1" }, { forwarded: "for=192.0.2.1" }])
				expect(addressOf(headers, peer)).toBe(peer);
		},
	);

	it.each(["127.0.0.1", "::1", "::ffff:127.0.0.1", "10.200.0.1", "::ffff:10.1.2.3", "2001:db8:1::5"])(
		"is what the trusted peer %s says",
		(peer) => expect(addressOf({ "x-forwarded-for": "192.0.2.1" }, peer)).toBe("192.0.2.1"),
	);

	it.each([
		["192.0.2.1", "192.0.2.1"],
		["6.6.6.6, 192.0.2.1", "192.0.2.1"],
		["6.6.6.6, 192.0.2.1, 10.0.0.2", "192.0.2.1"],
		["6.6.6.6,192.0.2.1,10.0.0.2,127.0.0.1", "192.0.2.1"],
		["10.0.0.7, 10.0.0.2", "10.0.0.7"],
		["192.0.2.1:4711", "192.0.2.1"],
		["2001:db8:2::7", "2001:db8:2::7"],
		["[2001:db8:2::7]:4711", "2001:db8:2::7"],
		["6.6.6.6, unknown", "127.0.0.1"],
		["6.6.6.6, nonsense, 10.0.0.2", "10.0.0.2"],
		["", "127.0.0.1"],
		[",", "127.0.0.1"],
	])("of X-Forwarded-For: %s is %s", (header, expected) => {
		expect(addressOf({ "x-forwarded-for": header })).toBe(expected);
	});

	it.each([
		["for=192.0.2.1", "192.0.2.1"],
		["For=192.0.2.1;proto=https;by=10.0.0.1", "192.0.2.1"],
		['for=6.6.6.6, for="192.0.2.1:80" , for=10.0.0.2', "192.0.2.1"],
		['by="[::1]";for="[2001:db8:2::7]:80"', "2001:db8:2::7"],
		['for="192.0.2.\\1"', "192.0.2.1"],
		['for=192.0.2.1;host="a,b;c"', "192.0.2.1"],
		["for=6.6.6.6, for=_hidden", "127.0.0.1"],
		["for=6.6.6.6, proto=https", "127.0.0.1"],
		['for="192.0.2.1', "127.0.0.1"],
		["for 192.0.2.1", "127.0.0.1"],
		["nonsense", "127.0.0.1"],
	])("of Forwarded: %s is %s", (header, expected) => {
		expect(addressOf({ forwarded: header })).toBe(expected);
	});

	it("is the proxy's where both headers are there and differ, as the client wrote one of them", () => {
		expect(addressOf({ "x-forwarded-for": "192.0.2.1", forwarded: "for=6.6.6.6" })).toBe("127.0.0.1");
		expect(addressOf({ "x-forwarded-for": "192.0.2.1", forwarded: "for=192.0.2.1" })).toBe("192.0.2.1");
	});

	it("is never what the client wrote, whatever that is", () => {
		const text = fc.string({ unit: fc.constantFrom(...'0123456789.,;:="\\ []forab'), maxLength: 60 });
		fc.assert(
			fc.property(text, text, (plain, standard) => {
				const headers = {
					"x-forwarded-for": `${plain}, 192.0.2.1`,
					...(standard && { forwarded: standard }),
				};
				expect(["192.0.2.1", "127.0.0.1"]).toContain(addressOf(headers));
			}),
		);
	});

	it("is found at once in a header made to be slow", () => {
		const since = performance.now();
		for (const header of [
			`"${'\\"'.repeat(8_000)}`,
			'a="'.repeat(5_000),
			" ".repeat(16_000),
			",".repeat(16_000),
		])
			addressOf({ "x-forwarded-for": header, forwarded: header });
		expect(performance.now() - since).toBeLessThan(1_000);
	});
});

describe("the site of a request", () => {
	it("is the named one where Host is its name, with or without the port of its scheme", () => {
		for (const host of ["example.org", "EXAMPLE.org", "example.org:443"])
			expect(named.siteOf(requestOf({ host }))).toEqual(site);
	});

	it("is what Host says otherwise", () => {
		const headers = { host: "localhost:8400", "x-forwarded-proto": "https", forwarded: "proto=https" };
		expect(named.siteOf(requestOf(headers))).toEqual({ origin: "http://localhost:8400", base: "" });
	});

	it.each<[IncomingHttpHeaders, string]>([
		[{ "x-forwarded-proto": "https" }, "https://a.example"],
		[{ "x-forwarded-proto": "http, HTTPS" }, "https://a.example"],
		[{ "x-forwarded-proto": "javascript" }, "http://a.example"],
		[{ forwarded: 'for=1.2.3.4;proto="https"' }, "https://a.example"],
		[{}, "http://a.example"],
	])("has the scheme that a trusted peer says in %j", (headers, origin) => {
		const request = (peer: string) => requestOf({ host: "a.example", ...headers }, peer);
		expect(trusting.siteOf(request("10.0.0.1")).origin).toBe(origin);
		expect(trusting.siteOf(request("192.0.2.1")).origin).toBe("http://a.example");
	});

	it("never is what X-Forwarded-Host says, which a page that rebinds its name to this machine can send", () => {
		const headers = { host: "a.example", "x-forwarded-host": "example.org", "x-forwarded-prefix": "/x" };
		expect(trusting.siteOf(requestOf(headers))).toEqual({ origin: "http://a.example", base: "" });
	});
});

describe("a base path", () => {
	const entered = (url: string, ingress = named) => {
		const request = requestOf({}, undefined, url);
		return { to: ingress.enter(request), url: request.url };
	};

	it.each([
		["/porthole/", "/"],
		["/porthole/devices/demo?x=/porthole/", "/devices/demo?x=/porthole/"],
		["/devices/demo", "/devices/demo"],
		["/porthole.svg", "/porthole.svg"],
		["/portholes/", "/portholes/"],
		["/", "/"],
	])("of %s leaves %s, whether the proxy passes it on or not", (given, left) => {
		expect(entered(given)).toEqual({ to: undefined, url: left });
	});

	it("without its slash is sent to where relative URLs work", () => {
		expect(entered("/porthole").to).toBe("porthole/");
		expect(entered("/porthole?a=1").to).toBe("porthole/?a=1");
	});

	it("that begins with another is taken off whole", () => {
		const two = new Ingress({ sites: [site, { ...site, base: "/porthole/two" }] });
		expect(entered("/porthole/two/signal", two).url).toBe("/signal");
		expect(entered("/porthole/signal", two).url).toBe("/signal");
	});
});
