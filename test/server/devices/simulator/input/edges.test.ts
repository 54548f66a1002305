import { describe, expect, test } from "vitest";
import { EDGE_WITHIN, edgeAt } from "../../../../../server/devices/simulator/input/edges.ts";

const size = { width: 440, height: 956 };
const at = (x: number, y: number) => edgeAt({ x: x / size.width, y: y / size.height }, size);

describe("the edge that a touch comes over", () => {
	test.each([
		["left", at(EDGE_WITHIN.left - 0.5, 400), at(EDGE_WITHIN.left + 0.5, 400)],
		["right", at(size.width - EDGE_WITHIN.right + 0.5, 400), at(size.width - EDGE_WITHIN.right - 0.5, 400)],
		["top", at(200, EDGE_WITHIN.top - 0.5), at(200, EDGE_WITHIN.top + 0.5)],
		[
			"bottom",
			at(200, size.height - EDGE_WITHIN.bottom + 0.5),
			at(200, size.height - EDGE_WITHIN.bottom - 0.5),
		],
	])("%s: within some points of it, and no further", (edge, near, far) => {
		expect(near).toBe(edge);
		expect(far).toBe("none");
	});

	test("in a corner is the bottom's or the top's", () => {
		expect(at(0, size.height)).toBe("bottom");
		expect(at(size.width, 0)).toBe("top");
	});
});
