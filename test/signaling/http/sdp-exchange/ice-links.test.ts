import { expect, it } from "vitest";
import { iceLinks } from "../../../../signaling/http/sdp-exchange/ice-links.ts";

it("a TURN server is told as RFC 9725 has it, with its quotes escaped", () => {
	expect(
		iceLinks([{ urls: "turn:a.example:3478?transport=udp", username: "1:x", credential: 'a"b\\=' }]),
	).toEqual([
		'<turn:a.example:3478?transport=udp>; rel="ice-server"; username="1:x"; credential="a\\"b\\\\="; credential-type="password"',
	]);
});
