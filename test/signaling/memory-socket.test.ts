import { expect, it } from "vitest";
import { memorySocketPair } from "../../signaling/memory-socket.ts";
import { settled } from "../fakes/fake-clock.ts";

function pair() {
	const [near, far] = memorySocketPair();
	const heard: unknown[] = [];
	far.onmessage = ({ data }) => heard.push(data);
	far.onclose = ({ code, reason }) => heard.push({ code, reason });
	return { near, far, heard };
}

it("delivers later, and in order", async () => {
	const { near, heard } = pair();
	near.send("one");
	near.send("two");
	expect(heard).toEqual([]);
	await settled();
	expect(heard).toEqual(["one", "two"]);
});

it("delivers what was sent before the line was closed, then tells of the end", async () => {
	const { near, heard } = pair();
	near.send("farewell");
	near.close(1000, "done");
	near.send("too late");
	await settled();
	expect(heard).toEqual(["farewell", { code: 1000, reason: "done" }]);
});

it("tells both ends once, however often either closes", async () => {
	const { near, far, heard } = pair();
	let ends = 0;
	near.onclose = () => ends++;
	near.close();
	far.close();
	near.close();
	await settled();
	far.close();
	await settled();
	expect(ends).toBe(1);
	expect(heard).toEqual([{ code: 1000, reason: "" }]);
	expect([near.readyState, far.readyState]).toEqual([3, 3]);
});
