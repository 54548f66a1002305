import { Check, Copy } from "lucide-react";
import { useState } from "react";
import { copyText } from "../viewer/copy-text.ts";

const ways = [
	{ words: "A phone-shaped screen to try things out", command: "npm start -- --device demo:" },
	{ words: "A Linux desktop of its own", command: "npm start -- --device desktop:1280x720" },
	{ words: "The X display that is there", command: "npm start -- --device x11::0" },
];

/** How to add a device, as commands to copy. */
export function EmptyDevices() {
	return (
		<section className="mx-auto mt-6 w-full max-w-xl">
			<h2 className="font-semibold text-large">No devices yet</h2>
			<p className="mt-1 text-soft">Start Porthole with one of these, or with several at once.</p>
			<ul className="mt-5 flex flex-col gap-3">
				{ways.map((way) => (
					<Way key={way.command} {...way} />
				))}
			</ul>
		</section>
	);
}

function Way({ words, command }: { words: string; command: string }) {
	const [copied, setCopied] = useState(false);
	const Icon = copied ? Check : Copy;
	return (
		<li className="rounded-box border border-line bg-raised p-3 pl-4">
			<p className="text-small text-soft">{words}</p>
			<div className="flex items-center gap-2">
				<code className="min-w-0 flex-1 break-words font-mono text-normal">{command}</code>
				<button
					type="button"
					aria-label={copied ? "Copied" : `Copy: ${command}`}
					onClick={() => void copyText(command).then(setCopied)}
					className="eased grid size-9 shrink-0 place-items-center rounded-box text-soft hover:bg-hover hover:text-ink"
				>
					<Icon aria-hidden size={16} />
				</button>
			</div>
		</li>
	);
}
