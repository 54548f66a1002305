import { Search } from "lucide-react";
import type { DeviceDescription, DeviceKind } from "../../signaling/protocol/device.ts";
import { deviceKindNames } from "./device-kind.tsx";

interface DeviceFilterProps {
	readonly devices: readonly DeviceDescription[];
	readonly text: string;
	onText(text: string): void;
	readonly kind: DeviceKind | undefined;
	onKind(kind: DeviceKind | undefined): void;
}

/** Search by name and a choice of kinds, where there are many devices. */
export function DeviceFilter({ devices, text, onText, kind, onKind }: DeviceFilterProps) {
	const kinds = [...new Set(devices.map((device) => device.kind))].sort();
	return (
		<search className="flex flex-wrap gap-2">
			<label className="relative max-sm:w-full">
				<span className="sr-only">Search devices</span>
				<Search aria-hidden size={15} className="absolute top-1/2 left-3 -translate-y-1/2 text-soft" />
				<input
					type="search"
					value={text}
					onChange={(event) => onText(event.target.value)}
					placeholder="Search"
					className="h-9 w-full rounded-box sm:w-52 border border-line bg-raised pr-3 pl-8.5 placeholder:text-soft"
				/>
			</label>
			<label>
				<span className="sr-only">Kind</span>
				<select
					value={kind ?? ""}
					onChange={(event) => onKind((event.target.value || undefined) as DeviceKind | undefined)}
					className="h-9 rounded-box border border-line bg-raised px-3"
				>
					<option value="">All kinds</option>
					{kinds.map((each) => (
						<option key={each} value={each}>
							{deviceKindNames[each].name}
						</option>
					))}
				</select>
			</label>
		</search>
	);
}
