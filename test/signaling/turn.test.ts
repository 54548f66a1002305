import { expect, it } from "vitest";
import { TURN_LIFETIME, TurnServers } from "../../signaling/turn.ts";

const urls = ["turn:turn.example.org:3478?transport=udp", "turns:turn.example.org"];

it("credentials are an end, a client and their digest by the shared secret", () => {
	const turn = new TurnServers({ urls, secret: "north" }, () => 1_700_000_000_900);
	expect(TURN_LIFETIME).toBe(3600);
	// printf 1700003600:somebody | openssl dgst -sha1 -hmac north -binary | base64
	const credential = "omuAWlX0OC1+UO++jzQa93PUHkg=";
	expect(turn.serversFor("somebody")).toEqual(
		urls.map((url) => ({ urls: url, username: "1700003600:somebody", credential })),
	);
});

it("every client and every time gets other ones", () => {
	let now = 0;
	const turn = new TurnServers({ urls, secret: "north" }, () => now);
	const [one] = turn.serversFor("one");
	const [other] = turn.serversFor("other");
	now += 1000;
	const [later] = turn.serversFor("one");
	expect(new Set([one, other, later].map((server) => server?.credential)).size).toBe(3);
});
