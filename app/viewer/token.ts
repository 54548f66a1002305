import { exchange } from "./link.ts";

/** The owner's token in a fragment such as `#token=…`; undefined when there is none. */
export function tokenIn(fragment: string): string | undefined {
	return new URLSearchParams(fragment.replace(/^#/, "")).get("token") || undefined;
}

/** Reads the token from the address and takes it out there, so that it is neither shared nor bookmarked. */
export function takeToken(page: Location = location, pages: History = history): string | undefined {
	const token = tokenIn(page.hash);
	if (token) pages.replaceState(pages.state, "", page.pathname + page.search);
	return token;
}

/** Trades the token for a cookie; false when that did not work. The connection that is open goes on all the same. */
export async function rememberToken(token: string): Promise<boolean> {
	return (await exchange(token)) === undefined;
}
