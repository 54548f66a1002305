/**
 * The export has one file for all device pages, made for this id. No real device can have it, since ids begin with a
 * letter or a digit. The server answers `/devices/<id>` with that file, and the page reads the id from its address.
 */
export const PLACEHOLDER_ID = "_";

/** The device that an address names, or undefined for any other page. */
export function deviceIdOf(pathname: string): string | undefined {
	return /\/devices\/([a-z0-9][a-z0-9._-]{0,63})$/.exec(pathname)?.[1];
}

/** A path of the server's for a page of it, below the base path that the page's own address has: `/porthole/api`. */
export function serverPath(path: `/${string}`, { pathname }: Pick<Location, "pathname"> = location): string {
	return pathname.replace(/\/devices\/[^/]+$|\/[^/]*$/, "") + path;
}

/** URL of the signaling socket for a page: `wss` for a page loaded over HTTPS, else `ws`. */
export function signalUrl(page: Pick<Location, "protocol" | "host" | "pathname">): string {
	return `${page.protocol === "https:" ? "wss:" : "ws:"}//${page.host}${serverPath("/signal", page)}`;
}

/** A JPEG of the device's screen as it is now; `at` defeats caches. */
export function screenshotUrl(deviceId: string, at: number): string {
	return serverPath(`/api/devices/${deviceId}/still?at=${at}`);
}

/** A PNG of a device's bezel or of one of its buttons. */
export function bezelImageUrl(deviceId: string, name: string, version: string): string {
	return serverPath(`/api/devices/${deviceId}/frame/${name}.png?v=${version}`);
}

/** Whether a fragment holds a grant or a token, as in `#grant=…` or `#token=…`. */
export function isLink(fragment: string): boolean {
	return /^#(.*&)?(grant|token)=./.test(fragment);
}

/** The owner's token in a fragment such as `#token=…`; undefined when there is none. */
export function tokenIn(fragment: string): string | undefined {
	return new URLSearchParams(fragment.replace(/^#/, "")).get("token") || undefined;
}

/** Takes the token out of the address, so that it is neither shared nor bookmarked. */
export function takeToken(page: Location = location, pages: History = history): string | undefined {
	const token = tokenIn(page.hash);
	if (token) pages.replaceState(pages.state, "", page.pathname + page.search);
	return token;
}
