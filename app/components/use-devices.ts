import { useEffect, useState } from "react";
import { DeviceDirectory, type DirectoryState, unknownDevices } from "../viewer/device-directory.ts";
import { Store } from "../viewer/store.ts";
import { useStore } from "./use-store.ts";

const nothing = new Store<DirectoryState>(unknownDevices);

/** All devices, kept current over signaling. */
export function useDevices(): { state: DirectoryState; retry: () => void } {
	const [directory, setDirectory] = useState<DeviceDirectory>();
	useEffect(() => {
		const opened = new DeviceDirectory();
		opened.start();
		setDirectory(opened);
		return () => opened.close();
	}, []);
	const state = useStore(directory?.state ?? nothing);
	return { state, retry: () => directory?.start() };
}
